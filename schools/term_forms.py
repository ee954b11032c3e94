"""What is typed about terms? Twelve dates, two a half; a file; the number of a school."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.forms.boundfield import BoundField

from schools import terms
from schools.term_file import LARGEST
from ssp.ui.forms import DateField, Look

_ENDS = (("starts_on", "First day", "the first day"), ("ends_on", "Last day", "the last day"))


class TermDatesForm(forms.Form):
    """The six halves of one school year."""

    def __init__(self, *args: Any, year: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.year = year
        for half, label in terms.HALVES.items():
            for end, words, noun in _ENDS:
                said = f"{noun} of the {label[0].lower()}{label[1:]}"
                self.fields[f"{half}_{end}"] = DateField(label=words, noun=said)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            for problem in terms.problems(self.year, cleaned):
                self.add_error(problem.field, problem.words)
        return cleaned

    def halves(self) -> Iterator[tuple[str, BoundField, BoundField]]:
        """Each half's name with its two fields, in their order."""
        for half, label in terms.HALVES.items():
            yield label, self[f"{half}_starts_on"], self[f"{half}_ends_on"]


class ImportForm(forms.Form):
    file = forms.FileField(
        label="File of term dates",
        help_text="A CSV file, at most 1 MB.",
        max_length=200,
        error_messages={"required": "Choose a file", "empty": "The file is empty"},
    )
    is_dry_run = forms.BooleanField(label="Only check the file, keep nothing", required=False)
    looks: ClassVar[dict[str, Look]] = {"file": Look(size="m")}

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST:
            raise forms.ValidationError("The file is larger than 1 MB, so it is no file of term dates.")
        return file


class FindForm(forms.Form):
    urn = forms.RegexField(
        r"^[0-9]{6}$",
        label="Number of the school (URN)",
        help_text="Six digits. Only for a school whose dates differ from its authority’s.",
        error_messages={
            "invalid": "Enter the six digits of the school’s number",
            "required": "Enter the school’s number",
        },
    )
    looks: ClassVar[dict[str, Look]] = {"urn": Look(width=10)}
