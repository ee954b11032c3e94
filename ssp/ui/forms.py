"""How does an ordinary Django form come out in GOV.UK markup?

Settings name ``GovukRenderer`` as FORM_RENDERER; then ``{{ form }}`` and ``{{ form.field }}`` give whole form
groups: label or legend, hint, error, input. ``{{ form.field.as_widget }}`` gives the input alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.forms.widgets import Input
from django.utils.functional import cached_property
from django.utils.safestring import SafeString

from ssp.ui.components import Problem
from ssp.ui.date_field import DateField, DateInputs

__all__ = ["DateField", "DateInputs", "GovukBoundField", "GovukRenderer", "Look", "as_typed", "problems_of"]

FIELDSET_KINDS = frozenset({"radios", "checkboxes", "date", "other"})
#: Attributes that Django or allauth put on inputs and GOV.UK advises against: they cut, hide or refuse what is typed.
UNWANTED_ATTRIBUTES = ("maxlength", "minlength", "min", "max", "step", "cols", "placeholder", "required")


@dataclass(frozen=True)
class Look:
    """How one field of a form looks; a form keeps them in its attribute ``looks``, by field name.

    Args:
        size: of label or legend: s, m, l or xl; empty for ordinary text.
        is_heading: the label or legend is the page's h1 (one question per page).
        width: of an input in characters (2, 3, 4, 5, 10, 20, 30) or of the column ("one-half", "two-thirds").
        rows: height of a textarea in lines.
        characters, words: turns a textarea into one that counts; the form still has to refuse.
        is_inline, is_small: of radios and checkboxes.
        hints: of single options, by option value.
        reveals: option value → name of the field of the same form that shows when the option is chosen.
        divider_before: the option value that is set apart with "or".
        prefix, suffix: units beside an input.
        shows_optional: whether a field that may stay empty says "(optional)".
    """

    size: str = ""
    is_heading: bool = False
    width: str | int = ""
    rows: int = 5
    characters: int | None = None
    words: int | None = None
    is_inline: bool = False
    is_small: bool = False
    hints: Mapping[str, str] = field(default_factory=dict)
    reveals: Mapping[str, str] = field(default_factory=dict)
    divider_before: str | None = None
    prefix: str = ""
    suffix: str = ""
    shows_optional: bool = True


@dataclass(frozen=True)
class Option:
    """One radio or checkbox of a group, as the template draws it."""

    id: str
    value: str
    label: str
    is_checked: bool
    is_disabled: bool
    hint: str = ""
    revealed: BoundField | None = None
    has_divider: bool = False


class GovukBoundField(BoundField):
    """A field with what GOV.UK markup needs to know about it."""

    def __str__(self) -> SafeString:
        return self.as_hidden_or_group()

    __html__ = __str__

    def as_hidden_or_group(self) -> SafeString:
        """The whole form group; of a hidden field the input alone."""
        return self.as_widget() if self.is_hidden else self.as_field_group()

    @cached_property
    def look(self) -> Look:
        return getattr(self.form, "looks", {}).get(self.name, Look())

    @cached_property
    def kind(self) -> str:
        """Which component draws it: the name of the template part."""
        widget = self.field.widget
        if isinstance(widget, forms.Textarea) and (self.look.characters or self.look.words):
            return "character_count"
        return next((kind for widget_class, kind in _KINDS if isinstance(widget, widget_class)), "other")

    @property
    def use_fieldset(self) -> bool:
        return self.kind in FIELDSET_KINDS

    @property
    def hint_id(self) -> str:
        return f"{self.auto_id}-hint"

    @property
    def error_id(self) -> str:
        return f"{self.auto_id}-error"

    @property
    def info_id(self) -> str:
        return f"{self.auto_id}-info"

    @property
    def aria_describedby(self) -> str:
        """The ids that describe the input or its fieldset, in reading order."""
        ids = [
            self.field.widget.attrs.get("aria-describedby", ""),
            self.info_id if self.kind == "character_count" else "",
            self.hint_id if self.help_text else "",
            self.error_id if self.errors else "",
        ]
        return "" if self.is_hidden else " ".join(filter(None, ids))

    @property
    def input_id(self) -> str:
        """The id of the first input, or of the first wrong part of a date: where an error summary leads."""
        if self.kind == "date":
            return f"{self.auto_id}-{self._wrong_parts[0] if self._wrong_parts else 'day'}"
        return str(self.field.widget.attrs.get("id") or self.auto_id)

    @cached_property
    def messages(self) -> list[str]:
        """What to say at the field: its errors, with Django's "This field is required." put so that it says what to do."""
        problems = self.form.errors[self.name].as_data() if self.errors else []
        return [
            self._please() if self._is_stock_required(problem) else str(text)
            for problem in problems
            for text in problem.messages
        ]

    def _is_stock_required(self, problem: ValidationError) -> bool:
        return problem.code == "required" and problem.message == forms.Field.default_error_messages["required"]

    def _please(self) -> str:
        label = str(self.label)
        if self.kind == "checkbox":
            return f"Tick “{label}” to go on"
        if label.endswith("?"):
            return f"Answer “{label}”"
        verb = "Choose" if self.kind in _CHOOSING_KINDS else "Enter"
        # "Full name" loses its capital, "PDF" does not.
        return f"{verb} {label if label[1:2].isupper() else label[:1].lower() + label[1:]}"

    @property
    def shown_label(self) -> str:
        """The label, with "(optional)" where the field may stay empty."""
        is_marked = self.look.shows_optional and not self.field.required and self.kind != "checkbox"
        return f"{self.label} (optional)" if is_marked and not self.is_revealed else str(self.label)

    @cached_property
    def is_revealed(self) -> bool:
        """Does another field's option show this one?"""
        return any(self.name in look.reveals.values() for look in getattr(self.form, "looks", {}).values())

    @cached_property
    def options(self) -> list[Option]:
        """The radios or checkboxes of a group."""
        return [self._option(widget.data, number) for number, widget in enumerate(self.subwidgets, start=1)]

    def _option(self, data: dict[str, Any], number: int) -> Option:
        value = str(data["value"])
        revealed = self.look.reveals.get(value)
        return Option(
            id=self.auto_id if number == 1 else f"{self.auto_id}-{number}",
            value=value,
            label=data["label"],
            is_checked=bool(data["selected"]),
            is_disabled=bool(data["attrs"].get("disabled")),
            hint=self.look.hints.get(value, ""),
            revealed=self.form[revealed] if revealed else None,
            has_divider=value == self.look.divider_before,
        )

    def build_widget_attrs(self, attrs: dict[str, Any], widget: forms.Widget | None = None) -> dict[str, Any]:
        widget = widget or self.field.widget
        built = super().build_widget_attrs(attrs, widget)
        if widget.is_hidden:
            return built
        # The error is said by the described-by text; GOV.UK's markup has no aria-invalid.
        built.pop("aria-invalid", None)
        built |= dict.fromkeys(UNWANTED_ATTRIBUTES, False)
        return built

    def as_widget(
        self, widget: forms.Widget | None = None, attrs: dict[str, Any] | None = None, only_initial: bool = False
    ) -> SafeString:
        shown = widget or self.field.widget
        if shown.is_hidden:
            return super().as_widget(widget, attrs, only_initial)
        self._prepare(shown)
        return super().as_widget(widget, {**self._attributes(shown), **(attrs or {})}, only_initial)

    def _prepare(self, widget: forms.Widget) -> None:
        # The form has its own copy of the widget, so that it may be changed here.
        if isinstance(widget, forms.ClearableFileInput):
            widget.template_name = "django/forms/widgets/file.html"
        if isinstance(widget, forms.NumberInput):
            widget.input_type = "text"
        if isinstance(widget, DateInputs):
            widget.wrong_parts = self._wrong_parts

    def _attributes(self, widget: forms.Widget) -> dict[str, Any]:
        given = widget.attrs
        attributes: dict[str, Any] = {"class": " ".join([*self._classes(given), *str(given.get("class", "")).split()])}
        if isinstance(widget, forms.Textarea):
            attributes["rows"] = self.look.rows
        if isinstance(widget, forms.NumberInput):
            is_whole = not isinstance(self.field, forms.FloatField | forms.DecimalField)
            attributes["inputmode"] = given.get("inputmode", "numeric" if is_whole else "decimal")
        if isinstance(widget, forms.EmailInput | forms.PasswordInput):
            attributes["spellcheck"] = "false"
        if isinstance(widget, forms.PasswordInput):
            attributes |= {"autocapitalize": "none", "autocomplete": given.get("autocomplete", "current-password")}
        return attributes

    def _classes(self, given: Mapping[str, Any]) -> list[str]:
        base, *more = _CLASSES.get(self.kind, [""])
        classes = [base, *more, f"{base}--error" if base and self.errors and self.kind in _ERROR_KINDS else ""]
        if width := str(self.look.width):
            classes.append(f"govuk-input--width-{width}" if width.isdigit() else f"govuk-!-width-{width}")
        elif given.get("autocomplete") == "one-time-code":
            classes += ["govuk-input--width-10", "govuk-input--extra-letter-spacing"]
        return [name for name in classes if name]

    @property
    def _wrong_parts(self) -> tuple[str, ...]:
        if self.kind != "date" or not self.errors:
            return ()
        problems = self.form.errors[self.name].as_data()
        named = tuple(part for problem in problems for part in (problem.params or {}).get("parts", ()))
        return named or DateInputs.PARTS


