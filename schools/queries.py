"""Which schools may a line of a list mean, and which came after which? The register as matching asks it: two statements."""

from collections import defaultdict
from collections.abc import Collection

from django.db.models import Q

from schools.models import School, SchoolLink
from schools.register.columns import PREDECESSOR_KINDS, SUCCESSOR_KINDS
from schools.register.matching import Entry, Lineage, Register


def register_of(force_id: int) -> Register:
    """The schools of a force, whatever their standing, with what came after each."""
    fields = ("pk", "urn", "name", "la_name", "town", "status", "phase", "gender")
    schools = School.objects.filter(force_id=force_id)
    entries = [Entry(*row) for row in schools.values_list(*fields)]
    return Register(entries, lineage_of(schools.values_list("urn", flat=True)))


def lineage_of(urns: Collection[int]) -> Lineage:
    """Which school followed which, as either of the two says. A chain ends where a school is not among ``urns``."""
    after: dict[int, set[int]] = defaultdict(set)
    links = SchoolLink.objects.filter(
        Q(kind__in=SUCCESSOR_KINDS, from_urn__in=urns) | Q(kind__in=PREDECESSOR_KINDS, to_urn__in=urns)
    )
    for source, target, kind in links.values_list("from_urn", "to_urn", "kind"):
        before, later = (source, target) if kind in SUCCESSOR_KINDS else (target, source)
        after[before].add(later)
    return Lineage(after)
