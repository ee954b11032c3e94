"""Does mail leave by GOV.UK Notify as it asks for it, and what happens when it says no? Against a server that speaks like it."""

import json
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from notifications_python_client.authentication import decode_jwt_token, get_token_issuer

from ssp import outbox, tasks
from ssp.accounts.models import User
from ssp.env import Environment
from ssp.models import Task, TaskState
from ssp.notifications import mail
from ssp.notifications.models import MailState, SentMail
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)

TEMPLATE, SERVICE, SECRET = (str(uuid.UUID(int=number)) for number in (7, 8, 9))
KEY = f"trial-{SERVICE}-{SECRET}"
REFUSED = {
    "status_code": 400,
    "errors": [{"error": "ValidationError", "message": "email_address Not a valid email address"}],
}


@dataclass
class Notify:
    """What the server was asked, and what it answers next."""

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    fates: dict[str, str] = field(default_factory=dict)
    refused_tokens: int = 0

    def is_ours(self, header: str) -> bool:
        token = header.removeprefix("Bearer ")
        try:
            return get_token_issuer(token) == SERVICE and bool(decode_jwt_token(token, SECRET))
        except Exception:
            self.refused_tokens += 1
            return False

    def answer(self, path: str, sent: dict[str, Any] | None) -> tuple[int, dict[str, Any]]:
        if sent is None:
            status = self.fates.get(path.rsplit("/", 1)[-1])
            return (200, {"status": status}) if status else (404, {"errors": [{"message": "No result found"}]})
        self.asked.append(sent)
        if self.answers:
            return self.answers.pop(0)
        return 201, {"id": str(uuid.UUID(int=100 + len(self.asked))), "reference": sent.get("reference")}


