"""What may somebody hand in to be checked? A PDF, or the reference printed on one."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from ssp.documents.references import as_written
from ssp.ui.forms import Look

MAX_UPLOAD_BYTES = 10 << 20


class FileForm(forms.Form):
    file = forms.FileField(
        label="Upload the PDF",
        help_text="The best check, because it shows any change. We do not keep your file. Up to 10 MB. "
        "A scan or photo will not pass: use its reference.",
        error_messages={
            "required": "Select the PDF you want to check",
            "empty": "The file is empty. Select the PDF you want to check",
        },
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
    looks = {"file": Look(size="m")}

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD_BYTES:
            raise forms.ValidationError("The file must be smaller than 10 MB. Documents of this service are")
        if file.read(5) != b"%PDF-":
            raise forms.ValidationError(
                "The file must be a PDF. To check a paper copy, a scan or a photo, enter its reference"
            )
        file.seek(0)
        return file


class ReferenceForm(forms.Form):
    reference = forms.CharField(
        label="Enter the reference",
        help_text="For a paper copy. It is on its last page, like 7QK4-M2XD-9TRH-W6BP-3VNC-8FJS-5G. "
        "Dashes, spaces and capitals do not matter.",
        error_messages={"required": "Enter the reference of the document"},
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    looks = {"reference": Look(size="m")}

    def clean_reference(self) -> str:
        reference = as_written(self.cleaned_data["reference"])
        if reference is None:
            raise forms.ValidationError(
                "Enter the 26 letters and numbers of the reference. It never has the letters O or I, or the numbers 0 or 1"
            )
        return reference
