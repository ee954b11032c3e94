"""Where do tests of whole stories live? In the demo's world: its cast is the cast, two forces and five schools of it.

Building it takes a second or two; rendering a PDF takes longer. So the bytes of one real rendering, made once a session, stand in
for the body of every agreement of a test that does not look into its PDF: `with_body`. Nothing is stubbed: the bytes are kept,
hashed, shown, signed and sealed like any other body.
"""

from datetime import date
from typing import Any

from django.test import Client
from signing_in import signed_in

from officers.demo.world import PROTOCOL, TRACE, World, draft
from partnerships import wording
from partnerships.models import Agreement, Party, Step
from partnerships.services import agreements, sealing, signing
from partnerships.services.signing import SecondFactor
from ssp import tasks
from ssp.audit.models import AuditEvent
from ssp.documents import render
from ssp.models import Task, TaskState
from ssp.tenancy import catalogue, context, preferences
from ssp.tenancy.context import Context
from ssp.tenancy.services import preferences as settings


def rendered_sample() -> bytes:
    """The body PDF of the product's own protocol, for no school in particular."""
    values = {each.name: each.default or each.example for each in wording.load(PROTOCOL).variables}
    header = wording.Header("990001-P-01", 1, "Ashfield Academy", "990001", "Northshire Police", date(2026, 11, 20))
    text = wording.fill(wording.load(PROTOCOL), values, header=header)
    sample = Agreement(
        kind=PROTOCOL,
        reference=header.reference,
        document=wording.canonical_bytes(text).decode(),
        fingerprint=wording.fingerprint(text),
        verification_code="AAAA-BBBB-CCCC-DDDD-EEEE-FFFF-GG",
    )
    try:
        return sealing.rendered(sample)
    finally:
        render.stop_renderer()


FACTOR = SecondFactor(method="totp", signed_in_at=None)


def issued(world: World, body: bytes, school: str = "ashfield", kind: Any = PROTOCOL, **details: Any) -> Agreement:
    """An agreement sent to a school, its body kept; the worker's task of rendering is settled by that."""
    made = draft(world, school, kind, **details)
    with world.acting(coordinator_of(world, school)) as by:
        agreements.issue(agreement=made, by=by)
    with_body(made, body)
    return fresh(made)


def with_body(agreement: Agreement, body: bytes) -> None:
    """Keep the session's one rendering as this agreement's body, as the worker does with its own."""
    with context.entered(context.system(agreement.force_id)):
        sealing.keep_body(agreement=agreement, body=body)
        Task.objects.filter(key=f"agreement:{agreement.pk}:render").update(state=TaskState.DONE)


def work(world: World) -> None:
    """Run what waits for the worker in the test's own transaction, where `tasks.drain` sees nothing due before it commits."""
    for force in world.forces.values():
        with context.entered(context.system(force.pk)):
            waiting = list(
                Task.objects.filter(state=TaskState.QUEUED).exclude(name="mail.send").values_list("pk", "force_id")
            )
        for pk, force_id in waiting:
            tasks.run(str(pk), force_id)


def coordinator_of(world: World, school: str) -> str:
    return "clara" if school == "southmoor-high" else "amara"


def fresh(agreement: Agreement) -> Agreement:
    """The agreement as it is now, whoever looks."""
    with context.entered(context.system(agreement.force_id)):
        return Agreement.objects.select_related("school", "force", "template").get(pk=agreement.pk)


def go(world: World, agreement: Agreement, who: str, *, upto: Step | None = None, party: Party = Party.SCHOOL) -> None:
    """The steps of signing in their order, up to one of them; all of them and the signature when none is named."""
    with world.acting(who) as by:
        now = Agreement.objects.get(pk=agreement.pk)
        common: dict[str, Any] = {"agreement": now, "party": party, "by": by, "trace": TRACE}
        signing.open_document(**common)
        if upto == Step.OPENED:
            return
        signing.read(**common, fingerprint=now.fingerprint, how="read")
        if upto == Step.READ:
            return
        signing.confirm(**common, fingerprint=now.fingerprint, has_authority=True, consents=True)
        if upto == Step.CONFIRMED:
            return
        signing.sign(**common, **shown(now), typed_name=by.name, factor=FACTOR)


def shown(agreement: Agreement) -> dict[str, str]:
    """What the page of signing showed."""
    return {"fingerprint": agreement.fingerprint, "body_sha256": agreement.body_sha256}


def settle(world: World, **values: Any) -> None:
    """The coordinator of Northshire settles something for the force."""
    (section,) = {each.section for each in catalogue.SETTINGS if each.name in values}
    with world.acting("amara") as by:
        force = world.forces["northshire"]
        shown = settings.fingerprint(preferences.of(force.pk), section)
        settings.change(force=force, section=section, values=values, shown=shown, by=by)


def client_of(world: World, key: str) -> Client:
    """A browser in which this person has shown both factors."""
    return signed_in(Client(), world.users[key])


def logged(world: World, event: str, force: str = "northshire") -> list[dict[str, Any]]:
    """The details of the lines an auditor of the force reads about an event, oldest first."""
    auditor = Context(force_id=world.forces[force].pk, scope="force", side="police", reads_log=True)
    with context.entered(auditor):
        return list(AuditEvent.objects.filter(event=event).order_by("id").values_list("details", flat=True))
