"""Which police force covers a school? By the local authority that is responsible for it, as the packaged lists say."""

import csv
from functools import cache
from importlib.resources import files

_DATA = files("schools") / "data"


@cache
def names() -> dict[str, str]:
    """The forces' names by the identifier that data.police.uk uses."""
    return _read("police-forces.csv", "police_uk_id", "name")


@cache
def _by_authority() -> dict[str, str]:
    return _read("la-to-police-force.csv", "la_code", "police_uk_id")


@cache
def _by_district() -> dict[str, str]:
    return _read("district-to-police-force.csv", "district_code", "police_uk_id")


@cache
def by_name() -> dict[str, str]:
    """The identifiers that data.police.uk uses, by the force's name."""
    return {name: code for code, name in names().items()}


@cache
def by_district_name() -> dict[str, str]:
    """The force of each local authority district, by the district's name."""
    return _read("district-to-police-force.csv", "district_name", "police_uk_id")


@cache
def authorities() -> dict[str, str]:
    """The force of each local authority of England, by the authority's name."""
    return _read("la-to-police-force.csv", "la_name", "police_uk_id")


def covering(la_code: str, district_code: str = "") -> str:
    """The data.police.uk identifier of the force by DfE local authority code, else by ONS district code, else ''."""
    return _by_authority().get(la_code) or _by_district().get(district_code, "")


def _read(name: str, key: str, value: str) -> dict[str, str]:
    lines = (_DATA / name).read_text(encoding="utf-8").splitlines()
    return {row[key]: row[value] for row in csv.DictReader(lines)}
