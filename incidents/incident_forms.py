"""What does an officer type about an incident, the people in it and what comes of it? Shape and wording alone."""

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms

from incidents.ages import OLDEST
from incidents.fields import ClockField
from incidents.models import ImageAct, IncidentKind, IncidentRole, Outcome, OwnKind, PersonKind, Place, VictimWish
from incidents.services.incidents import Happening, Threshold
from incidents.services.people import Described, Involved
from schools.models import CareStatus, Ethnicity, Sex, SpecialNeeds
from ssp.ui.forms import DateField, Look

LONG = 6000
OWN = "own:"
FACT = "Facts, as you saw or were told them. Say who told you."
NOT_RECORDED = [("", "Not recorded")]
YES_NO = [("yes", "Yes"), ("no", "No")]
PEOPLE_AT_ONCE = 8


def press_field() -> forms.UUIDField:
    """Makes a form that is sent twice count once."""
    return forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class DescribedForm(forms.Form):
    """Who somebody is: everything but the name may be left out where the purpose does not need it."""

    name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    year_group = forms.CharField(label="Year group", max_length=20, required=False)
    born_on = DateField(label="Date of birth", noun="the date of birth", required=False)
    age = forms.IntegerField(
        label="Age, where the date of birth is not known",
        required=False,
        min_value=0,
        max_value=OLDEST,
        help_text="In years, on the day it happened.",
    )
    sex = forms.ChoiceField(label="Sex", choices=[*NOT_RECORDED, *Sex.choices], required=False)
    ethnicity = forms.ChoiceField(
        label="Ethnicity, as they describe it themselves", choices=[*NOT_RECORDED, *Ethnicity.choices], required=False
    )
    special_needs = forms.ChoiceField(
        label="Special educational needs", choices=[*NOT_RECORDED, *SpecialNeeds.choices], required=False
    )
    care_status = forms.ChoiceField(label="Care", choices=[*NOT_RECORDED, *CareStatus.choices], required=False)
    EQUALITY: ClassVar[tuple[str, ...]] = ("sex", "ethnicity", "special_needs", "care_status")
    looks: ClassVar[dict[str, Look]] = {"age": Look(width=3), "year_group": Look(width=10)}

    def described(self) -> Described:
        """Who was typed in."""
        names = ("name", "year_group", "born_on", "age", *self.EQUALITY)
        return Described(**{name: self.cleaned_data[name] for name in names})

    @property
    def plain(self) -> list[Any]:
        """The fields that every record asks for."""
        return [bound for bound in self.visible_fields() if bound.name not in self.EQUALITY]

    @property
    def equality(self) -> list[Any]:
        """What the figures on fairness need (R17)."""
        return [self[name] for name in self.EQUALITY]


class InvolvedForm(DescribedForm):
    role = forms.ChoiceField(
        label="What are they in this incident?", choices=[("", "Choose one"), *IncidentRole.choices]
    )
    kind = forms.ChoiceField(label="Who are they to the school?", choices=[("", "Choose one"), *PersonKind.choices])
    field_order = ("name", "role", "kind", "born_on", "age", "year_group", *DescribedForm.EQUALITY)

    def involved(self) -> Involved:
        """Who was typed in, and what they are."""
        data = self.cleaned_data
        return Involved(IncidentRole(data["role"]), PersonKind(data["kind"]), self.described())


InvolvedFormSet = forms.formset_factory(
    InvolvedForm, extra=0, max_num=PEOPLE_AT_ONCE, validate_max=True, absolute_max=12
)


