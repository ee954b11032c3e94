"""What is asked of somebody who reports a concern, one question a page? Shape and wording; the rules are the service's."""

import re
import unicodedata
import uuid
from collections.abc import Mapping
from datetime import date, time, timedelta
from typing import Any, ClassVar, Self

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from incidents.models import PersonKind, PersonRole, Place
from incidents.services.concerns import MOST_PEOPLE, Person
from ssp.audit.content import BIDI
from ssp.documents import file_types
from ssp.ui.dates import clock, long_date
from ssp.ui.forms import DateField, Look, as_typed

LONG = 10_000
OTHER_DAY = "other"
TIME = re.compile(r"(\d{1,2})(?:\s*[.:h]?\s*(\d{2}))?\s*(am|pm)?")
NAMED_TIMES = {"midday": time(12), "noon": time(12), "midnight": time(0)}


class Words(forms.CharField):
    """Text as a person writes it: control and direction characters, which nobody types on purpose, are left out."""

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", str(value or "").replace("\r\n", "\n"))
        kept = "".join(
            c for c in text if c in "\n\t" or (c not in BIDI and unicodedata.category(c) not in ("Cc", "Cs"))
        )
        return str(super().to_python(kept))


class KeptForm(forms.Form):
    """A form whose typing is kept on the server: `from_draft` shows it again without judging it."""

    looks: ClassVar[dict[str, Look]] = {}

    @classmethod
    def from_draft(cls, typed: Mapping[str, Any]) -> Self:
        form = cls()
        form.initial.update(as_typed(form, typed))
        return form


class StepForm(KeptForm):
    """One page of a report."""

    title: ClassVar[str]


class SeenForm(StepForm):
    title = "What did you see or hear?"
    observed = Words(
        label="What did you see or hear?",
        max_length=LONG,
        widget=forms.Textarea,
        help_text="Only what happened: who, and the words used. We ask for your opinion later, on its own.",
        error_messages={"required": "Enter what you saw or heard"},
    )
    looks: ClassVar[dict[str, Look]] = {"observed": Look(size="l", is_heading=True, rows=8)}


