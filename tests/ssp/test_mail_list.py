"""Who sees which e-mails were sent, and can a failed one be sent again? Against a mail server that says no."""

import socketserver
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from world import client_of

from ssp import tasks
from ssp.audit.models import AuditEvent
from ssp.env import Environment
from ssp.models import Task, TaskState
from ssp.notifications import mail
from ssp.notifications.models import MailState, SentMail
from ssp.notifications.services import mails
from ssp.refusals import NotPermitted, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


class SmtpServer(socketserver.ThreadingTCPServer):
    """A mail server that answers RCPT with what it is told."""

    allow_reuse_address = True
    rcpt = "250 fine"
    taken: list[str] = []


class Dialogue(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.say("220 here")
        for line in iter(self.rfile.readline, b""):
            verb = line.split(b" ")[0].strip().upper()
            if verb == b"DATA":
                self.say("354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.taken.append(body.decode())  # type: ignore[attr-defined]
                self.say("250 taken")
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say(self.server.rcpt if verb == b"RCPT" else "250 fine")  # type: ignore[attr-defined]

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    with SmtpServer(("127.0.0.1", 0), Dialogue) as server:
        server.taken = []
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        url = f"smtp://127.0.0.1:{server.server_address[1]}?tls=off"
        with override_settings(**Environment({"M": url}).email("M", default=None)):
            yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def world(shared: Any, db: None) -> Any:
    return shared


def ask(world: Any, key: str, force: str = "northshire", to: str = "new.head@ashfield.example") -> None:
    with context.entered(context.system(world.forces[force].pk)):
        mail.send("agreement_closed", to=to, context={"school": "Ashfield"}, key=key)
        waiting = Task.objects.get(key=f"mail:{key}")
    tasks.run(str(waiting.pk), waiting.force_id)


def row(world: Any, key: str) -> SentMail:
    with context.entered(context.system(world.forces["northshire"].pk)):
        return SentMail.objects.get(task=Task.objects.get(key=f"mail:{key}").pk)


def test_an_address_the_server_refuses_waits_for_a_person_who_sends_it_again(world, smtp):
    smtp.rcpt = "550 no such user"
    ask(world, "one")
    left = row(world, "one")
    assert (left.state, left.error) == (MailState.FAILED, "The mail server refused this address (code 550).")
    client = client_of(world, "amara")
    text = client.get("/mail/").content.decode()
    assert "1 e-mail did not arrive" in text and "Agreement closed" in text and "code 550" in text
    smtp.rcpt = "250 fine"
    assert client.post(f"/mail/{left.pk}/retry/").status_code == 302
    assert row(world, "one").state == MailState.QUEUED
    tasks.run(str(left.task), left.force_id)
    assert row(world, "one").state == MailState.SENT and len(smtp.taken) == 1
    assert "X-SSP-Reference: mail:one" in smtp.taken[0]
    with context.entered(context.system(left.force_id)):
        (logged,) = AuditEvent.objects.filter(event="mail.retried")
        assert (logged.object_id, logged.actor_id) == (left.pk, world.users["amara"].pk)
    with world.acting("amara") as by, pytest.raises(WrongState):
        mails.retry(mail=left, by=by)


def test_a_server_that_is_busy_is_no_failure(world, smtp):
    smtp.rcpt = "451 try later"
    ask(world, "one")
    with context.entered(context.system(world.forces["northshire"].pk)):
        task = Task.objects.get(key="mail:one")
    assert (task.state, task.failures, row(world, "one").state) == (TaskState.QUEUED, 0, MailState.QUEUED)
    assert 30 < (task.run_after - timezone.now()).total_seconds() < 90


def test_who_sees_the_list(world, mailoutbox):
    ask(world, "here")
    ask(world, "there", "southmoor", "secret.head@southmoor.example")
    for who, status in (
        ("amara", 200),
        ("noor", 200),
        ("esi", 403),
        ("tom", 403),
        ("dev", 403),
        ("gwen", 403),
        ("ben", 403),
    ):
        answer = client_of(world, who).get("/mail/")
        assert answer.status_code == status, who
        assert "secret.head" not in answer.content.decode()
        assert ("new.head@ashfield.example" in answer.content.decode()) == (status == 200)
    assert len(mailoutbox) == 2


def test_the_auditor_reads_and_does_not_send_again(world, smtp):
    smtp.rcpt = "550 no"
    ask(world, "one")
    left = row(world, "one")
    client = client_of(world, "noor")
    assert "Send again" not in client.get("/mail/").content.decode()
    assert client.post(f"/mail/{left.pk}/retry/").status_code == 403
    assert client_of(world, "clara").post(f"/mail/{left.pk}/retry/").status_code == 404
    with world.acting("noor") as by, pytest.raises(NotPermitted):
        mails.retry(mail=left, by=by)


def test_the_list_is_narrowed_and_leaves_as_a_safe_file(world, smtp):
    ask(world, "good", to="=cmd@ashfield.example")
    smtp.rcpt = "550 no"
    ask(world, "bad")
    client = client_of(world, "amara")
    assert "=cmd" not in client.get("/mail/", {"state": "failed"}).content.decode()
    assert "No e-mail is in this state" in client.get("/mail/", {"state": "bounced"}).content.decode()
    assert client.get("/mail/", {"state": "nonsense", "after": "x"}).status_code == 200
    answer = client.post("/mail/export/", {"state": ""})
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert len(lines) == 3 and '"\'=cmd@ashfield.example"' in lines[2] and '"Not sent"' in lines[1]
    with context.entered(context.system(world.forces["northshire"].pk)):
        (logged,) = AuditEvent.objects.filter(event="mail.exported")
        assert logged.details == {"found": 2}


def test_a_closed_account_needs_no_mail(world, mailoutbox):
    user = world.users["hugh"]
    type(user).objects.filter(pk=user.pk).update(is_active=False)
    with context.entered(context.system(world.forces["northshire"].pk)):
        mail.send("agreement_closed", to=user, context={}, key="closed")
        waiting = Task.objects.get(key="mail:closed")
    tasks.run(str(waiting.pk), waiting.force_id)
    assert mailoutbox == [] and row(world, "closed").state == MailState.DROPPED


def test_what_was_sent_stays_as_it_was(world, mailoutbox):
    ask(world, "one")
    from django.db import InternalError, transaction

    sent = row(world, "one")
    for change in (
        {"recipient": "other@x.example"},
        {"sent_at": timezone.now()},
        {"template": "other"},
        {"force_id": sent.force_id + 1},
    ):
        with context.entered(context.system(sent.force_id)), pytest.raises(InternalError), transaction.atomic():
            SentMail.objects.filter(pk=sent.pk).update(**change)
