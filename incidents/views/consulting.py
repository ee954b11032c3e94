"""Why does somebody open a child's record? Asked once a session and child where the force wants it, and kept in the log (R18)."""

from django.http import HttpRequest

from incidents.models import Concern
from incidents.pupil_forms import WHY_LABELS, Why
from schools.models import Pupil
from ssp.accounts.client import person
from ssp.tenancy import preferences

KEPT = "why"
MOST = 200  # children of one session; the oldest reason is asked for again


def is_asked(pupil: Pupil) -> bool:
    """Whether the force asks at all."""
    return preferences.of(pupil.force_id).asks_consultation_reason


def given(request: HttpRequest, pupil: Pupil) -> str:
    """The reason somebody gave in this session; the concern they came from is one. Empty where there is none."""
    return _came_from(request, pupil) or str(request.session.get(KEPT, {}).get(str(pupil.pk), ""))


def keep(request: HttpRequest, pupil: Pupil, *, why: str, words: str) -> None:
    """Remember the reason until they sign out; the log keeps it from the next look on."""
    before = [(key, value) for key, value in request.session.get(KEPT, {}).items() if key != str(pupil.pk)]
    label = WHY_LABELS[Why(why)]
    reason = f"{label}: {words}" if words else label
    request.session[KEPT] = dict([*before[1 - MOST :], (str(pupil.pk), reason)])


def _came_from(request: HttpRequest, pupil: Pupil) -> str:
    """The reference of the concern whose page led here, if the child is in it and it is theirs to read."""
    asked = request.GET.get("concern", "")
    if not (asked.isascii() and asked.isdigit() and len(asked) < 19):
        return ""
    rows = Concern.objects.visible_to(person(request)).filter(pk=asked, school=pupil.school_id)
    found = rows.filter(people__pupil__in=[pupil.pk, *(each.pk for each in pupil.merged.all())]).only("number").first()
    return f"Concern {found.reference}" if found else ""