@pytest.fixture
def notify() -> Iterator[Notify]:
    state = Notify()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._say(None)

        def do_POST(self) -> None:
            self._say(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _say(self, sent: dict[str, Any] | None) -> None:
            known = state.is_ours(self.headers.get("Authorization", ""))
            code, body = state.answer(self.path, sent) if known else (403, {"errors": [{"message": "Invalid token"}]})
            text = json.dumps(body).encode()
            self.send_response(code)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *args: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        with override_settings(**configured(state.url)):
            yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def configured(url: str, key: str = KEY) -> dict[str, Any]:
    env = Environment({"SSP_EMAIL_URL": f"notify:{TEMPLATE}?at={url}", "SSP_NOTIFY_KEY": key})
    found = env.email("SSP_EMAIL_URL", default=None)
    assert env.problems == []
    return found


@pytest.fixture
def reader(transactional_db: None) -> User:
    return User.objects.create_user("dev@ashfield.example", name="Dev O’Kafor-O'Neil")


def ask(force: Any, to: User | str, key: str = "one") -> SentMail:
    with context.entered(context.system(force.pk)):
        said = {"force": force.name, "school": "Ashfield", "reference": "990001-P-01", "link": "https://ssp.example/x/"}
        mail.send("agreement_issued", to=to, context=said, key=key)
        assert listed(force, key).state == MailState.QUEUED
    tasks.drain()
    return listed(force, key)


def listed(force: Any, key: str = "one") -> SentMail:
    with context.entered(context.system(force.pk)):
        return SentMail.objects.get(task=Task.objects.get(key=f"mail:{key}").pk)


def task_of(force: Any, key: str = "one") -> Task:
    with context.entered(context.system(force.pk)):
        return Task.objects.get(key=f"mail:{key}")


def test_a_mail_goes_with_our_key_template_and_reference(notify, forces, reader):
    sent = ask(forces[0], reader)
    (asked,) = notify.asked
    assert asked["email_address"] == "dev@ashfield.example"
    assert asked["template_id"] == TEMPLATE
    assert asked["reference"] == "mail:one"
    assert asked["personalisation"]["subject"] == "An agreement is waiting for your signature"
    assert "Hello Dev O’Kafor-O'Neil," in asked["personalisation"]["body"]  # plain text: nothing is escaped
    assert (sent.state, sent.provider_id) == (MailState.SENT, str(uuid.UUID(int=101)))
    assert sent.sent_at is not None and task_of(forces[0]).state == TaskState.DONE


def test_a_wrong_key_is_noticed_by_the_server_and_waits_for_the_operator(notify, forces, reader):
    with override_settings(**configured(notify.url, key=f"trial-{SERVICE}-{uuid.UUID(int=1)}")):
        left = ask(forces[0], reader)
    assert notify.refused_tokens == 1 and notify.asked == []
    assert (left.state, task_of(forces[0]).state) == (MailState.QUEUED, TaskState.QUEUED)
    assert task_of(forces[0]).failures == 0  # no failure of this mail
    then_it_goes_when_its_time_comes(forces[0])
    assert listed(forces[0]).state == MailState.SENT


@pytest.mark.parametrize("code", [429, 500, 503])
def test_what_passes_by_itself_is_tried_again(notify, forces, reader, code):
    notify.answers = [(code, {"errors": [{"message": "later"}]})] * 2
    ask(forces[0], reader)
    then_it_goes_when_its_time_comes(forces[0])
    assert (len(notify.asked), listed(forces[0]).state) == (2, MailState.QUEUED)
    then_it_goes_when_its_time_comes(forces[0])
    assert (len(notify.asked), listed(forces[0]).state) == (3, MailState.SENT)


def test_a_server_that_is_away_is_asked_again_for_a_day_and_then_a_person_is(forces, reader):
    with override_settings(**configured("http://127.0.0.1:9")):
        ask(forces[0], reader)
        assert task_of(forces[0]).state == TaskState.QUEUED
        with context.entered(context.system(forces[0].pk)):
            Task.objects.update(created_at=timezone.now() - timedelta(days=1, minutes=1))
        then_it_goes_when_its_time_comes(forces[0])
    left = listed(forces[0])
    assert (left.state, left.error) == (MailState.FAILED, "The mail server could not be reached.")


def test_what_is_refused_for_good_waits_for_a_person_in_words(notify, forces, reader):
    notify.answers = [(400, REFUSED)]
    left = ask(forces[0], reader)
    task = task_of(forces[0])
    assert (task.state, task.attempts) == (TaskState.PARKED, 1)
    assert left.state == MailState.FAILED
    assert left.error == "GOV.UK Notify refused it: email_address Not a valid email address"
    with context.entered(context.system(forces[0].pk)):
        outbox.again(task)
    tasks.drain()
    assert (listed(forces[0]).state, listed(forces[0]).error) == (MailState.SENT, "")


def test_what_comes_back_later_is_shown(notify, forces, reader):
    for number, status in enumerate(("delivered", "permanent-failure", "sending", None)):
        sent = ask(forces[0], reader, key=str(number))
        if status:
            notify.fates[sent.provider_id] = status
    with context.entered(context.system(forces[0].pk)):
        outbox.enqueue("mail.follow", key="mail.follow:today", day="2026-11-22")
    tasks.drain()
    states = [listed(forces[0], str(number)).state for number in range(4)]
    assert states == [MailState.DELIVERED, MailState.BOUNCED, MailState.SENT, MailState.SENT]
    assert listed(forces[0], "1").error == "There is no such mailbox."


def test_other_forces_and_other_contexts_see_nothing_of_it(notify, forces, reader):
    ask(forces[0], reader)
    with context.entered(context.system(forces[1].pk)):
        assert SentMail.objects.count() == 0
    for side, reads, seen in (("police", True, 1), ("police", False, 0), ("school", False, 0)):
        here = context.Context(user_id=1, force_id=forces[0].pk, scope="force", side=side, reads_mail=reads)
        with context.entered(here):
            assert SentMail.objects.count() == seen


def then_it_goes_when_its_time_comes(force: Any) -> None:
    with context.entered(context.system(force.pk)):
        Task.objects.update(run_after=timezone.now() - timedelta(seconds=1))
    tasks.drain()


@pytest.mark.parametrize(
    ("url", "key", "complaint"),
    [
        (f"notify:{TEMPLATE}", "", "SSP_NOTIFY_KEY is not set"),
        ("notify:", KEY, "template's id"),
        (f"notify:{TEMPLATE}", "nonsense", "no key of GOV.UK Notify"),
    ],
)
def test_what_is_missing_is_said_at_the_start(url, key, complaint):
    env = Environment({"SSP_EMAIL_URL": url, "SSP_NOTIFY_KEY": key})
    env.email("SSP_EMAIL_URL", default=None)
    assert len(env.problems) == 1 and complaint in env.problems[0]
    assert key == "" or key not in env.problems[0]
