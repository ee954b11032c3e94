"""What do the police's records ask of this person today; and what of a school's desk before the school day? No names (N9)."""

from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, DateTimeField, F, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone

from incidents import waiting
from incidents.models import ConferenceAction, Incident, MorningNotice, PowerUse, Referral, RestorativeConference
from incidents.workflow import ReferralStatus, RestorativeStatus
from ssp.access.standing import Standing
from ssp.ui.dates import clock
from ssp.ui.worklist import Item, Urgency

MOST_POWERS = 150
SOON = timedelta(days=3)
UNDECIDED_AFTER = timedelta(days=3)

# Of each kind: what the line says, with the reference and the school in it, and the page that does it.
LINES: dict[str, tuple[str, str]] = {
    "incident": ("Decide the outcome of incident {words}, {school}", "incident-decide"),
    "follow_up": ("Follow up the restorative conference on {words}, {school}", "restorative-follow-up"),
    "restorative": ("Record the restorative conference on {words}, {school}", "restorative-hold"),
    "consent": ("Ask for consent to the referral on {words}, {school}", "referral-view"),
    "scheme": ("Ask how the referral on {words} goes, {school}", "referral-view"),
    "tell_back": ("Tell back what came of the referral on {words}, {school}", "referral-view"),
    "action": ("See to an action of a case conference, {school}", "conference-action-done"),
}


def of_officers(user: Any) -> list[waiting.Part]:
    """For whoever records incidents at schools of their own, what of it is due; for `waiting`."""
    standing: Standing = user.standing
    if standing.side != "police" or not standing.schools_where("incident.record"):
        return []
    return _due(user, timezone.localdate())


def record_line(row: waiting.Row) -> Item:
    """The line of one record that is due."""
    said, url_name = LINES[row.what.partition(".")[2]]
    school, _, rest = row.more.partition("\n")
    scheme, _, status = rest.partition("\n")
    hint = f"{scheme}: {ReferralStatus(status).label.lower()}" if status else scheme
    return Item(
        title=said.format(words="" if row.number is None else f"I-{row.number:04d}", school=school),
        url=reverse(url_name, args=[row.id]),
        hint=hint,
        due_on=row.due_on,
        urgency=Urgency.SOON if row.due_on is not None else Urgency.WHEN_YOU_CAN,
    )


def powers_to_review(user: Any) -> list[Item]:
    """For sergeants: the powers they did not use themselves (N3); those first where something was missing."""
    standing: Standing | None = getattr(user, "standing", None)
    if standing is None or not standing.may("power.review"):
        return []
    rows = PowerUse.objects.where_may(user, "power.review").to_review().exclude(recorded_by=user)
    found = list(rows.order_by("-has_exception", "recorded_at").values_list("has_exception", flat=True)[:MOST_POWERS])
    if not found:
        return []
    missing = sum(found)
    hint = f"In {missing} of them something that should come first was missing." if missing else ""
    title = "Review the use of a police power" if len(found) == 1 else f"Review {len(found)} uses of police powers"
    urgency = Urgency.NOW if missing else Urgency.SOON
    return [Item(title=title, url=reverse("power-list"), hint=hint, urgency=urgency)]


def notices_not_read(user: Any) -> list[waiting.Part]:
    """For the police: a notice nobody at the school read by half past eight. Somebody rings the school; for `waiting`."""
    if user.standing.side != "police" or not user.standing.may("morning_notice.view"):
        return []
    rows = MorningNotice.objects.visible_to(user).unread().filter(escalated_at__isnull=False).order_by("sent_at", "id")
    return [waiting.columns(rows, "unread", at=F("sent_at"), more=F("school__name"))]


def unread_line(row: waiting.Row) -> Item:
    """The line of one notice that was not read."""
    title = f"Ring {row.more}: a notice was not read in time"
    return Item(title=title, url=reverse("morning-notice-view", args=[row.id]), urgency=Urgency.NOW)


def notices_to_read(user: Any) -> list[waiting.Part]:
    """For a school's desk: until one of them has confirmed it; for `waiting`."""
    if user.standing.side != "school" or not user.standing.may("morning_notice.read"):
        return []
    # Whoever is on duty; everybody at the desk once it was not read in time, was sent late or was corrected.
    told = waiting.at_my_desk(user) | Q(escalated_at__isnull=False) | Q(look_at=None) | Q(version__gt=1)
    rows = MorningNotice.objects.visible_to(user).unread().filter(told).order_by("sent_at", "id")
    return [waiting.columns(rows, "notice", at=F("sent_at"), due_on=F("for_day"), more=F("school__name"))]


def notice_line(row: waiting.Row) -> Item:
    """The line of one notice."""
    return Item(
        title="Read a notice from the police before the school day",
        url=reverse("morning-notice-read", args=[row.id]),
        hint=f"{row.more}. Sent {clock(row.at)}.",
        due_on=row.due_on,
        urgency=Urgency.NOW,
    )


def _due(user: Any, today: date) -> list[waiting.Part]:
    soon = today + SOON
    incidents = Incident.objects.where_may(user, "incident.record").undecided()
    restorative = RestorativeConference.objects.where_may(user, "conference.hold")
    referrals = Referral.objects.where_may(user, "referral.make").filter(due_on__lte=today)
    actions = ConferenceAction.objects.where_may(user, "conference.hold").open()
    ended = (ReferralStatus.DECLINED, ReferralStatus.FINISHED, ReferralStatus.WITHDRAWN)
    under_way = (ReferralStatus.SENT, ReferralStatus.ACCEPTED)
    of = "incident__number"
    late = timezone.now() - UNDECIDED_AFTER
    return [
        _rows("incident", incidents.filter(recorded_at__lte=late), "number", ""),
        _rows("follow_up", restorative.due().filter(follow_up_on__lte=soon), of, "follow_up_on"),
        _rows("restorative", restorative.filter(status=RestorativeStatus.PLANNED, meets_on__lte=today), of, "meets_on"),
        _rows("consent", referrals.filter(status=ReferralStatus.PREPARED), of, "due_on", "scheme"),
        _rows("scheme", referrals.filter(status__in=under_way), of, "due_on", "scheme"),
        _rows("tell_back", referrals.filter(status__in=ended), of, "due_on", "scheme", "status"),
        _rows("action", actions.filter(due_on__lte=soon), "", "due_on"),
    ]


def _rows(kind: str, rows: QuerySet[Any], number: str, due: str, *hints: str) -> waiting.Part:
    """One kind of line; the school's name and, in lines below it, what tells it from others."""
    below = [piece for hint in hints for piece in (Value("\n"), F(hint))]
    more = Concat("school__name", *below, output_field=CharField()) if below else F("school__name")
    return waiting.columns(
        rows.order_by(due or "recorded_at", "pk"), f"police.{kind}",
        number=F(number) if number else None, due_on=F(due) if due else None,
        at=Cast(due, DateTimeField()) if due else F("recorded_at"), more=more,
    )  # fmt: skip
