"""What can be typed on the pages of lists and school families? Shape and wording; no rules about other records."""

from typing import Any, ClassVar

from django import forms
from django.core.files.uploadedfile import UploadedFile

from partnerships.list_file import MOST_BYTES
from partnerships.services.families import LONGEST
from ssp.ui.forms import Look

LONG = 1000


class ListForm(forms.Form):
    file = forms.FileField(
        label="The list",
        help_text="An Excel workbook (.xlsx) or a CSV file with one school a line, up to 2 MB. Nothing is taken in before you "
        "have seen what was found.",
        error_messages={
            "required": "Select the list you want to bring in",
            "empty": "The file is empty. Select the list you want to bring in",
        },
        widget=forms.FileInput(
            attrs={
                "accept": ".csv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            }
        ),
    )
    looks: ClassVar[dict[str, Look]] = {"file": Look(size="m")}

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if file.size is None or file.size > MOST_BYTES:
            raise forms.ValidationError(
                "The list must be smaller than 2 MB. Remove pictures and sheets it does not need"
            )
        return file


class ChooseSchoolForm(forms.Form):
    """Which of these schools does the line mean? The schools themselves are drawn by the page, side by side."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=80)
    school = forms.MultipleChoiceField(
        required=False, error_messages={"invalid_choice": "Choose from the schools shown, or search for another."}
    )

    def __init__(self, *args: Any, schools: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["school"].choices = [(str(pk), str(pk)) for pk in schools]  # type: ignore[attr-defined]


class SetAsideForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, max_length=80)
    reason = forms.CharField(
        label="Why does it mean none of them?",
        help_text="For example: closed in 2004 and nothing followed it.",
        max_length=LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    looks: ClassVar[dict[str, Look]] = {"reason": Look(size="s", rows=2, shows_optional=False)}


class FamilyForm(forms.Form):
    name = forms.CharField(
        label="Name of the family",
        help_text="As your teams call it, for example: North Brent schools",
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    looks: ClassVar[dict[str, Look]] = {"name": Look(size="m", width=20)}
