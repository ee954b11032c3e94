"""What can be typed on the pages of a round? Shape and wording; no rules about other records."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar

from django import forms

from partnerships.forms import blanks_form
from partnerships.models import AgreementKind, TemplateVersion
from partnerships.round_details import Blank
from partnerships.wording import VariableType
from ssp.ui.forms import DateField, Look

LARGEST_TABLE = 5_000_000  # bytes: thousands of schools with every detail as long as it may be


class DocumentsForm(forms.Form):
    """Which version of each document, and by when it is to be signed."""

    sign_by = DateField(
        label="Sign by", noun="the day to sign by", help_text="Every head teacher is asked to sign by this day."
    )
    looks: ClassVar[dict[str, Look]] = {"sign_by": Look(size="m")}

    def __init__(self, *args: Any, templates: Sequence[TemplateVersion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.versions = {str(each.pk): each for each in templates}
        self.looks = dict(self.looks)  # type: ignore[misc]
        for kind in AgreementKind:
            of_kind = [each for each in templates if each.kind == kind]
            choices = [(str(each.pk), f"Version {each.number}{_newest(each, of_kind)}") for each in of_kind]
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label, choices=[*choices, ("", "Do not send it")], widget=forms.RadioSelect, required=False
            )
            self.looks[kind.value] = Look(size="m", shows_optional=False)
        self.order_fields([*AgreementKind.values, "sign_by"])

    @property
    def chosen(self) -> list[TemplateVersion]:
        return [self.versions[pk] for kind in AgreementKind.values if (pk := self.cleaned_data[kind])]


class DifferingForm(forms.Form):
    differing = forms.MultipleChoiceField(
        label="Which details differ from school to school?",
        help_text="The others are filled in once, for every school.",
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    looks: ClassVar[dict[str, Look]] = {
        "differing": Look(size="l", is_heading=True, is_small=True, shows_optional=False)
    }

    def __init__(self, *args: Any, blanks: Iterable[Blank], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.key, each.variable.label) for each in blanks if each.key != "ends_on"]
        self.fields["differing"].choices = choices  # type: ignore[attr-defined]


class TableForm(forms.Form):
    table = forms.FileField(
        label="Upload the table",
        help_text="A CSV file with the columns of the one you downloaded. Empty cells change nothing.",
        error_messages={"required": "Choose the CSV file."},
    )

    def clean_table(self) -> bytes:
        file = self.cleaned_data["table"]
        if file.size > LARGEST_TABLE:
            raise forms.ValidationError("The file is larger than 5 MB. Upload the table in parts.")
        return bytes(file.read())


class SendForm(forms.Form):
    """Carries back which version of the round the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


@dataclass
class Group:
    """Several forms of one page, for its error summary."""

    forms: list[Any]

    @property
    def errors(self) -> bool:
        return any(each.errors for each in self.forms)

    def non_form_errors(self) -> list[str]:
        return []


def details_form(blanks: Iterable[Blank], *args: Any, values: dict[str, Any], **kwargs: Any) -> Any:
    """A form of some details with what stands in them now; dates are kept as text and shown as dates."""
    variables = tuple(each.variable for each in blanks)
    initial = {each.name: _shown(values.get(each.name), each.type) for each in variables}
    return blanks_form(variables, *args, initial=initial, **kwargs)


def say(form: Any, problems: dict[str, str]) -> None:
    """Put what does not fit at its field."""
    for key, problem in problems.items():
        if key in form.fields and key not in form.errors:
            form.add_error(key, f"{problem[:1].upper()}{problem[1:]}.")


def _shown(value: Any, kind: str) -> Any:
    if kind != VariableType.DATE or not isinstance(value, str):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _newest(version: TemplateVersion, of_kind: Sequence[TemplateVersion]) -> str:
    return " (newest)" if version.number == max(each.number for each in of_kind) and len(of_kind) > 1 else ""
