"""What is typed about referrals, case conferences and restorative conferences? Shape and wording alone."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from incidents.fields import ClockField
from incidents.incident_forms import LONG, press_field
from incidents.models import IncidentPerson, Kept, ParentConsent, Result, SchemeKind
from incidents.services.conferences import MOST_ATTENDEES, Attendee
from ssp.ui.forms import DateField, Look

APOLOGIES = "apologies"


class PersonChoice(forms.ModelChoiceField):
    """Somebody of an incident, by name and what they are in it."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.get_role_display().lower()})"


class ReferralForm(forms.Form):
    press = press_field()
    person = PersonChoice(label="Who is referred?", queryset=IncidentPerson.objects.none(), empty_label="Choose one")
    scheme_kind = forms.ChoiceField(label="What kind of scheme?", choices=[("", "Choose one"), *SchemeKind.choices])
    scheme = forms.CharField(label="Which scheme, and who runs it?", max_length=120)
    why = forms.CharField(label="Why this scheme?", max_length=LONG, widget=forms.Textarea)
    looks: ClassVar[dict[str, Look]] = {
        "person": Look(size="m"), "scheme_kind": Look(size="m"), "scheme": Look(size="m"),
        "why": Look(size="m", characters=LONG),
    }  # fmt: skip

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = people  # type: ignore[attr-defined]


class ReferralSendForm(forms.Form):
    press = press_field()
    has_child_consent = forms.ChoiceField(
        label="Do they consent themselves?", choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect
    )
    parent_consent = forms.ChoiceField(
        label="Does a parent or carer consent?", choices=ParentConsent.choices, widget=forms.RadioSelect
    )
    consent_words = forms.CharField(label="Who consented, to whom, and how?", max_length=300, widget=forms.Textarea)
    on = DateField(label="When was it sent?", noun="the day it was sent")
    looks: ClassVar[dict[str, Look]] = {
        "has_child_consent": Look(size="m", is_inline=True), "parent_consent": Look(size="m"),
        "consent_words": Look(size="m", rows=3, characters=300), "on": Look(size="m"),
    }  # fmt: skip


