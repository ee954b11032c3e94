"""What does every component look like? A page of the demo and the tests, for eyes and for axe."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ssp.access.decorators import public
from ssp.ui.components import Action, Progress, SummaryRow, Task
from ssp.ui.forms import DateField, Look
from ssp.ui.statuses import STATUSES, status

WHY_PUBLIC = "Invented content; exists in the demo and the tests alone."


class GalleryForm(forms.Form):
    """One field of every kind."""

    looks = {
        "name": Look(size="s"),
        "cost": Look(prefix="£", suffix="per item", width=5),
        "code": Look(width=10),
        "facts": Look(size="s", characters=500, rows=6),
        "school": Look(size="s"),
        "told": Look(size="s", is_inline=True),
        "contact": Look(
            size="s",
            hints={"email": "We answer within one school day."},
            reveals={"email": "contact_email"},
            divider_before="none",
        ),
        "purposes": Look(size="s"),
        "happened_on": Look(size="s"),
    }

    name = forms.CharField(label="Full name", help_text="As it stands in your contract.", max_length=100)
    email = forms.EmailField(label="E-mail address", required=False)
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    cost = forms.DecimalField(label="Cost per item, in pounds")
    pupils = forms.IntegerField(label="How many pupils?", min_value=1)
    code = forms.CharField(
        label="Security code", widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "placeholder": "Code"})
    )
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    facts = forms.CharField(
        label="What happened?", help_text="Facts only; your opinion comes next.", widget=forms.Textarea
    )
    school = forms.ChoiceField(
        label="School", choices=[("", "Choose a school"), ("1", "Ashfield Academy"), ("2", "Brook Lane School")]
    )
    told = forms.ChoiceField(
        label="Has a parent been told?",
        choices=[("yes", "Yes"), ("no", "No"), ("unknown", "Not known")],
        widget=forms.RadioSelect,
    )
    contact = forms.ChoiceField(
        label="How may we answer you?",
        help_text="Choose one.",
        choices=[("email", "By e-mail"), ("phone", "By phone"), ("none", "No answer needed")],
        widget=forms.RadioSelect,
    )
    contact_email = forms.EmailField(label="Address for the answer", required=False)
    purposes = forms.MultipleChoiceField(
        label="What was it for?",
        choices=[("prevent", "Crime prevention"), ("protect", "Safeguarding"), ("detect", "Investigation")],
        widget=forms.CheckboxSelectMultiple,
    )
    happened_on = DateField(
        label="When did it happen?", help_text="For example, 24 11 2026.", noun="the date it happened"
    )
    document = forms.FileField(label="Sealed PDF")
    agree = forms.BooleanField(label="I have read the whole document", help_text="All ten clauses.")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


@require_http_methods(["GET", "HEAD", "POST"])
@public(WHY_PUBLIC)
def components(request: HttpRequest) -> HttpResponse:
    form = GalleryForm(request.POST, request.FILES) if request.method == "POST" else GalleryForm()
    form.is_valid()
    return render(request, "ui/components_gallery.html", {"form": form, "back_url": "/", **_samples()})


@require_safe
@public(WHY_PUBLIC)
def poll_fragment(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/_gallery_status.html")


@require_POST
@public(WHY_PUBLIC)
def save_draft(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=204)


def _samples() -> dict[str, Any]:
    page = reverse("ui:components")
    return {
        "rows": [
            SummaryRow("School", "Ashfield Academy", [Action("Change", page, "school")]),
            SummaryRow("Signed", "Dev Okafor, head teacher"),
            SummaryRow(
                "Reason", "<em>as typed</em>", [Action("Change", page, "reason"), Action("Delete", page, "reason")]
            ),
        ],
        "tasks": [
            Task("Agree and sign the protocol", status("duty", "to_do"), url=page, hint="Version 3 waits for you."),
            Task("Make all staff aware", status("duty", "overdue"), url=page),
            Task("Give feedback", "Cannot start yet", hint="Opens in December."),
        ],
        "progress": Progress(("Read", "Confirm authority", "Sign"), 2),
        "statuses": [
            (record, [(value, shown.label, shown.colour) for value, shown in values.items()])
            for record, values in STATUSES.items()
        ],
        "moment": datetime(2026, 11, 24, 8, 15, tzinfo=timezone.get_default_timezone()),
        "length": timedelta(days=2, hours=3, minutes=12),
        "due": timezone.now() - timedelta(hours=2),
    }
