"""How are year groups typed and kept? "7, 8 and 10" is kept as "7,8,10"."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

LAST = 13


class YearGroupsField(forms.CharField):
    """Years 1 to 13, kept in order with commas between; empty is empty. Nothing but numbers passes."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=60, required=False, **kwargs)
        self.widget.attrs["autocomplete"] = "off"

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        rest = re.sub(
            r"\b(?:years?|and|to)\b|[\s,&-]", " ", re.sub(r"\d+", " ", text, flags=re.ASCII), flags=re.IGNORECASE
        )
        if rest.strip():
            raise ValidationError("Enter year groups as numbers, for example 7, 8", code="invalid")
        years: set[int] = set()
        for first, last in re.findall(r"(\d{1,4})(?:\s*(?:-|to)\s*(\d{1,4}))?", text, flags=re.ASCII | re.IGNORECASE):
            if not 1 <= int(first) <= int(last or first) <= LAST:
                raise ValidationError(f"Enter year groups from 1 to {LAST}", code="invalid")
            years |= set(range(int(first), int(last or first) + 1))
        return ",".join(map(str, sorted(years)))
