"""What was published near the demo's schools? Invented crimes of two years at invented points, in the layout of data.police.uk."""

import random
import uuid
from collections.abc import Iterator
from datetime import date

from django.utils import timezone

from officers.demo.world import World
from partnerships.crime.kinds import CrimeKind
from partnerships.models.crimes import CrimeMonth, StreetCrime
from partnerships.services import street_crime
from schools import geo
from schools.models import School
from ssp.ui.dates import months_after

SEED = 20_261_124
MONTHS, LATE = 24, 2  # how many are there, and how many months late the newest is published
STREETS = ("Mill Lane", "Station Road", "Market Street", "Riverside", "School Road", "Canal Walk", "Hope Street", "Elm Grove",
           "Foundry Way", "Queen Street", "Ashfield Park", "Supermarket")  # fmt: skip
OFTEN = {
    CrimeKind.VIOLENCE: 10, CrimeKind.ANTI_SOCIAL: 10, CrimeKind.SHOPLIFTING: 4, CrimeKind.DRUGS: 3, CrimeKind.DAMAGE: 4,
    CrimeKind.ROBBERY: 2, CrimeKind.THEFT_FROM_PERSON: 2, CrimeKind.WEAPONS: 1, CrimeKind.VEHICLE: 3, CrimeKind.BURGLARY: 2,
    CrimeKind.PUBLIC_ORDER: 4,
}  # fmt: skip
FIRST_EASTING, NORTHING, APART = 300_000, 250_000, 3_000  # metres: in a row, so that no two schools share a crime


def tell(world: World) -> None:
    """Give every school of the demo a place, and each force its months; all of it as the operator, as an import is."""
    chance = random.Random(SEED)  # noqa: S311 - an invented world, the same every time
    newest = months_after(timezone.localdate().replace(day=1), -LATE)
    for place, school in enumerate(world.schools.values()):
        code = next(key for key, force in world.forces.items() if force.pk == school.force_id)
        easting, northing = _placed(school, place, code)
        points = [
            (street, easting + chance.randint(-900, 900), northing + chance.randint(-900, 900)) for street in STREETS
        ]
        for back in range(MONTHS):
            month = months_after(newest, -back)
            held, _ = CrimeMonth.objects.using(street_crime.OPERATOR).get_or_create(force_code=code, month=month)
            made = list(_crimes(chance, held, month, points))
            StreetCrime.objects.using(street_crime.OPERATOR).bulk_create(made)
            held.crimes += len(made)
            held.save(using=street_crime.OPERATOR, update_fields=["crimes"])
    street_crime.count()


def _placed(school: School, place: int, code: str) -> tuple[int, int]:
    """The school's place in the register; one without gets one."""
    rows = School.objects.using(street_crime.OPERATOR).filter(pk=school.pk)
    easting, northing = rows.values_list("easting", "northing").get()
    if easting is None or northing is None:
        easting, northing = FIRST_EASTING + place * APART, NORTHING
        latitude, longitude = geo.wgs84(easting, northing)
        rows.update(easting=easting, northing=northing, latitude=latitude, longitude=longitude)
    rows.update(police_force_code=code)
    return easting, northing


def _crimes(
    chance: random.Random, held: CrimeMonth, month: date, points: list[tuple[str, int, int]]
) -> Iterator[StreetCrime]:
    """Fewer in August; more at the first points than at the last."""
    number = chance.randint(20, 32) if month.month == 8 else chance.randint(30, 48)
    weights = [1 / (1 + order) for order in range(len(points))]
    kinds = chance.choices(list(OFTEN), list(OFTEN.values()), k=number)
    for kind, (street, easting, northing) in zip(kinds, chance.choices(points, weights, k=number), strict=True):
        yield StreetCrime(
            published=held, key=uuid.UUID(int=chance.getrandbits(128)), month=month, kind=kind,
            location=f"On or near {street}", easting=easting, northing=northing,
        )  # fmt: skip
