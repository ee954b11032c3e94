"""What do agreements owe? What waits for a head teacher, a signatory or a coordinator, for the daily reminders."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Max, Q
from django.urls import reverse
from django.utils import timezone

from partnerships.models import Agreement, Party
from partnerships.queries import seal_key
from partnerships.workflow import AgreementStatus
from ssp.access.roles import Role
from ssp.models import Task, TaskState
from ssp.notifications import reminders
from ssp.notifications.reminders import Owed

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


def _with(force_id: int, status: AgreementStatus) -> Any:
    return Agreement.objects.filter(force_id=force_id, status=status).order_by("id")


def _owed(pk: int, school_id: int, role: Role, since: Any, page: str) -> Owed:
    return Owed(OBJECT, pk, role, timezone.localdate(since), reverse(page, args=[pk]), school_id)
