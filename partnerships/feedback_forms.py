"""What does a head type about a term, and tick about information? Shape and wording; no rules about other records."""

import uuid
from typing import ClassVar

from django import forms

from partnerships.models import Overall
from partnerships.services.information import FAMILIES_KNOW, REACHES_OFFICER
from ssp.ui.forms import Look

LONG = 3000


class FeedbackForm(forms.Form):
    press = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    overall = forms.ChoiceField(
        label="How is the partnership working this term?", choices=Overall.choices, widget=forms.RadioSelect
    )
    works = forms.CharField(
        label="What works?",
        max_length=LONG,
        widget=forms.Textarea,
        help_text="The sergeant and the coordinator read this word for word. Do not name a child.",
        error_messages={"required": "Say what works. If nothing does, say so."},
    )
    does_not_work = forms.CharField(
        label="What does not work, or should change?",
        max_length=LONG,
        widget=forms.Textarea,
        help_text="Do not name a child.",
        error_messages={"required": "Say what does not work. If everything does, say so."},
    )
    looks: ClassVar[dict[str, Look]] = {
        "overall": Look(size="m"),
        "works": Look(size="m", characters=LONG),
        "does_not_work": Look(size="m", characters=LONG),
    }


class InformationForm(forms.Form):
    reaches_officer = forms.BooleanField(
        label=REACHES_OFFICER,
        error_messages={"required": "Confirm that safety concerns reach the officer through the SPOC"},
    )
    families_know = forms.BooleanField(
        label=FAMILIES_KNOW, error_messages={"required": "Confirm that families and governors have been told"}
    )
