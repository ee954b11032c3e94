"""What is typed in a notice before the school day? Shape and wording alone."""

from typing import Any, ClassVar

from django import forms

from incidents.fields import HINT, ClockField
from incidents.incident_forms import press_field
from incidents.models import Whereabouts
from incidents.services.morning_notices import Told
from ssp.ui.forms import DateField, Look

SHORT = 1500


class MorningNoticeForm(forms.Form):
    press = press_field()
    child_name = forms.CharField(
        label="Name of the child", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    born_on = DateField(label="Date of birth", noun="the date of birth", required=False)
    year_group = forms.CharField(label="Year group", max_length=20, required=False)
    happened_on = DateField(label="When did it happen?", noun="the day it happened")
    happened_at_time = ClockField(label="At what time?", required=False, help_text=HINT)
    whereabouts = forms.ChoiceField(label="Where was the child?", choices=Whereabouts.choices, widget=forms.RadioSelect)
    circumstances = forms.CharField(
        label="What happened?",
        max_length=SHORT,
        widget=forms.Textarea,
        help_text="Facts, and no more than the school needs to look after the child today.",
    )
    child_said = forms.CharField(
        label="What did the child say?", max_length=SHORT, widget=forms.Textarea, required=False,
        help_text="In their own words.",
    )  # fmt: skip
    take_care = forms.CharField(
        label="What should the school not do?", max_length=SHORT, widget=forms.Textarea, required=False,
        help_text="For example: do not ring home about it.",
    )  # fmt: skip
    force_reference = forms.CharField(label="The force’s reference", max_length=40)
    looks: ClassVar[dict[str, Look]] = {
        "child_name": Look(size="m"), "born_on": Look(size="m"), "happened_on": Look(size="m"),
        "happened_at_time": Look(width=10), "year_group": Look(width=10), "whereabouts": Look(size="m"),
        "circumstances": Look(size="m", characters=SHORT), "child_said": Look(size="m", rows=3, characters=SHORT),
        "take_care": Look(size="m", rows=3, characters=SHORT), "force_reference": Look(size="m", width=20),
    }  # fmt: skip

    def told(self) -> Told:
        """What was typed, as the service takes it."""
        data: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if name != "press"}
        return Told(**data | {"whereabouts": Whereabouts(data["whereabouts"])})


class CorrectForm(forms.Form):
    press = press_field()
    text = forms.CharField(
        label="What is corrected?", max_length=SHORT, widget=forms.Textarea,
        help_text="What was sent stays to be read. Say what was wrong and what is right.",
    )  # fmt: skip
    looks: ClassVar[dict[str, Look]] = {"text": Look(size="m", characters=SHORT)}
