"""How is a time of day asked for and read, as people type it: "8.15am", "15:15", "1515"?"""

import re
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

SHAPE = re.compile(r"(\d{1,2})(?:[.:h ]?(\d{2}))?\s*(am|pm)?", re.ASCII | re.IGNORECASE)
HINT = "For example 8.15am or 1515."


class ClockField(forms.CharField):
    """A time of day in Europe/London; empty is None."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", HINT)
        super().__init__(max_length=20, **kwargs)
        self.widget.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return clock_of(text) if text else None


def clock_of(text: str) -> time:
    """Read a time of day.

    Raises:
        ValidationError: it is none.
    """
    found = SHAPE.fullmatch(text.strip())
    if found is None:
        raise _problem()
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "").lower()
    if half and not 1 <= hour <= 12 or not half and not found[2]:
        raise _problem()  # "13pm"; "8" alone may be morning or evening
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise _problem() from None


def _problem() -> ValidationError:
    return ValidationError("Enter a time like 8.15am or 1515", code="invalid")