class ReferralMoveForm(forms.Form):
    press = press_field()
    result = forms.ChoiceField(label="Was it completed?", choices=Result.choices, widget=forms.RadioSelect)
    words = forms.CharField(max_length=LONG, widget=forms.Textarea)
    on = DateField(label="When?", noun="the day")
    looks: ClassVar[dict[str, Look]] = {
        "result": Look(size="m"), "words": Look(size="m", characters=LONG), "on": Look(size="m"),
    }  # fmt: skip

    def __init__(self, *args: Any, words_label: str, asks_result: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = words_label
        if not asks_result:
            del self.fields["result"]


class ConferenceForm(forms.Form):
    press = press_field()
    purpose = forms.CharField(label="What is it for?", max_length=LONG, widget=forms.Textarea)
    meets_on = DateField(label="On which day does it meet?", noun="the day it meets")
    meets_at_time = ClockField(label="At what time?", required=False)
    place = forms.CharField(label="Where?", max_length=200, required=False)
    looks: ClassVar[dict[str, Look]] = {
        "purpose": Look(size="m", characters=LONG), "meets_on": Look(size="m"), "meets_at_time": Look(width=10),
    }  # fmt: skip


class ConferenceHoldForm(forms.Form):
    attendees = forms.CharField(
        label="Who came, and who sent apologies?",
        max_length=8000,
        widget=forms.Textarea(attrs={"spellcheck": "false"}),
        help_text="One person a line: name, organisation. Add “apologies” for somebody who did not come.",
    )
    decided = forms.CharField(label="What was said and decided?", max_length=LONG, widget=forms.Textarea)
    looks: ClassVar[dict[str, Look]] = {
        "attendees": Look(size="m", rows=6), "decided": Look(size="m", rows=8, characters=LONG),
    }  # fmt: skip

    def clean_attendees(self) -> list[Attendee]:
        lines = [line.strip() for line in self.cleaned_data["attendees"].splitlines() if line.strip()]
        if len(lines) > MOST_ATTENDEES:
            raise ValidationError(f"Name at most {MOST_ATTENDEES} people")
        return [_attendee(number, line) for number, line in enumerate(lines, 1)]


def _attendee(number: int, line: str) -> Attendee:
    parts = [part.strip() for part in line.split(",")]
    is_present = APOLOGIES not in (part.lower() for part in parts[1:])
    name, where = parts[0], ", ".join(part for part in parts[1:] if part.lower() != APOLOGIES)
    if not name or len(name) > 120 or len(where) > 120:
        raise ValidationError(
            f"Line {number}: enter a name, then a comma and the organisation, each up to 120 characters"
        )
    return name, where, is_present


class ActionForm(forms.Form):
    press = press_field()
    what = forms.CharField(label="What is to be done?", max_length=300, widget=forms.Textarea)
    owner = forms.CharField(label="Who does it?", max_length=120)
    due_on = DateField(label="By when?", noun="the day it is due")
    looks: ClassVar[dict[str, Look]] = {
        "what": Look(size="m", rows=3),
        "owner": Look(size="m"),
        "due_on": Look(size="m"),
    }


class ActionDoneForm(forms.Form):
    words = forms.CharField(label="What was done?", max_length=300, widget=forms.Textarea)
    looks: ClassVar[dict[str, Look]] = {"words": Look(size="m", rows=3, characters=300)}


class RestorativeForm(forms.Form):
    press = press_field()
    is_minor = forms.BooleanField(
        label="It is a minor matter: none of the offences your force always records as a crime", required=False
    )
    is_admitted = forms.BooleanField(label="Whoever is responsible admits it, of their own accord", required=False)
    harmed = PersonChoice(label="Who was harmed?", queryset=IncidentPerson.objects.none(), empty_label="Choose one")
    responsible = PersonChoice(
        label="Who is responsible?", queryset=IncidentPerson.objects.none(), empty_label="Choose one"
    )
    meets_on = DateField(label="When does it meet?", noun="the day it meets")
    looks: ClassVar[dict[str, Look]] = {
        "harmed": Look(size="m"), "responsible": Look(size="m"), "meets_on": Look(size="m"),
    }  # fmt: skip

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("harmed", "responsible"):
            self.fields[name].queryset = people  # type: ignore[attr-defined]


class RestorativeHoldForm(forms.Form):
    harmed_consents = forms.BooleanField(
        label="Whoever was harmed takes part of their own free will; for a child, a parent agrees", required=False
    )
    responsible_consents = forms.BooleanField(
        label="Whoever is responsible takes part of their own free will; for a child, a parent agrees", required=False
    )
    facilitator = forms.CharField(label="Who led it?", max_length=120)
    is_facilitator_trained = forms.BooleanField(
        label="I confirm that they are trained to lead restorative conferences", required=False
    )
    met_on = DateField(label="When did it meet?", noun="the day it met")
    agreement = forms.CharField(label="What was agreed?", max_length=LONG, widget=forms.Textarea)
    follow_up_on = DateField(label="When is it followed up?", noun="the day it is followed up")
    looks: ClassVar[dict[str, Look]] = {
        "facilitator": Look(size="m"), "met_on": Look(size="m"), "agreement": Look(size="m", characters=LONG),
        "follow_up_on": Look(size="m"),
    }  # fmt: skip


class FollowUpForm(forms.Form):
    is_kept = forms.ChoiceField(label="Was the agreement kept?", choices=Kept.choices, widget=forms.RadioSelect)
    words = forms.CharField(label="How do both sides see it now?", max_length=LONG, widget=forms.Textarea)
    looks: ClassVar[dict[str, Look]] = {"is_kept": Look(size="m"), "words": Look(size="m", characters=LONG)}