# CheckboxSelectMultiple is a kind of RadioSelect, RadioSelect of ChoiceWidget: the narrow ones come first.
_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (DateInputs, "date"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.PasswordInput, "password"),
    (forms.FileInput, "file"),
    (Input, "input"),
)
_CLASSES = {
    "input": ["govuk-input"],
    "textarea": ["govuk-textarea"],
    "character_count": ["govuk-textarea", "govuk-js-character-count"],
    "select": ["govuk-select"],
    "file": ["govuk-file-upload"],
    "password": ["govuk-input", "govuk-password-input__input", "govuk-js-password-input-input"],
    "checkbox": ["govuk-checkboxes__input"],
}
_CHOOSING_KINDS = frozenset({"radios", "checkboxes", "select", "file"})
_ERROR_KINDS = frozenset(_CLASSES) - {"checkbox"}


class GovukRenderer(TemplatesSetting):
    """FORM_RENDERER of the project; needs ``django.forms`` among the installed apps."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"
    bound_field_class = GovukBoundField


def as_typed(form: forms.BaseForm, kept: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """What a kept draft holds for the fields of a form, for its ``initial``: shown again without complaint, finished or not.

    Without the press: each showing of a form has one of its own.
    """
    found = {}
    for name, each in form.fields.items():
        key = f"{prefix}-{name}" if prefix else name
        if name != "press" and not each.widget.value_omitted_from_data(kept, {}, key):
            found[name] = each.widget.value_from_datadict(kept, {}, key)
    return found


def problems_of(form: Any) -> list[Problem]:
    """What an error summary says about a form or a formset, in the order of its fields."""
    if hasattr(form, "forms"):
        own = [Problem(text=str(text)) for text in form.non_form_errors()]
        return own + [problem for part in form.forms for problem in problems_of(part)]
    own = [Problem(text=str(text)) for text in form.non_field_errors()]
    return own + [problem for bound in form for problem in _problems_at(bound)]


def _problems_at(bound: BoundField) -> list[Problem]:
    if not isinstance(bound, GovukBoundField):
        return [Problem(text=str(text), target=bound.id_for_label) for text in bound.errors]
    target = "" if bound.is_hidden else bound.input_id
    return [Problem(text=text, target=target) for text in bound.messages]
