"""What does an officer type to log an activity? Choices and numbers alone: the form has no room for a child's name."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils import timezone

from incidents.fields import ClockField
from incidents.incident_forms import press_field
from incidents.models import Purpose
from officers.models import ActivityKind, Audience, Duty, Topic
from officers.models.activities import MOST_MINUTES, MOST_OF_REFERENCE, PURPOSE_OF, REFERENCE
from officers.services.activities import Entry, unmet
from officers.year_groups import YearGroupsField
from schools.models import School
from ssp.ui.forms import DateField, Look

EARLIER, LONGER = "earlier", "longer"
LENGTHS = ((15, "15 minutes"), (30, "30 minutes"), (45, "45 minutes"), (60, "1 hour"))
NOT_OURS = "Not an officer’s job: choose to see whom to ask"
LONG = 1_000
K = ActivityKind
# With whom an activity mostly is. Of the others nothing is taken for granted.
AUDIENCE_OF: dict[str, str] = {
    K.PATTERN_REVIEW: Audience.NOBODY, K.PATROL: Audience.NOBODY, K.TRUANCY_PATROL: Audience.NOBODY,
    K.LESSON: Audience.CLASS, K.PARENTS: Audience.PARENTS,
}  # fmt: skip
NOBODY_COUNTED = "Leave this empty, or choose who it was with: you chose “Nobody”."


def catalogue() -> list[tuple[str, Any]]:
    """The activities by purpose, each from A to Z; then what officers do not do."""
    groups: list[tuple[str, Any]] = [("", "Choose an activity")]
    for purpose in Purpose:
        of = [kind for kind in ActivityKind if PURPOSE_OF[kind] == purpose]
        groups.append((purpose.label, sorted(((k.value, k.label) for k in of), key=lambda pair: pair[1])))
    return [*groups, (NOT_OURS, sorted(Duty.choices, key=lambda pair: pair[1]))]


class DayField(forms.ChoiceField):
    """Today, yesterday, or an earlier day. The values are dates, so that "today" means the same when a phone sends it later."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.RadioSelect, **kwargs)

    def offer(self, today: date) -> None:
        days = [(today.isoformat(), "Today"), ((today - timedelta(1)).isoformat(), "Yesterday")]
        self.choices = [*days, (EARLIER, "Earlier")]

    def valid_value(self, value: Any) -> bool:
        if value == EARLIER:
            return True
        try:
            return bool(re.fullmatch(r"\d{4}-\d\d-\d\d", str(value), re.ASCII)) and bool(date.fromisoformat(str(value)))
        except ValueError:
            return False


class RoleGuarded(forms.Form):
    """A form whose ``kind`` may be something officers do not do (R7)."""

    @property
    def duty(self) -> Duty | None:
        """What officers do not do, where that was chosen."""
        kind = self.data.get("kind", "")
        return Duty(kind) if kind in Duty.values else None

    def answer_alone(self, reason: str) -> None:
        """Say why it is not the officer's job, and nothing else: what is missing beside it does not matter then."""
        self.errors.clear()
        self.add_error("kind", reason)