class WhenForm(StepForm):
    title = "When and where did it happen?"
    day = forms.ChoiceField(
        label="Which day?", widget=forms.RadioSelect, error_messages={"required": "Choose the day it happened"}
    )
    other_day = DateField(label="The day it happened", noun="the day it happened", required=False)
    at = forms.CharField(
        label="What time?",
        required=False,
        max_length=20,
        help_text="For example 8.15am. Leave it empty if you do not know.",
    )
    is_about = forms.BooleanField(label="The time is approximate", required=False)
    place = forms.ChoiceField(
        label="Where?",
        choices=[("", "Choose a place"), *Place.choices],
        error_messages={"required": "Choose where it happened"},
    )
    place_detail = Words(
        label="Which place?", required=False, max_length=200, help_text="For example “bike shed” or the name of an app."
    )
    looks: ClassVar[dict[str, Look]] = {
        "day": Look(size="s", reveals={OTHER_DAY: "other_day"}),
        "at": Look(width=10, size="s"),
        "place": Look(size="s"),
        "place_detail": Look(size="s"),
    }

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(_as_of_today(data) if data else data, *args, **kwargs)
        today = timezone.localdate()
        self.fields["day"].choices = [  # type: ignore[attr-defined]
            (today.isoformat(), f"Today, {long_date(today)}"),
            ((today - timedelta(1)).isoformat(), f"Yesterday, {long_date(today - timedelta(1))}"),
            (OTHER_DAY, "Another day"),
        ]

    @classmethod
    def from_draft(cls, typed: Mapping[str, Any]) -> Self:
        return super().from_draft(_as_of_today(typed))

    def clean_at(self) -> time | None:
        return parsed_time(self.cleaned_data["at"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("day") == OTHER_DAY:
            data["happened_on"] = data.get("other_day")
            if data["happened_on"] is None and "other_day" not in self.errors:
                self.add_error("other_day", "Enter the day it happened")
        elif data.get("day"):
            data["happened_on"] = date.fromisoformat(data["day"])
        self._refuse_future(data.get("happened_on"), data.get("at"))
        return data

    def _refuse_future(self, day: date | None, at: time | None) -> None:
        now = timezone.localtime()
        if day is not None and day > now.date():
            self.add_error("other_day", "The day it happened must be today or in the past")
        elif day == now.date() and at is not None and at > now.time():
            self.add_error("at", f"The time must be in the past: it is {clock(now)} now")


class NowForm(StepForm):
    title = "Can this wait until tomorrow?"
    urgency = forms.ChoiceField(
        label="Can this wait until tomorrow?",
        choices=[("now", "No, somebody must look at it today"), ("wait", "Yes, it can wait until tomorrow")],
        widget=forms.RadioSelect,
        error_messages={"required": "Choose whether it can wait until tomorrow"},
    )
    done_already = Words(
        label="What have you done already?",
        required=False,
        max_length=LONG,
        widget=forms.Textarea,
        help_text="For example who is with the child, and whom you have told.",
    )
    looks: ClassVar[dict[str, Look]] = {
        "urgency": Look(size="l", is_heading=True, hints={"now": "A child is still at risk, or should not go home yet."}),
        "done_already": Look(size="s", rows=3),
    }  # fmt: skip


class ThinkForm(StepForm):
    title = "What do you think about it?"
    opinion = Words(
        label="What do you think about it?",
        required=False,
        max_length=LONG,
        widget=forms.Textarea,
        help_text="Your professional opinion, and why. It is kept apart from what you saw. You can leave it empty.",
    )
    looks: ClassVar[dict[str, Look]] = {
        "opinion": Look(size="l", is_heading=True, rows=6, shows_optional=False),
    }


class PeopleForm(StepForm):
    """A few people, each with a role of their own in this one record. A line without a name counts for nobody."""

    title = "Who is in it?"

    def __init__(self, data: Any = None, *args: Any, rows: int = 0, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.rows = max(1, min(MOST_PEOPLE, rows or _number((data or {}).get("rows"))))
        looks: dict[str, Look] = {}
        for number in range(self.rows):
            self._line(number, looks)
        self.looks = looks  # type: ignore[misc]

    @classmethod
    def from_draft(cls, typed: Mapping[str, Any]) -> Self:
        form = cls(rows=_number(typed.get("rows")))
        for name in form.fields:
            if name in typed:
                form.initial[name] = typed[name]
        return form

    def _line(self, number: int, looks: dict[str, Look]) -> None:
        first = PersonRole.SUBJECT if number == 0 else ""
        self.fields[f"name_{number}"] = Words(
            label="Name, or how they look if you do not know it", required=False, max_length=120,
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        )  # fmt: skip
        self.fields[f"role_{number}"] = forms.ChoiceField(
            label="What are they in this?", required=False, initial=first, choices=[("", "Choose"), *PersonRole.choices]
        )
        self.fields[f"kind_{number}"] = forms.ChoiceField(
            label="Who are they?", required=False, initial=PersonKind.PUPIL, choices=PersonKind.choices
        )
        self.fields[f"year_{number}"] = Words(
            label="Year group, if they are a pupil", required=False, max_length=20,
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )  # fmt: skip
        plain = Look(shows_optional=False)
        looks |= {f"name_{number}": plain, f"role_{number}": plain, f"kind_{number}": plain}
        looks[f"year_{number}"] = Look(width=5, shows_optional=False)

    @property
    def lines(self) -> list[list[Any]]:
        """The bound fields of each person, for the template."""
        return [[self[f"{name}_{number}"] for name in ("name", "role", "kind", "year")] for number in range(self.rows)]

    @property
    def can_add(self) -> bool:
        return self.rows < MOST_PEOPLE

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for number in range(self.rows):
            name, role = data.get(f"name_{number}"), data.get(f"role_{number}")
            is_untouched = role in ("", None) or (number == 0 and role == PersonRole.SUBJECT)
            if name and not role and f"role_{number}" not in self.errors:
                self.add_error(f"role_{number}", "Choose what this person is in it")
            if not name and not is_untouched and f"name_{number}" not in self.errors:
                self.add_error(f"name_{number}", "Enter a name, or how they look if you do not know it")
        return data

    @property
    def people(self) -> list[Person]:
        """Whom the lines name; of a form that is valid."""
        return [self._person(number) for number in range(self.rows) if self.cleaned_data[f"name_{number}"]]

    def _person(self, number: int) -> Person:
        data = self.cleaned_data
        return Person(
            name=data[f"name_{number}"],
            role=PersonRole(data[f"role_{number}"]),
            kind=PersonKind(data[f"kind_{number}"] or PersonKind.PUPIL),
            year_group=_year(data[f"year_{number}"]),
        )


STEPS: dict[str, type[StepForm]] = {
    "seen": SeenForm, "people": PeopleForm, "when": WhenForm, "now": NowForm, "think": ThinkForm,
}  # fmt: skip


class AddForm(KeptForm):
    """More about a concern, fact and opinion apart as in the report."""

    press = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    observed = Words(
        label="What did you see or hear?",
        required=False,
        max_length=LONG,
        widget=forms.Textarea,
        help_text="Only what happened. To correct something, say what was wrong and what is right.",
    )
    opinion = Words(label="What do you think about it?", required=False, max_length=LONG, widget=forms.Textarea)
    happened_on = DateField(
        label="When did it happen?", noun="the day it happened", required=False, help_text="If it was on another day."
    )
    looks: ClassVar[dict[str, Look]] = {
        "observed": Look(size="m", rows=6, shows_optional=False),
        "opinion": Look(size="m", rows=4),
        "happened_on": Look(size="m"),
    }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("observed") and not data.get("opinion"):
            self.add_error("observed", "Enter what you saw or heard, or what you think")
        return data


class AttachForm(forms.Form):
    press = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    is_confirmed = forms.BooleanField(
        label="This is not a nude, semi-nude or sexual picture of anybody under 18",
        error_messages={
            "required": "Confirm that this is no such picture. If it is one, do not add it: read the warning"
        },
    )
    file = forms.FileField(
        label="Choose a file",
        help_text=f"{file_types.TAKEN}. Documents up to 10 MB, photos up to 15 MB, film and sound up to 25 MB.",
        error_messages={"required": "Choose the file to add", "empty": "The file is empty. Choose another"},
        widget=forms.FileInput(attrs={"accept": file_types.ACCEPT}),
    )
    looks: ClassVar[dict[str, Look]] = {"file": Look(size="m")}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > file_types.BIGGEST:
            raise ValidationError(f"The file must be smaller than {file_types.BIGGEST // file_types.MB} MB")
        return file


def parsed_time(typed: str) -> time | None:
    """A time of day as people type it: "8.15am", "08:15", "8 pm", "midday".

    Raises:
        ValidationError: it is none.
    """
    said = typed.strip().lower().replace(" ", "")
    if not said:
        return None
    if said in NAMED_TIMES:
        return NAMED_TIMES[said]
    found = TIME.fullmatch(said)
    wrong = ValidationError("Enter a time like 8.15am or 14:30, or leave it empty")
    if found is None:
        raise wrong
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half and not 1 <= hour <= 12:
        raise wrong
    hour = hour % 12 + 12 * (half == "pm") if half else hour
    if hour > 23 or minute > 59:
        raise wrong
    return time(hour, minute)


def _as_of_today(typed: Any) -> dict[str, Any]:
    """A day chosen as "today" stays that day, though the draft is gone on with tomorrow."""
    given = {name: typed.get(name) for name in typed}
    today = timezone.localdate()
    try:
        day = date.fromisoformat(str(given.get("day", "")))
    except ValueError:
        return given
    if day not in (today, today - timedelta(1)):
        parts = {"other_day-day": day.day, "other_day-month": day.month, "other_day-year": day.year}
        given |= {"day": OTHER_DAY, **{name: str(value) for name, value in parts.items()}}
    return given


def _year(typed: str) -> str:
    """ "8" reads "Year 8"; anything else stays as it is ("Reception", "Year 8 or 9")."""
    return f"Year {typed}" if typed.isascii() and typed.isdigit() and len(typed) < 3 else typed


def _number(typed: Any) -> int:
    text = str(typed or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 3 else 1
