"""How are a child and a time said on the desk? By initials, for it is seen at a glance; by "today" where it is today."""

from datetime import datetime

from django.utils import timezone

from ssp.ui.dates import clock, long_date

DESCRIBES = {
    "a",
    "an",
    "the",
    "some",
    "someone",
    "somebody",
    "another",
    "unknown",
}  # "A boy from another school" is no name


def initials(name: str) -> str:
    """ "E.V." for Ellis Varga; "Somebody" where there is no letter."""
    parts = [part for part in name.replace("-", " ").split() if part[:1].isalpha()]
    if parts and parts[0].casefold() in DESCRIBES:
        return "Somebody"
    return "".join(f"{part[0].upper()}." for part in parts[:3]) or "Somebody"


def since(at: datetime) -> str:
    """ "today, 7.38am", or the day in full."""
    day = timezone.localdate(at)
    return f"{'today' if day == timezone.localdate() else long_date(day)}, {clock(at)}"
