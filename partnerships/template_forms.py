"""What can be typed on the pages of templates? Clauses as plain boxes, blanks as small forms."""

from typing import Any, ClassVar

from django import forms

from partnerships.models import AgreementKind
from partnerships.wording import VariableType, editing
from ssp.ui.forms import Look

SHORT, LONG = 300, 20_000


class BeginForm(forms.Form):
    kind = forms.ChoiceField(label="Which document?", choices=AgreementKind.choices, widget=forms.RadioSelect)
    looks: ClassVar[dict[str, Look]] = {"kind": Look(size="m")}


class PartForm(forms.Form):
    """Carries back which words the page showed, so that nobody writes over somebody else's change unseen."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)


class TitleForm(PartForm):
    title = forms.CharField(label="Title", max_length=SHORT, widget=forms.Textarea)
    summary = forms.CharField(
        label="Summary",
        help_text="What everybody should know before they read on. One sentence or two on each line.",
        max_length=LONG,
        widget=forms.Textarea,
    )
    looks: ClassVar[dict[str, Look]] = {"title": Look(size="m", rows=2), "summary": Look(size="m", rows=8)}

    def clean_title(self) -> str:
        return " ".join(self.cleaned_data["title"].split())

    def clean_summary(self) -> list[str]:
        return editing.lines(self.cleaned_data["summary"])


class ClauseForm(PartForm):
    heading = forms.CharField(label="Heading", max_length=SHORT)
    paragraphs = forms.CharField(
        label="Paragraphs",
        help_text="Leave an empty line between paragraphs. Numbers come by themselves.",
        max_length=LONG,
        widget=forms.Textarea,
    )
    looks: ClassVar[dict[str, Look]] = {"heading": Look(size="m"), "paragraphs": Look(size="m", rows=20)}

    def clean_heading(self) -> str:
        return " ".join(self.cleaned_data["heading"].split())

    def clean_paragraphs(self) -> list[dict[str, Any]]:
        try:
            return editing.paragraphs(self.cleaned_data["paragraphs"])
        except editing.NotWritten as error:
            raise forms.ValidationError(str(error)) from error


class VariableForm(PartForm):
    """One blank of the document, as `partnerships.wording.Variable` has it."""

    name = forms.RegexField(
        r"^[a-z][a-z0-9_]*$",
        label="Name in the text",
        help_text="Small letters, digits and underscores. In the text it stands in braces, like {officer_name}.",
        max_length=60,
        error_messages={"invalid": "Use small letters, digits and underscores, beginning with a letter."},
    )
    label = forms.CharField(label="Question or label", max_length=SHORT)
    type = forms.ChoiceField(
        label="What is typed",
        choices=[
            (VariableType.TEXT, "Words"),
            (VariableType.DATE, "A date"),
            (VariableType.INTEGER, "A whole number"),
            (VariableType.CHOICE, "One of a list"),
        ],
    )
    choices = forms.CharField(
        label="The list",
        help_text="Only for one of a list: each on a line.",
        max_length=LONG,
        widget=forms.Textarea,
        required=False,
    )
    hint = forms.CharField(label="Hint", max_length=SHORT, widget=forms.Textarea)
    example = forms.CharField(label="Example", max_length=SHORT)
    default = forms.CharField(label="Filled in beforehand", max_length=SHORT, required=False)
    required = forms.BooleanField(label="It must be filled in", required=False)
    absent = forms.CharField(
        label="Words when it is left empty",
        help_text="Only when it may be left empty: what the document then says in its place.",
        max_length=SHORT,
        required=False,
    )
    minimum = forms.IntegerField(label="Least", help_text="Only for a whole number", required=False)
    maximum = forms.IntegerField(label="Most", help_text="Only for a whole number", required=False)
    looks: ClassVar[dict[str, Look]] = {
        "hint": Look(rows=2),
        "choices": Look(rows=4, shows_optional=False),
        "absent": Look(shows_optional=False),
        "minimum": Look(width=5, shows_optional=False),
        "maximum": Look(width=5, shows_optional=False),
    }

    def __init__(self, *args: Any, is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_new:  # the text refers to it by its name
            del self.fields["name"]

    def clean_choices(self) -> list[str]:
        return editing.lines(self.cleaned_data["choices"])
