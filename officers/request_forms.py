"""What is typed into a request of a school, into its answer and into a plan? Shape and wording alone."""

from typing import Any, ClassVar

from django import forms

from incidents.fields import HINT, ClockField
from incidents.incident_forms import press_field
from officers.activity_forms import NOT_OURS, RoleGuarded
from officers.models import Audience, Duty, Rating, RequestKind, Topic
from officers.models.activities import MOST_MINUTES
from officers.models.term_plans import PLANNABLE
from officers.services.requests import Wish
from officers.services.term_plans import Intention
from officers.year_groups import YearGroupsField
from ssp.ui.forms import DateField, Look

SHORT = 600
NO_NAMES = "Name no child. What is about one child goes into an enquiry or a disclosure."
TOPICS = [("", "Choose one"), *Topic.choices]


class RequestForm(RoleGuarded):
    press = press_field()
    kind = forms.ChoiceField(label="What do you ask for?")
    day = DateField(label="On which day?", noun="the day")
    at_time = ClockField(label="At what time?")
    topic = forms.ChoiceField(label="What should it be about?", choices=TOPICS, required=False)
    year_groups = YearGroupsField(label="For which year groups?", help_text="For example 7, 8.")
    details = forms.CharField(
        label="Anything the officer should know?", max_length=SHORT, required=False, widget=forms.Textarea,
        help_text=NO_NAMES,
    )  # fmt: skip
    looks: ClassVar[dict[str, Look]] = {
        "kind": Look(size="m"), "day": Look(size="m"), "at_time": Look(size="m", width=10), "topic": Look(size="m"),
        "year_groups": Look(size="m", width=10), "details": Look(size="m", rows=4, characters=SHORT),
    }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        not_ours = sorted(Duty.choices, key=lambda pair: pair[1])
        choices = [("", "Choose one"), ("What an officer does", RequestKind.choices), (NOT_OURS, not_ours)]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    def wish(self) -> Wish:
        return Wish(**{name: value for name, value in self.cleaned_data.items() if name != "press"})


class ProposeForm(forms.Form):
    day = DateField(label="Which day do you propose?", noun="the day")
    at_time = ClockField(label="At what time?", help_text=HINT)
    words = forms.CharField(
        label="Why not the time asked for?", max_length=SHORT, required=False, widget=forms.Textarea
    )
    looks: ClassVar[dict[str, Look]] = {
        "day": Look(size="m"), "at_time": Look(size="m", width=10), "words": Look(size="m", rows=3, characters=SHORT),
    }  # fmt: skip


class WordsForm(forms.Form):
    """A reason that the other side reads."""

    words = forms.CharField(
        label="Why?", max_length=SHORT, widget=forms.Textarea, help_text=f"The other side reads it. {NO_NAMES}"
    )
    looks: ClassVar[dict[str, Look]] = {"words": Look(size="m", rows=4, characters=SHORT)}


class AgreeForm(forms.Form):
    """The time as it was shown."""

    day = forms.DateField(widget=forms.HiddenInput)
    at_time = forms.TimeField(widget=forms.HiddenInput)


class FeedbackForm(forms.Form):
    rating = forms.ChoiceField(label="How did it go?", choices=Rating.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label="What should the officer and the sergeant know?", max_length=SHORT, required=False, widget=forms.Textarea,
        help_text="Name no child.",
    )  # fmt: skip
    looks: ClassVar[dict[str, Look]] = {"rating": Look(size="m"), "words": Look(size="m", rows=4, characters=SHORT)}


class PlanForm(forms.Form):
    press = press_field()
    kind = forms.ChoiceField(
        label="What do you plan?",
        choices=[("", "Choose one"), *sorted(((k.value, k.label) for k in PLANNABLE), key=lambda p: p[1])],
    )
    planned_on = DateField(label="On which day?", noun="the day")
    at_time = ClockField(label="At what time?")
    minutes = forms.IntegerField(label="For how many minutes?", min_value=1, max_value=MOST_MINUTES)
    topic = forms.ChoiceField(label="What is it about?", choices=TOPICS, required=False)
    audience = forms.ChoiceField(label="Who is it with?", choices=[("", "Choose one"), *Audience.choices])
    year_groups = YearGroupsField(label="Which year groups?")
    looks: ClassVar[dict[str, Look]] = {
        "kind": Look(size="m"), "planned_on": Look(size="m"), "at_time": Look(size="m", width=10),
        "minutes": Look(size="m", width=4), "topic": Look(size="m"), "audience": Look(size="m"),
        "year_groups": Look(size="m", width=10),
    }  # fmt: skip

    def intention(self) -> Intention:
        return Intention(**{name: value for name, value in self.cleaned_data.items() if name != "press"})
