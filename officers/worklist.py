"""What waits for officers, and for whoever posts them? The briefing; proposals to decide on, and what runs out of the posted."""

from datetime import date, timedelta
from typing import Any

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.urls import reverse
from django.utils import timezone

from officers.models import REQUIRED_TRAINING, Posting, PostingPlan, Training, Vetting
from officers.queries import briefings, endings
from officers.workflow import PlanStatus
from ssp.ui.dates import long_date
from ssp.ui.worklist import Item, Urgency

MOST = 15  # of each kind
SOON = timedelta(days=30)
Row = tuple[str, int, str, date | None]


def briefing_to_read(user: Any) -> list[Item]:
    """The morning's briefing, until somebody posted to schools has read it."""
    standing = getattr(user, "standing", None)
    if standing is None or not standing.schools_where("briefing.read"):
        return []
    if briefings.is_read(user, on=timezone.localdate()):
        return []
    hint = "What is new at your schools, what is planned today and what waits for you."
    today = timezone.localdate()
    return [Item("Read this morning’s briefing", reverse("briefing"), hint, due_on=today, urgency=Urgency.NOW)]


def posting_ended(user: Any) -> list[Item]:
    """To somebody who holds no role today: that their posting ended, and whom to ask."""
    if not getattr(user, "is_authenticated", False) or getattr(user, "standing", None) is not None:
        return []
    ended = endings.last_posting(user)
    if ended is None:
        return []
    title = f"Your posting at {ended[0]} ended on {long_date(ended[1])}"
    hint = "Ask your sergeant if that is wrong."
    return [Item(title, reverse("accounts:me"), hint, urgency=Urgency.TO_KNOW)]


def to_see_to(user: Any) -> list[Item]:
    """The lines of a person who plans postings, from one statement."""
    standing = getattr(user, "standing", None)
    if standing is None or not standing.on_force("posting.plan"):
        return []
    first, *others = _waiting(user, timezone.localdate())
    return [_item(row) for row in first.union(*others, all=True)]


def _waiting(user: Any, today: date) -> list[QuerySet[Any, Any]]:
    posted = Posting.objects.living(on=today).filter(officer=OuterRef("officer"))
    of_force: dict[str, Any] = {"force": user.standing.force_id, "expires_on__lte": today + SOON}
    newer_vetting = Vetting.objects.filter(officer=OuterRef("officer"), pk__gt=OuterRef("pk"))
    vettings = Vetting.objects.filter(~Exists(newer_vetting), Exists(posted), **of_force)
    newer = Training.objects.filter(officer=OuterRef("officer"), kind=OuterRef("kind"), pk__gt=OuterRef("pk"))
    trainings = Training.objects.filter(~Exists(newer), Exists(posted), kind__in=REQUIRED_TRAINING, **of_force)
    plans = PostingPlan.objects.visible_to(user).filter(status=PlanStatus.READY, starts_on__gt=today)
    return [
        _rows(plans, "plan", F("pk"), Value("", output_field=CharField()), F("starts_on")),
        _rows(vettings, "vetting", F("officer_id"), F("officer__user__name"), F("expires_on")),
        _rows(trainings, "training", F("officer_id"), F("officer__user__name"), F("expires_on")),
    ]


def _rows(rows: QuerySet[Any], what: str, of: Any, name: Any, due: Any) -> QuerySet[Any, Any]:
    named = {"row_what": Value(what, output_field=CharField()), "row_of": of, "row_name": name, "row_due": due}
    return rows.annotate(**named).order_by("row_due", "pk").values_list(*named)[:MOST]


def _item(row: Row) -> Item:
    what, of, name, due = row
    if what == "plan":
        hint = "It posts nobody until you apply it."
        return Item(
            f"Decide on proposal {of} of postings", reverse("proposal-view", args=[of]), hint, due, Urgency.SOON
        )
    is_over = due is not None and due < timezone.localdate()
    title = f"{'Vetting' if what == 'vetting' else 'Training'} of {name} {'ran' if is_over else 'runs'} out"
    urgency = Urgency.NOW if is_over else Urgency.SOON
    return Item(title, reverse("officer-view", args=[of]), due_on=due, urgency=urgency)