class ActivityForm(RoleGuarded):
    press = press_field()
    keeper = forms.IntegerField(widget=forms.HiddenInput)
    school = forms.ChoiceField(label="At which school?", widget=forms.RadioSelect)
    kind = forms.ChoiceField(label="What did you do?")
    day = DayField(label="When?")
    earlier_on = DateField(label="Which day?", noun="the day", required=False)
    started_at_time = ClockField(label="What time did it start?")
    minutes = forms.ChoiceField(
        label="How long did it take?", choices=[*LENGTHS, (LONGER, "Another length")], widget=forms.RadioSelect
    )
    other_minutes = forms.IntegerField(
        label="How many minutes?", required=False, min_value=1, max_value=MOST_MINUTES,
    )  # fmt: skip
    audience = forms.ChoiceField(label="Who was it with?", choices=Audience.choices, widget=forms.RadioSelect)
    topic = forms.ChoiceField(
        label="What was it about?", choices=[("", "Choose one"), *Topic.choices], required=False,
        help_text="A lesson needs one.",
    )  # fmt: skip
    people = forms.IntegerField(label="About how many people?", required=False, min_value=1, max_value=5_000)
    year_groups = YearGroupsField(label="Which year groups?")
    part = forms.ChoiceField(label="What was it part of?", required=False)
    intelligence = forms.CharField(
        label="Reference of the intelligence", max_length=MOST_OF_REFERENCE, required=False,
        validators=[RegexValidator(REFERENCE, "Enter the reference alone: capital letters, numbers, / and -")],
        help_text="What led to it; a patrol needs one. The reference alone, for example NS/2026/114.",
    )  # fmt: skip
    is_agreed = forms.BooleanField(label="The school agreed to it before", required=False)
    keeps_lessons = forms.BooleanField(label="It did not interfere with lessons", required=False)
    staff_was_there = forms.BooleanField(label="A member of school staff was there", required=False)
    looks: ClassVar[dict[str, Look]] = {
        "school": Look(size="m", is_small=True), "kind": Look(size="m"),
        "day": Look(size="m", is_inline=False, is_small=True, reveals={EARLIER: "earlier_on"}),
        "started_at_time": Look(size="m", width=10),
        "minutes": Look(size="m", is_small=True, reveals={LONGER: "other_minutes"}), "other_minutes": Look(width=4),
        "audience": Look(size="m", is_small=True), "people": Look(width=4), "year_groups": Look(width=10),
        "intelligence": Look(width=20, shows_optional=False), "topic": Look(shows_optional=False),
    }  # fmt: skip

    def __init__(self, *args: Any, schools: Sequence[School], parts: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].choices = [(str(school.pk), school.name) for school in schools]  # type: ignore[attr-defined]
        self.fields["kind"].choices = catalogue()  # type: ignore[attr-defined]
        self.fields["day"].offer(timezone.localdate())  # type: ignore[attr-defined]
        self.fields["part"].choices = [("", "Nothing planned or asked for"), *parts]  # type: ignore[attr-defined]

    @property
    def what(self) -> list[Any]:
        return [self[name] for name in ("school", "kind")]

    @property
    def conditions(self) -> list[Any]:
        """What only some activities rest on: shown with those, and wherever something is given or wrong."""
        return [self[name] for name in ("intelligence", "topic", "is_agreed", "keeps_lessons", "staff_was_there")]

    @property
    def main(self) -> list[Any]:
        """What is always asked, in the order of the page."""
        names = ("day", "started_at_time", "minutes", "audience", "people", "year_groups", "part")
        return [self[name] for name in names]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for each in unmet(data.get("kind", ""), data):
            if each.name not in self.errors:
                self.add_error(each.name, each.reason.format(kind=ActivityKind(data["kind"]).label))
        if data.get("people") and data.get("audience") == Audience.NOBODY:
            self.add_error("people", NOBODY_COUNTED)
        if data.get("day") == EARLIER and not data.get("earlier_on") and "earlier_on" not in self.errors:
            self.add_error("earlier_on", ValidationError("Enter the day", code="required"))
        if data.get("minutes") == LONGER and not data.get("other_minutes") and "other_minutes" not in self.errors:
            self.add_error("other_minutes", ValidationError("Enter how many minutes", code="required"))
        return data

    def entry(self) -> Entry:
        """What was typed, as the service takes it."""
        data = self.cleaned_data
        names = (
            "kind", "started_at_time", "audience", "people", "year_groups", "topic", "intelligence", "is_agreed",
            "keeps_lessons", "staff_was_there",
        )  # fmt: skip
        day, minutes = data["day"], data["minutes"]
        return Entry(
            happened_on=data["earlier_on"] if day == EARLIER else date.fromisoformat(day),
            minutes=data["other_minutes"] if minutes == LONGER else int(minutes),
            **{name: data[name] for name in names},
        )


class AddendumForm(forms.Form):
    press = press_field()
    text = forms.CharField(
        label="What do you put right, or add?", max_length=LONG, widget=forms.Textarea,
        help_text="Name no child here. A named child belongs in an incident.",
    )  # fmt: skip
    looks: ClassVar[dict[str, Look]] = {"text": Look(size="m", characters=LONG)}
