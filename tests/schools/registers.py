"""How do the tests of the register make a file and import it?"""

import csv
import io
from pathlib import Path

from schools.register.report import Counts, Report
from schools.services import register

DATA = Path(__file__).parent.parent / "data" / "register"
HEADER = ["URN", "LA (code)", "LA (name)", "EstablishmentName", "EstablishmentStatus (name)", "OpenDate", "Postcode"]
HEADER += ["Easting", "Northing", "NumberOfPupils", "SchoolWebsite", "TelephoneNum"]


def row(urn: int = 900001, name: str = "Ashfield School", **values: str) -> dict[str, str]:
    """An invented school; ``values`` by heading without what stands in brackets."""
    full = {"LA (code)": "926", "LA (name)": "Norfolk", "EstablishmentStatus (name)": "Open", "OpenDate": "01-09-1999"}
    full |= {"Postcode": "NR1 1AA", "Easting": "623000", "Northing": "308500", "NumberOfPupils": "812"}
    by_short = {heading.split(" (")[0]: heading for heading in HEADER} | {"LA": "LA (code)", "LAName": "LA (name)"}
    return full | {"URN": str(urn), "EstablishmentName": name} | {by_short[short]: v for short, v in values.items()}


def text(*rows: dict[str, str], header: list[str] | None = None) -> str:
    """A file of these rows."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, header or HEADER, restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def imported(
    folder: Path, content: str | bytes | Path, *, dry_run: bool = False
) -> tuple[Counts, list[str], list[str]]:
    """Import a file; its counts, the reasons of refusals, and the remarks."""
    path = content if isinstance(content, Path) else folder / "register.csv"
    if not isinstance(content, Path):
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    with Report(folder / "refused.csv", folder / "remarks.csv") as report:
        counts = register.import_file(path=path, report=report, dry_run=dry_run)
    return counts, reasons(folder / "refused.csv"), reasons(folder / "remarks.csv")


def reasons(path: Path) -> list[str]:
    """The last column of a report."""
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return [line["reason"] for line in csv.DictReader(file)]
