"""What can be typed on the pages of agreements? Shape and wording; no rules about other records."""

from datetime import date
from typing import Any, ClassVar

from django import forms

from partnerships.models import ExitState, ReviewOutcome
from partnerships.wording import Variable, VariableType
from ssp.ui.forms import DateField, Look

LONG = 2000


class ShownForm(forms.Form):
    """Carries back which text the page showed."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)


class ReadForm(ShownForm):
    pass


class ConfirmForm(ShownForm):
    has_authority = forms.BooleanField(
        error_messages={"required": "Confirm that you may sign. If you may not, do not go on."}
    )
    consents = forms.BooleanField(error_messages={"required": "Confirm that you agree to sign electronically."})

    def __init__(self, *args: Any, organisation: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["has_authority"].label = f"I may sign this document for {organisation}"
        self.fields["consents"].label = "I agree to sign it electronically"


class SignForm(ShownForm):
    body_sha256 = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)
    credential = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)
    code = forms.CharField(
        label="Security code",
        help_text="The 6 digits your authenticator app shows now",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "spellcheck": "false"}),
    )
    typed_name = forms.CharField(
        label="Type your full name",
        max_length=150,
        error_messages={"required": "Type your full name to sign."},
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
    )
    looks: ClassVar[dict[str, Look]] = {
        "code": Look(size="m", width=5, shows_optional=False),
        "typed_name": Look(size="m", width=20),
    }

    def __init__(self, *args: Any, name: str, is_code_accepted: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["typed_name"].help_text = f"As we have it: {name}"
        if is_code_accepted:
            del self.fields["code"]


class DeclineForm(ShownForm):
    clause = forms.ChoiceField(label="Which clause is this about?", required=False)
    reason = forms.CharField(
        label="Why does the school decline?",
        help_text="The police see this. Do not name a child.",
        max_length=LONG,
        widget=forms.Textarea,
        error_messages={"required": "Say why the school declines, so that the police can answer."},
    )
    looks: ClassVar[dict[str, Look]] = {"reason": Look(size="m", characters=LONG), "clause": Look(size="m")}

    def __init__(self, *args: Any, clauses: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["clause"].choices = [("", "The whole document"), *clauses]  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label="Why?",
        help_text="The other side sees this. Do not name a child.",
        max_length=LONG,
        widget=forms.Textarea,
        required=False,
    )
    looks: ClassVar[dict[str, Look]] = {"reason": Look(size="m", characters=LONG, shows_optional=False)}


class EndForm(forms.Form):
    last_day = DateField(
        label="Last day in force", help_text="For example, 31 7 2027. Today or earlier ends it at once."
    )
    reason = forms.CharField(
        label="Why is it ended?",
        help_text="The other side sees this. Do not name a child.",
        max_length=LONG,
        widget=forms.Textarea,
    )
    looks: ClassVar[dict[str, Look]] = {"reason": Look(size="m", characters=LONG), "last_day": Look(size="m")}


class ExitLineForm(forms.Form):
    """What was done about one line of an exit list."""

    state = forms.ChoiceField(
        label="What was done?",
        choices=[(state.value, state.label) for state in ExitState if state != ExitState.OPEN],
        widget=forms.RadioSelect,
        error_messages={"required": "Say what was done."},
    )
    note = forms.CharField(
        label="What exactly, or why not",
        help_text="The other side sees this. Do not name a child. Needed where something is kept or does not apply.",
        max_length=LONG,
        widget=forms.Textarea,
        required=False,
    )
    looks: ClassVar[dict[str, Look]] = {
        "state": Look(size="m"),
        "note": Look(size="m", characters=LONG, shows_optional=False),
    }


class ReviewForm(forms.Form):
    due_on = forms.DateField(widget=forms.HiddenInput)
    held_on = DateField(label="When was it held?", help_text="For example, 27 3 2027")
    for_school = forms.CharField(label="Who took part for the school?", help_text="Names and roles", max_length=200)
    for_police = forms.CharField(label="Who took part for the police?", help_text="Names and roles", max_length=200)
    outcome = forms.ChoiceField(label="How does it go on?", choices=ReviewOutcome.choices, widget=forms.RadioSelect)
    note = forms.CharField(
        label="What was said",
        help_text="Both sides see this. Do not name a child. Needed where something should change or end.",
        max_length=LONG,
        widget=forms.Textarea,
        required=False,
    )
    looks: ClassVar[dict[str, Look]] = {
        "held_on": Look(size="m"),
        "for_school": Look(size="m"),
        "for_police": Look(size="m"),
        "outcome": Look(size="m"),
        "note": Look(size="m", characters=LONG, shows_optional=False),
    }


class IssueForm(forms.Form):
    sign_by = DateField(label="Sign by", help_text="The head teacher is asked to sign by this day.")
    looks: ClassVar[dict[str, Look]] = {"sign_by": Look(size="m")}


class ChooseForm(forms.Form):
    """Which school, and which template."""

    school = forms.IntegerField(widget=forms.HiddenInput)
    template = forms.ChoiceField(label="Which document?", widget=forms.RadioSelect)
    looks: ClassVar[dict[str, Look]] = {"template": Look(size="m")}

    def __init__(self, *args: Any, templates: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = templates  # type: ignore[attr-defined]


def blanks_form(variables: tuple[Variable, ...], *args: Any, **kwargs: Any) -> forms.Form:
    """A form with one field for each blank of a wording. Fit and need are judged by the wording itself, so none is required."""
    form = forms.Form(*args, **kwargs)
    looks: dict[str, Look] = {}
    for variable in variables:
        form.fields[variable.name] = _field(variable)
        looks[variable.name] = Look(
            size="s", shows_optional=not variable.required, width=10 if _is_number(variable) else ""
        )
    form.looks = looks  # type: ignore[attr-defined]
    return form


def _is_number(variable: Variable) -> bool:
    return variable.type == VariableType.INTEGER


def _example(variable: Variable) -> str:
    """As it is typed: a date in three fields, day first."""
    if variable.type != VariableType.DATE:
        return variable.example
    try:
        day = date.fromisoformat(variable.example)
    except ValueError:
        return variable.example
    return f"{day.day} {day.month} {day.year}"


def _field(variable: Variable) -> forms.Field:
    common: dict[str, Any] = {
        "label": variable.label,
        "required": False,
        "help_text": " ".join(
            filter(None, (variable.hint, f"For example: {_example(variable)}" if variable.example else ""))
        ),
    }
    if variable.type == VariableType.DATE:
        return DateField(**common)
    if variable.type == VariableType.CHOICE:
        return forms.ChoiceField(choices=[("", "Choose"), *((choice, choice) for choice in variable.choices)], **common)
    if _is_number(variable):
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **common)
    widget = forms.Textarea(attrs={"rows": 2}) if len(variable.example) > 60 else forms.TextInput()
    return forms.CharField(widget=widget, **common)
