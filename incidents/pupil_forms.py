"""What can be typed on the pages of pupils? Every fact but the name may be left out."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone

from schools.models import CareStatus, Ethnicity, Pupil, Sex, SpecialNeeds
from ssp.ui.forms import DateField, Look

NEW, NO_PUPIL = "new", "no_pupil"


class Why(models.TextChoices):
    """Why somebody opens a child's record (R18)."""

    CONCERN = "concern", "A concern about this child, or one this child is in"
    SHARING = "sharing", "A disclosure or an enquiry"
    MEETING = "meeting", "A meeting about this child"
    CHECK = "check", "To check or correct the record"
    OTHER = "other", "Something else"


#: How each is said in the log.
WHY_LABELS = {
    Why.CONCERN: "Concern",
    Why.SHARING: "Disclosure or enquiry",
    Why.MEETING: "Meeting",
    Why.CHECK: "Check of the record",
    Why.OTHER: "Something else",
}


class WhyForm(forms.Form):
    why = forms.ChoiceField(
        label="What is it for?",
        choices=Why.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Say why you open it"},
    )
    words = forms.CharField(
        label="In a few words",
        max_length=200,
        required=False,
        help_text="Only needed for “Something else”. Name no child here.",
    )
    looks: ClassVar[dict[str, Look]] = {"why": Look(size="s"), "words": Look(size="s")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("why") == Why.OTHER and not data.get("words"):
            self.add_error("words", "Say in a few words why you open it")
        return data


class FindForm(forms.Form):
    name = forms.CharField(label="Name, or part of it", min_length=2, max_length=120)
    born_on = DateField(label="Date of birth", required=False)
    looks: ClassVar[dict[str, Look]] = {"name": Look(size="s", width="two-thirds"), "born_on": Look(size="s")}


class PupilForm(forms.Form):
    name = forms.CharField(label="Name", max_length=120)
    known_as = forms.CharField(label="Known as", max_length=120, required=False)
    born_on = DateField(label="Date of birth", required=False)
    year_group = forms.CharField(label="Year group", max_length=20, required=False, help_text="For example “Year 8”.")
    sex = forms.ChoiceField(label="Sex", required=False, choices=[("", "Not recorded"), *Sex.choices])
    ethnicity = forms.ChoiceField(
        label="Ethnicity, as the pupil or family gave it",
        required=False,
        choices=[("", "Not recorded"), *Ethnicity.choices],
    )
    special_needs = forms.ChoiceField(
        label="Special educational needs", required=False, choices=[("", "Not recorded"), *SpecialNeeds.choices]
    )
    care_status = forms.ChoiceField(
        label="Care status", required=False, choices=[("", "Not recorded"), *CareStatus.choices]
    )
    looks: ClassVar[dict[str, Look]] = {"year_group": Look(width=10)}

    def clean_born_on(self) -> Any:
        day = self.cleaned_data["born_on"]
        if day is not None and not timezone.localdate().year - 30 <= day.year <= timezone.localdate().year:
            raise ValidationError("The date of birth must be within the last 30 years")
        if day is not None and day > timezone.localdate():
            raise ValidationError("The date of birth is in the future")
        return day


class IdentifyForm(forms.Form):
    """Which of the pupils it is, a new one, or none."""

    who = forms.ChoiceField(
        label="Who is it?", widget=forms.RadioSelect, error_messages={"required": "Choose who it is"}
    )
    looks: ClassVar[dict[str, Look]] = {}

    def __init__(self, *args: Any, pupils: list[tuple[Pupil, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(pupil.pk), _called(pupil)) for pupil, _ in pupils]
        last = [(NEW, "A pupil without an entry yet: make one"), (NO_PUPIL, "Not a pupil of this school")]
        self.fields["who"].choices = [*choices, *last]  # type: ignore[attr-defined]
        hints = {str(pupil.pk): words for pupil, words in pupils}
        self.looks = {"who": Look(size="m", hints=hints, divider_before=NEW if choices else None)}  # type: ignore[misc]


class MergeForm(forms.Form):
    other = forms.ChoiceField(
        label="Which entry is the same child?", widget=forms.RadioSelect, error_messages={"required": "Choose an entry"}
    )
    reason = forms.CharField(
        label="How do you know?", max_length=4000, widget=forms.Textarea, help_text="It can be taken apart again."
    )
    looks: ClassVar[dict[str, Look]] = {}

    def __init__(self, *args: Any, pupils: list[tuple[Pupil, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].choices = [(str(pupil.pk), _called(pupil)) for pupil, _ in pupils]  # type: ignore[attr-defined]
        hints = {str(pupil.pk): words for pupil, words in pupils}
        self.looks = {"other": Look(size="s", hints=hints), "reason": Look(size="s", rows=4)}  # type: ignore[misc]


def _called(pupil: Pupil) -> str:
    known = f" (known as {pupil.known_as})" if pupil.known_as else ""
    return f"{pupil.name}{known}"
