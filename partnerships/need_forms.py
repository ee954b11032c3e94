"""What is typed about need: weights, values with their sources, what a party says, what is offered. Shape and wording alone."""

import uuid
from decimal import Decimal
from typing import Any, ClassVar

from django import forms

from partnerships.models.need import ConsultedParty, Indicator, Says
from partnerships.need import Weight
from partnerships.services.need import Known
from ssp.ui.forms import DateField, Look

LONG = 2000
MOST = Decimal("999999.99")


def _number(label: str, **other: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=8, decimal_places=2, max_value=MOST, localize=False, **other)


class WeightsForm(forms.Form):
    """Three boxes an indicator, and the two lines."""

    replaces = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32_000)
    looks: ClassVar[dict[str, Look]] = {
        "note": Look(size="m", characters=LONG), "line": Look(width=3), "priority_from": Look(width=3),
        **{f"{i.value}_{part}": Look(width=5) for i in Indicator for part in ("weight", "none_at", "full_at")},
    }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in Indicator:
            self.fields[f"{each.value}_weight"] = forms.IntegerField(
                label=f"{each.label}: weight", min_value=0, max_value=100, help_text="0 to 100; 0 does not count."
            )
            self.fields[f"{each.value}_none_at"] = _number("Value that gives no points", min_value=0)
            self.fields[f"{each.value}_full_at"] = _number("Value that gives 100 points", min_value=0)
        self.fields["line"] = forms.IntegerField(
            label="The line",
            min_value=0,
            max_value=100,
            help_text="Schools with a lower score get the youth-engagement offer.",
        )
        self.fields["priority_from"] = forms.IntegerField(
            label="Priority school from",
            min_value=0,
            max_value=100,
            help_text="Schools with this score or a higher one.",
        )
        self.fields["note"] = forms.CharField(label="Why these weights?", max_length=LONG, widget=forms.Textarea)

    def weights(self) -> list[Weight]:
        data = self.cleaned_data
        return [
            Weight(each, data[f"{each.value}_weight"], data[f"{each.value}_none_at"], data[f"{each.value}_full_at"])
            for each in Indicator
        ]


def filled(weights: list[Weight]) -> dict[str, Any]:
    """What the boxes of `WeightsForm` begin with."""
    return {
        f"{each.indicator.value}_{part}": getattr(each, part)
        for each in weights
        for part in ("weight", "none_at", "full_at")
    }


class AssessForm(forms.Form):
    """Two boxes an indicator: the value, and where it is from. An empty value is not known."""

    press = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    looks: ClassVar[dict[str, Look]] = {
        "note": Look(size="m", characters=LONG), **{i.value: Look(width=5, size="s") for i in Indicator},
    }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in Indicator:
            self.fields[each.value] = _number(each.label, min_value=0, required=False)
            self.fields[f"{each.value}_source"] = forms.CharField(
                label="Where from, and of which time?", max_length=200, required=False
            )
        self.fields["note"] = forms.CharField(
            label="What else counts?", max_length=LONG, widget=forms.Textarea, required=False,
            help_text="The school reads this. Do not name a child.",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for each in Indicator:
            if data.get(each.value) is not None and not data.get(f"{each.value}_source", "").strip():
                self.add_error(f"{each.value}_source", "Say where this value is from, and of which time")
        return data

    def known(self) -> dict[Indicator, Known]:
        data = self.cleaned_data
        return {each: Known(data[each.value], data[f"{each.value}_source"]) for each in Indicator}


def read_field() -> forms.CharField:
    """Which assessment was read; without one nothing was."""
    return forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)


class AgreeForm(forms.Form):
    assessment = read_field()
    says = forms.ChoiceField(
        label="Does the school agree with how its need was assessed?", choices=Says.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label="What do you not agree with, or want to add?", max_length=LONG, widget=forms.Textarea, required=False,
        help_text="Needed where the school does not agree. Do not name a child.",
    )  # fmt: skip
    looks: ClassVar[dict[str, Look]] = {"says": Look(size="m"), "words": Look(size="m", characters=LONG)}


class ConsultForm(forms.Form):
    assessment = read_field()
    party = forms.ChoiceField(
        label="Who was asked?", widget=forms.RadioSelect,
        choices=[choice for choice in ConsultedParty.choices if choice[0] != ConsultedParty.SCHOOL],
    )  # fmt: skip
    who = forms.CharField(label="Who spoke for them?", max_length=150, help_text="Name and office.")
    said_on = DateField(label="When?")
    says = forms.ChoiceField(label="What did they say?", choices=Says.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label="In their words", max_length=LONG, widget=forms.Textarea, required=False,
        help_text="Needed where they do not agree. The school reads this. Do not name a child.",
    )  # fmt: skip
    looks: ClassVar[dict[str, Look]] = {"words": Look(characters=LONG), "party": Look(size="s"), "says": Look(size="s")}


class OfferForm(forms.Form):
    assessment = read_field()
    sessions = forms.IntegerField(label="Sessions", min_value=0, max_value=500, help_text="Lessons or groups.")
    assemblies = forms.IntegerField(label="Assemblies", min_value=0, max_value=500)
    until = DateField(label="Until when?")
    words = forms.CharField(label="What are they about?", max_length=LONG, widget=forms.Textarea, required=False)
    looks: ClassVar[dict[str, Look]] = {
        "sessions": Look(width=3), "assemblies": Look(width=3), "words": Look(characters=LONG)
    }  # fmt: skip
