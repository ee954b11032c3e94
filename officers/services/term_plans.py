"""Planning a school's term, calling off what was planned, and the secret address of a calendar."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from officers.models import Audience, CalendarFeed, PlanItem
from officers.models.activities import WITH_TOPIC
from officers.models.term_plans import PLANNABLE
from schools.models import School
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context


@dataclass(frozen=True)
class Intention:
    """What is planned."""

    kind: str
    planned_on: date
    at_time: time
    minutes: int
    topic: str = ""
    audience: str = Audience.NOBODY
    year_groups: str = ""


@transaction.atomic
def plan(*, school: School, intention: Intention, press: UUID, by: User) -> PlanItem:
    """Put something into a school's plan, which both sides read.

    Raises:
        NotPermitted: ``by`` plans nothing here.
        Refused: it is not planned where a school reads it; the day is over; a lesson without a topic.
    """
    decisions.require(by, "plan.edit", school)
    if intention.kind not in PLANNABLE:
        raise Refused(
            "This is not planned here: a plan is read by both sides, so nothing about one child stands in it."
        )
    if intention.kind in WITH_TOPIC and not intention.topic:
        raise Refused("Choose what the lesson is about.")
    if intention.planned_on < timezone.localdate():
        raise Refused("This day is over. Log what was done instead.")
    words = {name: getattr(intention, name) for name in intention.__dataclass_fields__}
    item, is_new = PlanItem.objects.get_or_create(
        school=school, planned_by=by, press=press, defaults={"force": school.its_force, **words}
    )
    if is_new:
        log.record("plan.made", item, by=by)
    return item


@transaction.atomic
def cancel(*, item: PlanItem, words: str, by: User) -> PlanItem:
    """Call off something planned, with the reason, which the school reads.

    Raises:
        NotPermitted: ``by`` plans nothing here.
        WrongState: it is done, or called off.
    """
    decisions.require(by, "plan.edit", item)
    locked = PlanItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    if locked.delivered_at or locked.cancelled_at:
        raise WrongState("This is done or called off already. Nothing was changed.")
    locked.cancelled_at, locked.cancelled_by, locked.cancel_words = timezone.now(), by, words
    locked.save(update_fields=["cancelled_at", "cancelled_by", "cancel_words"])
    log.record("plan.cancelled", locked, by=by)
    return locked


@transaction.atomic
def make_feed(*, by: User) -> str:
    """A new secret address for one's calendar; the one before opens nothing any more. Returns the secret, which is not kept.

    Raises:
        NotPermitted: ``by`` reads no plan.
    """
    standing = by.standing
    if standing is None or not standing.may("plan.view"):
        raise NotPermitted("Your role reads no plan.")
    token = secrets.token_urlsafe(24)
    feed, _ = CalendarFeed.objects.update_or_create(
        force_id=standing.force_id, user=by, side=standing.side,
        defaults={"token_hash": hashed(token), "made_at": timezone.now()},
    )  # fmt: skip
    log.record("calendar.made", feed, by=by)
    return token


def feed_of(token: str) -> CalendarFeed | None:
    """The calendar a secret opens; None when none."""
    with context.entered(context.holding(hashed(token))):
        return CalendarFeed.objects.select_related("user").filter(token_hash=hashed(token)).first()


def hashed(token: str) -> str:
    """What of a secret is kept."""
    return hashlib.sha256(token.encode()).hexdigest()
