"""What is cleared away by the day? Sessions that are over, forgotten drafts, work long done, secrets nobody can use any more."""

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone

from ssp import outbox
from ssp.accounts.models import Draft, FactorReset, Invitation, StaffList
from ssp.models import Task, TaskState
from ssp.tenancy import context

DRAFTS_KEPT = timedelta(days=30)  # the wall shows housekeeping older ones alone: see `ssp.accounts.models.STALE_DRAFT`
LISTS_KEPT = timedelta(days=30)  # of joiners and leavers: names and addresses of people who may never join
TASKS_KEPT = timedelta(days=90)
BATCH = 2000  # rows a statement, so that no lock is held long


def clear_force(*, force_id: int) -> dict[str, int]:
    """Clear what belongs to one force; how many rows of what. Runs in the service's own context of that force."""
    with context.entered(context.system(force_id)):
        return {
            "lists": _deleted(StaffList.objects.filter(created_at__lt=timezone.now() - LISTS_KEPT)),
            "drafts": _deleted(Draft.objects.filter(updated_at__lt=timezone.now() - DRAFTS_KEPT)),
            "tasks": _deleted(_done_long_ago().filter(force_id=force_id)),
            "tokens": _dead_tokens(),
        }


def clear_installation() -> dict[str, int]:
    """Clear what belongs to no force: sessions, and work asked for by nobody's force."""
    with context.entered(outbox.service(None)):
        return {
            "sessions": _deleted(Session.objects.filter(expire_date__lt=timezone.now())),
            "listed": _deleted(_listed_without_session()),
            "tasks": _deleted(_done_long_ago().filter(force=None)),
        }


def _done_long_ago() -> QuerySet[Task]:
    """Work that failed is kept: somebody has to look at it."""
    return Task.objects.filter(state=TaskState.DONE, settled_at__lt=timezone.now() - TASKS_KEPT)


def _listed_without_session() -> QuerySet[UserSession]:
    alive = Session.objects.filter(session_key=Cast(OuterRef("session_key"), Session._meta.get_field("session_key")))
    # A session is listed a moment before it is written.
    return UserSession.objects.filter(~Exists(alive), last_seen_at__lt=timezone.now() - timedelta(days=1))


def _dead_tokens() -> int:
    """Accepted and withdrawn ones were forgotten at once; these ran out."""
    now = timezone.now()
    expired = [model.objects.filter(expires_at__lte=now) for model in (Invitation, FactorReset)]
    return sum(rows.exclude(token_hash="").update(token_hash="") for rows in expired)


def _deleted(rows: QuerySet) -> int:
    total = 0
    while keys := list(rows.values_list("pk", flat=True)[:BATCH]):
        _, counts = rows.model._default_manager.filter(pk__in=keys).delete()
        count = counts.get(rows.model._meta.label, 0)
        total += count
        if not count:  # seen, but not ours to delete
            break
    return total