class IncidentForm(forms.Form):
    press = press_field()
    kind = forms.ChoiceField(label="What kind of incident?", widget=forms.RadioSelect)
    image_act = forms.ChoiceField(
        label="What was done with them?", choices=ImageAct.choices, widget=forms.RadioSelect, required=False
    )
    kind_words = forms.CharField(label="Say what it was, in a few words", max_length=60, required=False)
    what_happened = forms.CharField(label="What happened?", max_length=LONG, widget=forms.Textarea, help_text=FACT)
    happened_on = DateField(label="When did it happen?", noun="the day it happened")
    happened_at_time = ClockField(label="At what time?", required=False)
    is_time_approximate = forms.BooleanField(label="The time is a guess", required=False)
    place = forms.ChoiceField(label="Where?", choices=[("", "Choose one"), *Place.choices])
    place_detail = forms.CharField(label="Where exactly?", max_length=200, required=False)
    force_reference = forms.CharField(
        label="Reference in the force’s own system",
        max_length=40,
        required=False,
        help_text="Where there is one already.",
    )
    looks: ClassVar[dict[str, Look]] = {
        "kind": Look(
            size="m",
            reveals={IncidentKind.INDECENT_IMAGES: "image_act", IncidentKind.OTHER: "kind_words"},
            hints={IncidentKind.INDECENT_IMAGES: "Never copy, print or forward them."},
        ),
        "image_act": Look(is_small=True),
        "what_happened": Look(size="m", rows=7, characters=LONG),
        "happened_on": Look(size="m"),
        "happened_at_time": Look(width=10),
        "place": Look(size="m"),
        "force_reference": Look(width=20),
    }

    def __init__(self, *args: Any, own_kinds: Sequence[OwnKind] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_kinds = {f"{OWN}{each.pk}": each for each in own_kinds}
        nine = [pair for pair in IncidentKind.choices if pair[0] not in (IncidentKind.OWN, IncidentKind.OTHER)]
        own = [(key, each.name) for key, each in self.own_kinds.items()]
        other = (IncidentKind.OTHER.value, IncidentKind.OTHER.label)
        self.fields["kind"].choices = [*nine, *own, other]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == IncidentKind.INDECENT_IMAGES and not data.get("image_act"):
            self.add_error("image_act", "Choose what was done with them")
        if data.get("kind") == IncidentKind.OTHER and not data.get("kind_words") and "kind_words" not in self.errors:
            self.add_error("kind_words", "Say what it was, in a few words")
        return data

    def happening(self) -> Happening:
        """What was typed, as the service takes it. What belongs to a kind that was not chosen is left out."""
        data, chosen = self.cleaned_data, self.cleaned_data["kind"]
        own = self.own_kinds.get(chosen)
        kind = IncidentKind.OWN if own else IncidentKind(chosen)
        return Happening(
            kind=kind,
            own_kind=own,
            kind_words=data["kind_words"] if kind == IncidentKind.OTHER else "",
            image_act=data["image_act"] if kind == IncidentKind.INDECENT_IMAGES else "",
            what_happened=data["what_happened"],
            happened_on=data["happened_on"],
            happened_at_time=data["happened_at_time"],
            is_time_approximate=data["is_time_approximate"],
            place=data["place"],
            place_detail=data["place_detail"],
            force_reference=data["force_reference"],
        )


class AddendumForm(forms.Form):
    press = press_field()
    text = forms.CharField(label="What do you add?", max_length=LONG, widget=forms.Textarea, help_text=FACT)
    happened_on = DateField(label="When did that happen?", noun="the day it happened", required=False)
    looks: ClassVar[dict[str, Look]] = {"text": Look(size="m", characters=LONG), "happened_on": Look(size="m")}


class NoteForm(forms.Form):
    press = press_field()
    text = forms.CharField(label="What do you add?", max_length=LONG, widget=forms.Textarea, help_text=FACT)
    looks: ClassVar[dict[str, Look]] = {"text": Look(size="m", characters=LONG)}


class WhyForm(forms.Form):
    """One reason, for what cannot be undone."""

    why = forms.CharField(label="Why?", max_length=300, widget=forms.Textarea)
    looks: ClassVar[dict[str, Look]] = {"why": Look(size="m", rows=3, characters=300)}


class DecideForm(forms.Form):
    """The threshold first, the outcome after it: an outcome chosen before its reasons are known is the one that is found."""

    press = press_field()
    is_serious = forms.ChoiceField(
        label="Is it among the offences your force always records as a crime?", choices=YES_NO, widget=forms.RadioSelect
    )
    school_deals = forms.ChoiceField(
        label="Does the school deal with it by its own procedure?", choices=YES_NO, widget=forms.RadioSelect
    )
    victim_wish = forms.ChoiceField(
        label="What did the victim, or a parent for them, choose?", choices=VictimWish.choices, widget=forms.RadioSelect
    )
    outcome = forms.ChoiceField(label="What comes of it?", choices=Outcome.choices, widget=forms.RadioSelect)
    crime_reference = forms.CharField(label="The force’s crime reference", max_length=40, required=False)
    why = forms.CharField(label="Why this outcome?", max_length=LONG, widget=forms.Textarea)
    looks: ClassVar[dict[str, Look]] = {
        "is_serious": Look(size="m", is_inline=True),
        "school_deals": Look(size="m", is_inline=True),
        "victim_wish": Look(size="m"),
        "outcome": Look(size="m", reveals={Outcome.CRIME: "crime_reference"}),
        "why": Look(size="m", characters=LONG),
        "crime_reference": Look(width=20),
    }

    def threshold(self) -> Threshold:
        """The three inputs."""
        data = self.cleaned_data
        return Threshold(
            data["is_serious"] == "yes", data["school_deals"] == "yes", VictimWish(data["victim_wish"])
        )  # fmt: skip


class CloseForm(forms.Form):
    words = forms.CharField(label="What came of it?", max_length=LONG, widget=forms.Textarea)
    looks: ClassVar[dict[str, Look]] = {"words": Look(size="m", characters=LONG)}


class OwnKindForm(forms.Form):
    name = forms.CharField(label="Name of the kind", max_length=60, help_text="For example “Theft” or “Hate incident”.")
    looks: ClassVar[dict[str, Look]] = {"name": Look(width=20)}
