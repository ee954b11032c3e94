"""What does an officer type about a power used, and a sergeant who reviews it? Shape and wording alone."""

from typing import Any, ClassVar

from django import forms

from incidents.fields import ClockField
from incidents.incident_forms import LONG, DescribedForm, press_field
from incidents.models import Answer, Finding, Gate, PowerKind
from incidents.models.powers import BY_LAW, EXCEPTIONAL, FOR_CHILDREN, GATES
from incidents.services.powers import Said, Use
from ssp.ui.forms import DateField, Look

WHO = {
    Gate.HEAD_AGREED: "Name the head, and when they agreed; or say why not.",
    Gate.SCHOOL_AGREED: "Name who agreed for the school, and when; or say why not.",
    Gate.SCHOOL_TOLD: "Name who was told, and when; or say why not.",
    Gate.KEEPS_LESSONS: "Say when it was done; or which lesson was missed, and why.",
    Gate.STAFF_PRESENT: "Name the member of staff; or say why nobody came.",
    Gate.ADULT_PRESENT: "Name them, and what they are to the child; or say why not.",
    Gate.PARENTS_TOLD: "Say who told which parent, and when; or why not.",
    Gate.AUTHORISED: "Give their name and rank, and when; or say why not.",
}


class KindForm(forms.Form):
    """The first question: everything else that is asked depends on it."""

    kind = forms.ChoiceField(label="Which power was used?", choices=PowerKind.choices, widget=forms.RadioSelect)
    looks: ClassVar[dict[str, Look]] = {"kind": Look(size="l", is_heading=True)}


class PowerForm(DescribedForm):
    press = press_field()
    used_on = DateField(label="On which day?", noun="the day it was used")
    used_at_time = ClockField(label="At what time?")
    place_detail = forms.CharField(label="Where exactly?", max_length=200)
    grounds = forms.CharField(
        label="What led to it, and what was it for?",
        max_length=LONG,
        widget=forms.Textarea,
        help_text="Facts. How somebody looks, or what is known of people like them, is no ground.",
    )
    legal_power = forms.CharField(label="By which law?", max_length=200, help_text="The Act and the section.")
    why_then = forms.CharField(
        label="Why could it not wait, or be done away from the school?", max_length=LONG, widget=forms.Textarea
    )
    result = forms.CharField(label="What came of it, at once?", max_length=LONG, widget=forms.Textarea)
    field_order = ("press", "used_on", "used_at_time", "place_detail", "grounds", "legal_power", "why_then", "result")

    def __init__(self, *args: Any, kind: PowerKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.gates = kind, GATES[kind]
        if kind not in BY_LAW:
            del self.fields["legal_power"]
        if kind not in EXCEPTIONAL:
            del self.fields["why_then"]
        for gate in self.gates:
            self._ask(gate)
        sizes = ("used_on", "grounds", "legal_power", "why_then", "result", *(gate.value for gate in self.gates))
        self.looks = {  # type: ignore[misc]
            **DescribedForm.looks,
            **{name: Look(size="m") for name in sizes},
            **{gate.value: Look(size="m", is_inline=gate not in FOR_CHILDREN) for gate in self.gates},
            **{name: Look(size="m", characters=LONG) for name in ("grounds", "why_then", "result")},
            "used_at_time": Look(width=10),
        }

    def _ask(self, gate: Gate) -> None:
        choices = [pair for pair in Answer.choices if pair[0] != Answer.NOT_NEEDED or gate in FOR_CHILDREN]
        self.fields[gate.value] = forms.ChoiceField(label=gate.label, choices=choices, widget=forms.RadioSelect)
        self.fields[f"{gate.value}_words"] = forms.CharField(
            label=WHO[gate], max_length=300, error_messages={"required": WHO[gate]}
        )

    @property
    def circumstances(self) -> list[Any]:
        """What was done, where and why."""
        names = ("used_on", "used_at_time", "place_detail", "grounds", "legal_power", "why_then", "result")
        return [self[name] for name in names if name in self.fields]

    @property
    def who(self) -> list[Any]:
        return [self[name] for name in ("name", "born_on", "age", "year_group")]

    @property
    def asked(self) -> list[Any]:
        """The gates, each with its words."""
        return [self[name] for gate in self.gates for name in (gate.value, f"{gate.value}_words")]

    def use(self) -> Use:
        data = self.cleaned_data
        names = ("used_on", "used_at_time", "place_detail", "grounds", "result")
        return Use(
            kind=self.kind, legal_power=data.get("legal_power", ""), why_then=data.get("why_then", ""),
            **{name: data[name] for name in names},
        )  # fmt: skip

    def said(self) -> dict[Gate, Said]:
        data = self.cleaned_data
        return {gate: Said(Answer(data[gate.value]), data[f"{gate.value}_words"]) for gate in self.gates}


class ReviewForm(forms.Form):
    finding = forms.ChoiceField(label="What do you find?", choices=Finding.choices, widget=forms.RadioSelect)
    words = forms.CharField(label="Why?", max_length=LONG, widget=forms.Textarea, help_text="The officer reads this.")
    looks: ClassVar[dict[str, Look]] = {"finding": Look(size="m"), "words": Look(size="m", characters=LONG)}
