"""What do agreements and partnerships owe? What waits for whom, for the daily reminders."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Acknowledgement, Agreement, AgreementKind, Party, Signature
from partnerships.queries import review_due_on, seal_key
from partnerships.services.acknowledgements import ROLES
from partnerships.workflow import AgreementStatus
from schools.models import SpocAppointment
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.models import Task, TaskState
from ssp.notifications import reminders
from ssp.notifications.reminders import Owed
from ssp.tenancy import preferences

S = AgreementStatus
OBJECT = "partnerships.agreement"


def register() -> None:
    """Called when the app is ready."""
    signing = {"one": "agreement to read and sign", "many": "agreements to read and sign"}
    reminders.register("agreement.sign", to_sign, **signing, list_url="agreement-list")
    countersigning = {"one": "agreement to countersign", "many": "agreements to countersign"}
    reminders.register("agreement.countersign", to_countersign, **countersigning, list_url="agreement-list")
    sending = {"one": "draft agreement to send", "many": "draft agreements to send"}
    reminders.register("agreement.issue", drafts_to_send, **sending, list_url="agreement-list")
    sealing = {"one": "agreement that could not be sealed", "many": "agreements that could not be sealed"}
    reminders.register("agreement.retry_seal", sealing_failed, **sealing, list_url="agreement-list")
    reading = {
        "one": "agreement in force to read and acknowledge",
        "many": "agreements in force to read and acknowledge",
    }
    reminders.register("agreement.acknowledge", to_acknowledge, **reading, list_url="agreement-list")
    reviewing = {"one": "review of an agreement to hold", "many": "reviews of agreements to hold"}
    reminders.register("agreement.review", to_review, **reviewing, list_url="agreement-list")
    appointing = {
        "one": "school without a single point of contact",
        "many": "schools without a single point of contact",
    }
    reminders.register("spoc.appoint", without_spoc, **appointing)


def to_sign(force_id: int, on: date) -> Iterator[Owed]:
    """Sent to the school, and its PDF is made: the head teacher can sign."""
    waiting = _with(force_id, S.ISSUED).exclude(body_sha256="")
    for pk, school_id, issued_at in waiting.values_list("pk", "school_id", "issued_at"):
        yield _owed(pk, school_id, Role.HEAD_TEACHER, issued_at, "agreement-read")


def to_countersign(force_id: int, on: date) -> Iterator[Owed]:
    """Signed by the school."""
    signed = Max("signatures__signed_at", filter=Q(signatures__party=Party.SCHOOL))
    waiting = _with(force_id, S.SIGNED).annotate(signed_at=signed)
    for pk, school_id, signed_at in waiting.values_list("pk", "school_id", "signed_at"):
        yield _owed(pk, school_id, Role.SIGNATORY, signed_at, "agreement-read")


def drafts_to_send(force_id: int, on: date) -> Iterator[Owed]:
    """Prepared, and nobody sent it."""
    for pk, school_id, created_at in _with(force_id, S.DRAFT).values_list("pk", "school_id", "created_at"):
        yield _owed(pk, school_id, Role.FORCE_ADMIN, created_at, "agreement-issue")


def sealing_failed(force_id: int, on: date) -> Iterator[Owed]:
    """Signed on both sides, and the seal waits for a person."""
    waiting = {seal_key(each): each for each in _with(force_id, S.COUNTERSIGNED).only("pk", "school_id")}
    parked = Task.objects.filter(force_id=force_id, key__in=waiting, state=TaskState.PARKED)
    for key, settled_at in parked.values_list("key", "settled_at"):
        yield _owed(waiting[key].pk, waiting[key].school_id, Role.FORCE_ADMIN, settled_at, "agreement-view")


def to_acknowledge(force_id: int, on: date) -> Iterator[Owed]:
    """In force before somebody came into a role that takes note of it; who signed it knows it. Four statements."""
    in_force: dict[int, list[tuple[int, date]]] = defaultdict(list)
    rows = Agreement.objects.filter(force_id=force_id).in_force(on=on).order_by("id")
    for pk, school_id, since in rows.values_list("pk", "school_id", "in_force_on"):
        in_force[school_id].append((pk, since or on))
    held = Membership.objects.filter(force_id=force_id, role__in=ROLES, user__is_active=True).current(on=on)
    done = set(Acknowledgement.objects.filter(force_id=force_id).values_list("agreement_id", "person_id", "role"))
    signed = set(Signature.objects.filter(force_id=force_id).values_list("agreement_id", "person_id"))
    for person, school_id, role, came in held.order_by("id").values_list("user_id", "school_id", "role", "starts_on"):
        for pk, since in in_force.get(school_id, ()):
            if (pk, person, role) not in done and (pk, person) not in signed:
                link = reverse("agreement-read", args=[pk])
                yield Owed(OBJECT, pk, Role(role), max(since, came), link, school_id, person)


def to_review(force_id: int, on: date) -> Iterator[Owed]:
    """In force, and its review is due."""
    wanted = preferences.of(force_id)
    months = {"months_first": wanted.review_first_months, "months_then": wanted.review_then_months}
    rows = Agreement.objects.filter(force_id=force_id).to_review(by=on, **months).without_text()
    for each in rows.select_related("sealed").order_by("id"):
        due = review_due_on(each)
        if due is not None and due <= on <= each.ends_on:
            link = reverse("agreement-review", args=[each.pk])
            yield Owed(OBJECT, each.pk, Role.FORCE_ADMIN, due, link, each.school_id)


def without_spoc(force_id: int, on: date) -> Iterator[Owed]:
    """A protocol is in force, and the school has no SPOC: since it came into force, or since the last one left (R2)."""
    here = SpocAppointment.objects.filter(force_id=force_id, is_deputy=False)
    there = set(here.in_post(on=on).values_list("school_id", flat=True))
    left: dict[int, date] = {}
    for each in here.in_effect().filter(starts_on__lte=on).select_related("membership"):
        if each.last_day is not None and each.last_day < on:
            left[each.school_id] = max(each.last_day, left.get(each.school_id, each.last_day))
    rows = Agreement.objects.filter(force_id=force_id, kind=AgreementKind.PROTOCOL).in_force(on=on).order_by("id")
    for school_id, since in rows.values_list("school_id", "in_force_on"):
        if school_id not in there:
            began = max(since or on, left.get(school_id, date.min))
            yield Owed(
                "schools.school", school_id, Role.HEAD_TEACHER, began, reverse("spoc-list", args=[school_id]), school_id
            )


def _with(force_id: int, status: AgreementStatus) -> Any:
    return Agreement.objects.filter(force_id=force_id, status=status).order_by("id")


def _owed(pk: int, school_id: int, role: Role, since: Any, page: str) -> Owed:
    return Owed(OBJECT, pk, role, timezone.localdate(since), reverse(page, args=[pk]), school_id)
