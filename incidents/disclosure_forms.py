"""What can be typed about a disclosure? Shape and wording; which rules hold, the services say."""

import uuid
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from incidents import bases
from incidents.extracts import Content, FamilyInformed, Item, Typed, written
from incidents.models import RecipientKind
from incidents.services.disclosures import NOTHING, OTHER, PURPOSES
from partnerships.models import Party
from ssp.ui.forms import DateField, Look

LONG = 6000
SHARE, WITHHOLD = "share", "withhold"
NEVER = "Never sent from here: body maps, counselling notes, allegations about staff."
FAMILY_WORDS: dict[str, str] = {
    FamilyInformed.TOLD.value: "told_words",
    FamilyInformed.LATER.value: "later_words",
    FamilyInformed.NOT.value: "not_words",
}


def _long(label: str, **options: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=LONG, widget=forms.Textarea, required=False, **options)


class ContentFields(forms.Form):
    """Who gets what: common to the full form and the urgent one."""

    press = forms.UUIDField(widget=forms.HiddenInput)
    source = forms.IntegerField(widget=forms.HiddenInput, required=False, max_value=2**62, min_value=1)
    recipient_kind = forms.ChoiceField(label="Who will receive it?", widget=forms.RadioSelect)
    recipient_name = forms.CharField(
        label="Name of the body", max_length=120, required=False, help_text="For example “MASH”. Do not name a child."
    )
    chosen = forms.MultipleChoiceField(
        label="What of the record will you give?", widget=forms.CheckboxSelectMultiple, required=False,
        help_text=f"Only what you tick, copied as it stands. {NEVER}",
    )  # fmt: skip
    facts = _long("What they need to know, in your own words")
    opinion = _long("Professional opinion", help_text="It is marked as opinion.")

    looks: ClassVar[dict[str, Look]] = {}

    def __init__(self, *args: Any, side: str, officer: str, offered: dict[str, Item], **kwargs: Any) -> None:
        kwargs.setdefault("initial", {})
        kwargs["initial"] = {"press": uuid.uuid4(), "recipient_kind": OTHER[side]} | kwargs["initial"]
        super().__init__(*args, **kwargs)
        self.side, self.offered = side, offered
        to = RecipientKind.OFFICER if side == Party.SCHOOL else RecipientKind.SPOC
        words = officer if side == Party.SCHOOL else RecipientKind.SPOC.label
        self._choices("recipient_kind", [(to, words), (RecipientKind.OUTSIDE, "Another body, such as MASH")])
        hint = "The receipt is recorded by you: they have no account here."
        outside = RecipientKind.OUTSIDE.value
        self.looks = {  # type: ignore[misc]
            **type(self).looks,
            "recipient_kind": Look(size="m", reveals={outside: "recipient_name"}, hints={outside: hint}),
            "facts": Look(size="m", rows=5, shows_optional=bool(offered)),
            "opinion": Look(rows=3),
        }
        if offered:
            self._choices("chosen", [(key, item.label) for key, item in offered.items()])
            hints = {key: f"{'Opinion. ' if item.is_opinion else ''}{item.text}"[:600] for key, item in offered.items()}
            self.looks["chosen"] = Look(size="m", hints=hints)
            self.fields["facts"].label = "Anything else they need, in your own words"
        else:
            del self.fields["chosen"]

    def _choices(self, name: str, choices: list[tuple[Any, Any]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("recipient_kind") == RecipientKind.OUTSIDE and not data.get("recipient_name"):
            self.add_error("recipient_name", "Enter the name of the body")
        return data

    def gives_something(self, data: dict[str, Any]) -> bool:
        return bool(data.get("chosen") or data.get("facts") or data.get("opinion"))


class UrgentForm(ContentFields):
    """What goes at once: who, and what they must know. Nothing else is asked before it is sent (R4)."""

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if not self.gives_something(data) and "facts" not in self.errors:
            self.add_error("facts", "Write what they must know" if not self.offered else NOTHING)
        return data

    def typed(self) -> Typed:
        data = self.cleaned_data
        return Typed(
            recipient_kind=data["recipient_kind"], recipient_name=data["recipient_name"], source=data["source"],
            chosen=tuple(data.get("chosen", ())), facts=data["facts"], opinion=data["opinion"],
        )  # fmt: skip


class DecisionForm(ContentFields):
    """The one form for both decisions: to give, or to withhold."""

    decision = forms.ChoiceField(
        label="What have you decided?", widget=forms.RadioSelect, choices=[(SHARE, "Share"), (WITHHOLD, "Do not share")]
    )
    reason = _long("Why you do not share")
    look_again_on = DateField(label="When will you look at it again?", required=False)
    purpose = forms.ChoiceField(label="What is the purpose?", widget=forms.RadioSelect, required=False)
    basis = forms.ChoiceField(label="What lets you share it?", widget=forms.RadioSelect, required=False)
    need = _long("Why they need it", help_text="They read these words.")
    proportionality = _long(
        "Why this much, and no more", help_text="What you weighed. It stays with your side, for whoever asks you later."
    )
    family = forms.ChoiceField(
        label="Does the family know?", widget=forms.RadioSelect, choices=FamilyInformed.choices, required=False
    )
    told_words = _long("Who told them, when, and what they said")
    later_words = _long("Who tells them, and by when")
    not_words = _long("Why not")
    field_order = (
        "press", "source", "decision", "reason", "recipient_kind", "recipient_name", "purpose", "basis", "need",
        "chosen", "facts", "opinion", "proportionality", "family", "told_words", "later_words", "not_words",
        "look_again_on",
    )  # fmt: skip

    looks: ClassVar[dict[str, Look]] = {
        "decision": Look(
            size="m",
            reveals={WITHHOLD: "reason"},
            hints={
                WITHHOLD: "You give the reason, and may leave the rest empty. It is kept like a share. The other side is not "
                "told; an auditor sees that a decision was made, not about what."
            },
        ),
        "reason": Look(rows=3),
        "look_again_on": Look(size="s"),
        "need": Look(size="m", rows=3),
        "proportionality": Look(size="m", rows=3),
        "family": Look(size="m", reveals=FAMILY_WORDS),
        "told_words": Look(rows=3),
        "later_words": Look(rows=2),
        "not_words": Look(rows=3),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._choices("purpose", [(each.value, each.label) for each in PURPOSES[self.side]])
        choices = bases.for_side(self.side)
        self._choices("basis", [(each.key, each.label) for each in choices])
        hints = {each.key: each.hint for each in choices}
        self.looks["purpose"] = Look(size="m", shows_optional=False)
        self.looks["basis"] = Look(size="m", hints=hints, shows_optional=False)
        for name in ("need", "proportionality", "family"):
            look = self.looks[name]
            self.looks[name] = Look(size=look.size, rows=look.rows, reveals=look.reveals, shows_optional=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("decision") == WITHHOLD:
            self._needs("reason", "Say why you do not share")
        elif data.get("decision") == SHARE:
            self._to_share(data)
        again = data.get("look_again_on")
        if isinstance(again, date) and data.get("decision") != WITHHOLD:
            data["look_again_on"] = None
        return data

    def _to_share(self, data: dict[str, Any]) -> None:
        self._needs("purpose", "Choose the purpose")
        self._needs("basis", "Choose what lets you share it")
        self._needs("need", "Say why they need it")
        self._needs("proportionality", "Say why this much, and no more")
        self._needs("family", "Say whether the family knows")
        if words := FAMILY_WORDS.get(data.get("family", "")):
            self._needs(words, f"Enter {str(self.fields[words].label)[0].lower()}{str(self.fields[words].label)[1:]}")
        if not self.gives_something(data) and not {"facts", "chosen"} & set(self.errors):
            self.add_error("facts", ValidationError(NOTHING))

    def _needs(self, name: str, message: str) -> None:
        if not self.cleaned_data.get(name) and name not in self.errors:
            self.add_error(name, message)

    def typed(self) -> Typed:
        data = self.cleaned_data
        words = FAMILY_WORDS.get(data["family"])
        again = data["look_again_on"]
        return Typed(
            is_withheld=data["decision"] == WITHHOLD, recipient_kind=data["recipient_kind"],
            recipient_name=data["recipient_name"], purpose=data["purpose"], basis=data["basis"], need=data["need"],
            source=data["source"], chosen=tuple(data.get("chosen", ())), facts=data["facts"],
            opinion=data["opinion"], family=data["family"], family_words=data[words] if words else "",
            proportionality=data["proportionality"], reason=data["reason"] if data["decision"] == WITHHOLD else "",
            look_again_on=again.isoformat() if again else "",
        )  # fmt: skip


def initial_of(typed: Typed) -> dict[str, Any]:
    """The form as it was filled in, to be changed."""
    raw = typed.as_json() | {"decision": WITHHOLD if typed.is_withheld else SHARE}
    if words := FAMILY_WORDS.get(typed.family):
        raw[words] = typed.family_words
    raw["look_again_on"] = date.fromisoformat(typed.look_again_on) if typed.look_again_on else None
    return raw


class ReasonForm(forms.Form):
    """Why an urgent one was given."""

    purpose = forms.ChoiceField(label="What was the purpose?", widget=forms.RadioSelect)
    basis = forms.ChoiceField(label="What let you share it?", widget=forms.RadioSelect)
    reason = forms.CharField(
        label="Why it could not wait, and whether the family knows", max_length=LONG, widget=forms.Textarea
    )

    looks: ClassVar[dict[str, Look]] = {}

    def __init__(self, *args: Any, side: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = bases.for_side(side)
        self.fields["purpose"].choices = [(each.value, each.label) for each in PURPOSES[side]]  # type: ignore[attr-defined]
        self.fields["basis"].choices = [(each.key, each.label) for each in choices]  # type: ignore[attr-defined]
        hints = {each.key: each.hint for each in choices}
        self.looks = {"purpose": Look(size="m"), "basis": Look(size="m", hints=hints), "reason": Look(size="m")}  # type: ignore[misc]


class RecallForm(forms.Form):
    reason = forms.CharField(
        label="Why do you recall it?", max_length=LONG, widget=forms.Textarea,
        help_text="This stays with your side. The recipients see that it was recalled.",
    )  # fmt: skip

    looks: ClassVar[dict[str, Look]] = {"reason": Look(size="m")}


class NoteForm(forms.Form):
    note = forms.CharField(
        label="Who confirmed it, when and how?", max_length=500, help_text="For example “MASH duty desk, by telephone”."
    )


class CorrectForm(forms.Form):
    """Every part of the newest version as it stands, to be put right; a part left empty is taken out."""

    press = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="What was wrong?", max_length=LONG, widget=forms.Textarea, help_text="Every recipient reads these words."
    )

    def __init__(self, *args: Any, now: Content, **kwargs: Any) -> None:
        kwargs["initial"] = {"press": uuid.uuid4()}
        super().__init__(*args, **kwargs)
        self.now = now
        self.looks = {"reason": Look(size="m", rows=3)}
        for number, item in enumerate(now.items):
            label = f"{item.label}{' (opinion)' if item.is_opinion else ''}"
            self.fields[f"item_{number}"] = _long(label, initial=item.text)
            self.looks[f"item_{number}"] = Look(rows=4, shows_optional=False)
        self.fields["facts"] = _long("Anything to add")
        self.fields["opinion"] = _long("Professional opinion to add")

    def content(self) -> Content:
        """What would be given now."""
        data = self.cleaned_data
        texts = [(item, data[f"item_{number}"]) for number, item in enumerate(self.now.items)]
        kept = [Item(item.label, text, item.is_opinion) for item, text in texts if text]
        items = (*kept, *written(data["facts"], data["opinion"]))
        return Content(self.now.need, items, self.now.family, self.now.family_words)
