"""How is a date asked for and read: day, month and year in three inputs?"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

Parts = tuple[str, str, str]

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}


class DateInputs(forms.Widget):
    """Three inputs; their names are the field's name with ``-day``, ``-month``, ``-year``.

    Args:
        is_birthday: lets the browser fill in the person's own date of birth.
    """

    template_name = "ui/forms/date_inputs.html"
    use_fieldset = True
    PARTS = ("day", "month", "year")

    def __init__(self, attrs: dict[str, Any] | None = None, *, is_birthday: bool = False) -> None:
        super().__init__(attrs)
        self.is_birthday = is_birthday
        self.wrong_parts: tuple[str, ...] = ()

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        id_ = context["widget"]["attrs"].get("id", name)
        context["widget"]["id"] = id_
        context["widget"]["parts"] = [
            {
                "id": f"{id_}-{part}",
                "name": f"{name}-{part}",
                "label": part.capitalize(),
                "value": text,
                "width": 4 if part == "year" else 2,
                "is_wrong": part in self.wrong_parts,
                "autocomplete": f"bday-{part}" if self.is_birthday else "",
            }
            for part, text in zip(self.PARTS, parts_of(value), strict=True)
        ]
        return context

    def format_value(self, value: Any) -> None:
        return None

    def id_for_label(self, id_: str) -> str:
        return f"{id_}-day" if id_ else ""

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> Parts:
        day, month, year = (str(data.get(f"{name}-{part}") or "").strip() for part in self.PARTS)
        return day, month, year

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return all(f"{name}-{part}" not in data for part in self.PARTS)


class DateField(forms.Field):
    """A date typed as day, month, year; the month may be a number or a name.

    Args:
        noun: what the date is, as its messages name it: "the date it happened".
    """

    widget = DateInputs

    def __init__(self, *, noun: str = "the date", **kwargs: Any) -> None:
        self.noun = noun
        messages = {"required": f"Enter {noun}", **(kwargs.pop("error_messages", None) or {})}
        super().__init__(error_messages=messages, **kwargs)

    def to_python(self, value: Any) -> date | None:
        """Read the three parts.

        Raises:
            ValidationError: a part is missing (``params["parts"]`` names it) or there is no such day.
        """
        if value is None or isinstance(value, date):
            return value
        if not any(value):
            return None
        self._refuse_missing(value)
        day, month, year = value
        if not (year.isascii() and year.isdigit() and len(year) == 4):
            raise self._problem("year must have 4 numbers, like 2026", "year")
        try:
            return date(int(year), month_number(month), int(day))
        except ValueError:
            raise ValidationError(f"{self._opening} must be a real date, like 24 11 2026", code="invalid") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return parts_of(initial) != parts_of(data)

    def _refuse_missing(self, value: Parts) -> None:
        missing = [part for part, text in zip(DateInputs.PARTS, value, strict=True) if not text]
        if missing:
            raise self._problem(f"must include a {' and '.join(missing)}", *missing)

    def _problem(self, text: str, *parts: str) -> ValidationError:
        said = f"{self._opening} {text}" if text.startswith("must") else f"{self._opening}: {text}"
        return ValidationError(said, code="incomplete", params={"parts": parts})

    @property
    def _opening(self) -> str:
        return self.noun[:1].upper() + self.noun[1:]


def parts_of(value: Any) -> Parts:
    """The three texts to show for a date, also as JSON keeps one (2026-11-24), for what was typed, or for nothing."""
    if isinstance(value, str):
        value = _from_json(value)
    if isinstance(value, datetime | date):
        return str(value.day), str(value.month), str(value.year)
    if isinstance(value, tuple | list) and len(value) == 3:
        day, month, year = (str(part) for part in value)
        return day, month, year
    return "", "", ""


def _from_json(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def month_number(text: str) -> int:
    """ "November", "nov" or "11"; ValueError for anything else."""
    return _MONTHS.get(text[:3].lower()) or int(text)
