"""What can be typed on the settings page? One form per section, made from the catalogue."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils import timezone

from ssp.audit.content import safe
from ssp.tenancy import catalogue
from ssp.tenancy.catalogue import Kind, Section, Setting
from ssp.tenancy.images import MAX_BYTES
from ssp.ui.forms import DateField, Look

WHO, WHEN, WHAT = "confirmed_by", "confirmed_on", "confirms"


class SectionForm(forms.Form):
    """The settings of one section and, where it has any that need it, the data protection officer's confirmation of them."""

    shown = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, section: Section, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settings = catalogue.of_section(section)
        self.looks = {setting.name: _look(setting) for setting in self.settings}
        for setting in self.settings:
            self.fields[setting.name] = _FIELDS[setting.kind](setting)
        to_confirm = [setting for setting in self.settings if setting.is_confirmed_by_dpo]
        if to_confirm:
            self._ask_for_confirmation(to_confirm)

    def _ask_for_confirmation(self, to_confirm: list[Setting]) -> None:
        self.fields[WHAT] = forms.MultipleChoiceField(
            label="What your data protection officer confirmed",
            help_text="Tick what they confirmed as it stands above. If it is changed later, it has to be confirmed again.",
            choices=[(setting.name, setting.label) for setting in to_confirm],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )
        self.fields[WHO] = _words(120, required=False, label="Who confirmed it", help_text="Their name or their post.")
        self.fields[WHEN] = DateField(
            label="When they confirmed it", noun="the day of the confirmation", required=False
        )
        self.looks |= {WHAT: Look(size="m", shows_optional=False), WHO: Look(width="two-thirds"), WHEN: Look()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if WHAT not in self.fields or self.errors:
            return cleaned
        if cleaned[WHAT] and not cleaned[WHO]:
            self.add_error(WHO, "Say who confirmed it.")
        if cleaned[WHAT] and not cleaned[WHEN]:
            self.add_error(WHEN, "Say when they confirmed it.")
        if (cleaned[WHO] or cleaned[WHEN]) and not cleaned[WHAT]:
            self.add_error(WHAT, "Choose what they confirmed, or leave name and day empty.")
        if cleaned[WHEN] and cleaned[WHEN] > timezone.localdate():
            self.add_error(WHEN, "The day of the confirmation is still to come.")
        return cleaned

    @property
    def values(self) -> dict[str, Any]:
        """The settings as typed, by name; the form must be valid."""
        return {setting.name: self.cleaned_data[setting.name] for setting in self.settings}


class Words(forms.CharField):
    """Text of one line or several, without control characters, escape sequences and direction overrides."""

    def __init__(self, *, longest: int, has_lines: bool = False, **kwargs: Any) -> None:
        self.has_lines = has_lines
        super().__init__(max_length=longest, **kwargs)

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")
        if not self.has_lines:
            return safe(text, len(text) + 1)
        return "\n".join(safe(line, len(line) + 1) for line in text.split("\n")).strip()


def _words(longest: int, **kwargs: Any) -> Words:
    message = f"Write no more than {longest:,} characters."
    return Words(longest=longest, error_messages={"max_length": message}, **kwargs)


def _common(setting: Setting) -> dict[str, Any]:
    return {"label": setting.label, "help_text": setting.help_text}


def _number(setting: Setting) -> forms.Field:
    message = f"Enter a whole number of {setting.unit} from {setting.low:,} to {setting.high:,}."
    said = dict.fromkeys(("required", "invalid", "min_value", "max_value"), message)
    return forms.IntegerField(
        min_value=setting.low, max_value=setting.high, error_messages=said, **_common(setting)
    )  # fmt: skip


def _switch(setting: Setting) -> forms.Field:
    return forms.BooleanField(required=False, **_common(setting))


def _line(setting: Setting) -> forms.Field:
    return _words(setting.high, required=not setting.may_be_empty, **_common(setting))


def _text(setting: Setting) -> forms.Field:
    return _words(
        setting.high, has_lines=True, widget=forms.Textarea, required=not setting.may_be_empty, **_common(setting)
    )


def _email(setting: Setting) -> forms.Field:
    said = {"invalid": "Enter an e-mail address like schools.team@example.police.uk."}
    return forms.EmailField(max_length=setting.high, required=False, error_messages=said, **_common(setting))


def _telephone(setting: Setting) -> forms.Field:
    said = {"invalid": "Enter a telephone number, like 01632 960 001 or 101, extension 4455."}
    pattern = r"^\+?[\d ().-]*\d[\d ().-]*(?:,? *(?:ext(?:ension|\.)?) *\d{1,8})?$"
    return forms.RegexField(
        pattern, max_length=setting.high, required=False, error_messages=said, **_common(setting)
    )  # fmt: skip


_FIELDS: dict[Kind, Callable[[Setting], forms.Field]] = {
    Kind.NUMBER: _number, Kind.SWITCH: _switch, Kind.LINE: _line, Kind.TEXT: _text, Kind.EMAIL: _email,
    Kind.TELEPHONE: _telephone,
}  # fmt: skip


def _look(setting: Setting) -> Look:
    match setting.kind:
        case Kind.NUMBER:
            return Look(width=5, suffix=setting.unit)
        case Kind.TEXT:
            return Look(characters=setting.high, rows=6)
        case Kind.TELEPHONE:
            return Look(width=20)
        case _:
            return Look(width="" if setting.kind is Kind.SWITCH else "two-thirds")


class LogoForm(forms.Form):
    logo = forms.FileField(
        label="Choose a picture",
        help_text="PNG or JPEG, up to 2 MB. We draw it again, at most 480 by 160 pixels, and keep nothing else of the file. "
        "SVG is not taken, because it can carry programs.",
        error_messages={"required": "Choose a picture", "empty": "The file is empty. Choose a picture"},
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,.png,.jpg,.jpeg"}),
    )

    def clean_logo(self) -> Any:
        file = self.cleaned_data["logo"]
        if file.size > MAX_BYTES:
            raise forms.ValidationError("The file must be smaller than 2 MB.")
        return file
