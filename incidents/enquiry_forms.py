"""What can be typed on the pages of enquiries, the exceptions and advice? Shape and wording; no rules about other records."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from incidents.models import EnquiryMessage, Purpose
from ssp.accounts.models import User
from ssp.ui.dates import long_datetime
from ssp.ui.forms import DateField, Look

LONG = 4000
NO_NAMES = "Do not name a child, and nothing a child could be known by. What has to name one is a disclosure."


class PressForm(forms.Form):
    """A form whose press counts once."""

    press = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class AskForm(PressForm):
    purpose = forms.ChoiceField(
        label="Which policing purpose has the question?", choices=Purpose.choices, widget=forms.RadioSelect
    )
    subject = forms.CharField(label="What is it about?", max_length=120, help_text="A few words. No name of a child.")
    text = forms.CharField(
        label="Your question", max_length=LONG, widget=forms.Textarea, help_text=f"Facts first. {NO_NAMES}"
    )
    field_order = ("press", "subject", "text", "purpose")
    looks: ClassVar[dict[str, Look]] = {
        "purpose": Look(size="s"),
        "subject": Look(size="s"),
        "text": Look(size="s", rows=7, characters=LONG),
    }

    def __init__(self, *args: Any, is_police: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_police:
            del self.fields["purpose"]


class WordsForm(PressForm):
    """One text: a reply, a reason."""

    text = forms.CharField(label="What do you want to say?", max_length=LONG, widget=forms.Textarea, help_text=NO_NAMES)
    looks: ClassVar[dict[str, Look]] = {"text": Look(size="s", rows=6, characters=LONG)}

    def __init__(self, *args: Any, label: str = "", hint: str = "", missing: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["text"]
        field.label, field.help_text = label or field.label, hint or field.help_text
        if missing:
            field.error_messages = {**field.error_messages, "required": missing}


class ForwardForm(PressForm):
    to = forms.ChoiceField(
        label="Whom do you ask?",
        help_text="Staff of the school. Their answer comes back to you first.",
        error_messages={"required": "Choose whom you ask"},
    )
    subject = forms.CharField(label="What is it about?", max_length=120, help_text="As they will see it.")
    text = forms.CharField(
        label="Your question to them", max_length=LONG, widget=forms.Textarea, help_text="In your own words."
    )
    with_words = forms.BooleanField(label="Show them what the officer wrote as well", required=False)
    looks: ClassVar[dict[str, Look]] = {
        "to": Look(size="s"),
        "subject": Look(size="s"),
        "text": Look(size="s", rows=6, characters=LONG),
        "with_words": Look(),
    }

    def __init__(self, *args: Any, people: Sequence[User], is_polices: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [("", "Choose a person"), *((str(each.pk), each.name) for each in people)]  # type: ignore[attr-defined]
        if not is_polices:
            del self.fields["with_words"]


class ReleaseForm(PressForm):
    """The decision at the gate: what goes through as it was written, and what the desk says itself."""

    messages = forms.MultipleChoiceField(
        label="What do you release as it was written?", required=False, widget=forms.CheckboxSelectMultiple
    )
    text = forms.CharField(
        label="What do you say in your own words?", required=False, max_length=LONG, widget=forms.Textarea
    )
    identifies = forms.ChoiceField(
        label="Could any of it identify a child?",
        choices=[("no", "No"), ("yes", "Yes, or not sure")],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether any of it could identify a child"},
    )
    looks: ClassVar[dict[str, Look]] = {
        "messages": Look(size="s", is_small=True),
        "text": Look(size="s", rows=5, characters=LONG),
        "identifies": Look(
            size="s", is_small=True, hints={"yes": "Nothing is released here. It is recorded as a disclosure instead."}
        ),
    }

    def __init__(self, *args: Any, found: Sequence[EnquiryMessage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found = {str(each.pk): each for each in found}
        if not found:
            del self.fields["messages"]
            return
        self.fields["messages"].choices = [  # type: ignore[attr-defined]
            (pk, f"{each.author.name}, {long_datetime(each.written_at)}") for pk, each in self._found.items()
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("text", "").strip() and not data.get("messages") and not self.errors:
            self.add_error("text", "Write something, or choose what to release")
        return data

    @property
    def chosen(self) -> list[EnquiryMessage]:
        return [self._found[pk] for pk in self.cleaned_data.get("messages", [])]


class DirectForm(PressForm):
    happened_on = DateField(label="Which day?")
    happened_time = forms.TimeField(
        label="What time, about?", input_formats=["%H:%M", "%H.%M", "%I.%M%p", "%I%p", "%I:%M%p"],
        help_text="For example 14:30. Use the 24-hour clock.",
        error_messages=dict.fromkeys(("invalid", "required"), "Enter a time such as 14:30"),
    )  # fmt: skip
    spoken_to = forms.CharField(
        label="Whom have you told already, and how?", max_length=200, required=False,
        help_text="For example: 999 at 2.30pm, or the officer by telephone.",
    )  # fmt: skip
    text = forms.CharField(
        label="What do they have to know?", max_length=LONG, widget=forms.Textarea,
        error_messages={"required": "Say what they have to know"},
    )  # fmt: skip
    looks: ClassVar[dict[str, Look]] = {
        "happened_on": Look(size="s"),
        "happened_time": Look(size="s", width=5),
        "spoken_to": Look(size="s"),
        "text": Look(size="s", rows=7, characters=LONG),
    }

    def __init__(self, *args: Any, is_duty: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_duty:
            self.fields["happened_on"].label = "On which day did you first suspect it?"
            self.fields["text"].label = "What do you suspect, and why?"
            self.fields["text"].help_text = "Facts first. Do not investigate, and do not ask the child for more."

    @property
    def happened_at(self) -> datetime:
        data = self.cleaned_data
        return timezone.make_aware(datetime.combine(data["happened_on"], data["happened_time"]))


class ComplaintForm(PressForm):
    about = forms.ChoiceField(
        label="Whom is it about?", widget=forms.RadioSelect, error_messages={"required": "Choose whom it is about"}
    )
    text = forms.CharField(
        label="What happened?", max_length=LONG, widget=forms.Textarea,
        help_text="The head teacher and the sergeant read it. Whoever it is about does not.",
    )  # fmt: skip
    looks: ClassVar[dict[str, Look]] = {"about": Look(size="s"), "text": Look(size="s", rows=7, characters=LONG)}

    def __init__(self, *args: Any, people: Sequence[tuple[User, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [(str(user.pk), f"{user.name}, {kind}") for user, kind in people]  # type: ignore[attr-defined]


class AdviceForm(PressForm):
    question = forms.CharField(
        label="What do you want to know?", max_length=LONG, widget=forms.Textarea,
        help_text="Tell it as a case: ages and what happened, no name, no class, no street.",
    )  # fmt: skip
    is_without_names = forms.BooleanField(
        label="It names no child, and no child can be known by it",
        error_messages={"required": "Confirm that no child is named, or can be known by it"},
    )
    looks: ClassVar[dict[str, Look]] = {"question": Look(size="s", rows=7, characters=LONG), "is_without_names": Look()}
