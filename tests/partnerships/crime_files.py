"""How do the tests of crime make a file and import it?"""

import csv
import io
from pathlib import Path

from partnerships.crime.rows import NAMES
from partnerships.services import street_crime
from partnerships.services.street_crime import Imported
from schools.models import School
from schools.register.report import Report
from tests.schools.registers import reasons

DATA = Path(__file__).parent.parent / "data" / "crime"
HEADER = [
    "Crime ID",
    "Month",
    "Reported by",
    "Falls within",
    "Longitude",
    "Latitude",
    "Location",
    "LSOA code",
    "LSOA name",
]
HEADER += ["Crime type", "Last outcome category", "Context"]
NORFOLK = "Norfolk Constabulary"
# A point in Norwich, and what 100 metres are there in degrees, a little more than enough for a test.
HERE = (52.6277, 1.2951)
NORTH_100 = 0.000899


def crime(number: str = "", *, north: float = 0, **values: str) -> dict[str, str]:
    """An invented crime ``north`` metres from HERE; ``values`` by heading in lower case with underscores."""
    full = {"Crime ID": number, "Month": "2025-05", "Reported by": NORFOLK, "Falls within": NORFOLK}
    full |= {
        "Longitude": str(HERE[1]),
        "Latitude": f"{HERE[0] + north / 100 * NORTH_100:.6f}",
        "Location": "On or near Mill Lane",
    }
    full |= {"LSOA name": "Norwich 007G", "Crime type": "Drugs"}
    by_key = {heading.lower().replace(" ", "_"): heading for heading in HEADER}
    return full | {by_key[key]: value for key, value in values.items()}


def text(*rows: dict[str, str], header: list[str] | None = None) -> str:
    """A file of these rows."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, header or HEADER, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def taken(folder: Path, content: str | Path, *, name: str = "2025-05-norfolk-street.csv", **options: bool) -> Imported:
    """Import a file and count; what became of its rows. Reasons of refusals are in ``folder / refused.csv``."""
    path = content if isinstance(content, Path) else folder / name
    if not isinstance(content, Path):
        path.write_text(content, encoding="utf-8")
    with Report(folder / "refused.csv", folder / "remarks.csv", NAMES) as report:
        imported = street_crime.import_file(path=path, name=path.name, report=report, **options)
    if not options.get("dry_run"):
        street_crime.count()
    return imported


def refusals(folder: Path) -> list[str]:
    return reasons(folder / "refused.csv")


def place(easting: int, northing: int, *, urn: int = 900001, code: str = "norfolk", **values: object) -> School:
    """A school of the register at a place, in no force's world."""
    made: School = School.objects.using("owner").create(
        urn=urn, name=f"School {urn}", status="open", easting=easting, northing=northing, latitude=52.0, longitude=1.0,
        police_force_code=code, **values,
    )  # fmt: skip
    return made
