"""What stands in the blanks of the demo's agreements? The wording's own examples, with the people of the school."""

from datetime import date
from typing import Any

from django.utils import timezone

from officers.demo.people import DEPUTIES, PEOPLE
from partnerships import wording
from partnerships.models import AgreementKind
from schools.models import School
from ssp.access.roles import Role


def of(kind: AgreementKind, school: School, **details: Any) -> dict[str, Any]:
    """A value for every blank of the product's first wording; ``details`` replace some."""
    values: dict[str, Any] = {v.name: v.default or v.example for v in wording.load(kind).variables}
    known = _people(school) | {
        "school_site": ", ".join(school.address),
        "dpo_confirmed_on": date(timezone.localdate().year, 1, 12),
        "ends_on": date(timezone.localdate().year + 1, 12, 31),
    }
    return values | {name: value for name, value in known.items() if name in values} | details


def _people(school: School) -> dict[str, str]:
    here = [each for each in PEOPLE if school.name.lower().startswith(each.place.split("-")[0])]
    heads = [each.name for each in here if each.role == Role.HEAD_TEACHER]
    spocs = [each.name for each in here if each.role == Role.SPOC and each.key not in DEPUTIES]
    deputies = [each.name for each in here if each.key in DEPUTIES]
    named = {"head_teacher_name": heads, "spoc_name": spocs, "deputy_spoc_name": deputies}
    return {name: found[0] for name, found in named.items() if found}
