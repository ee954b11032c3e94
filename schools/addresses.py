"""Which people does a pasted list of addresses name? Lines of a mail program, a column of a spreadsheet or a whole CSV file."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

from ssp.accounts.mailboxes import is_shared
from ssp.accounts.models import normalised
from ssp.audit.content import safe

MOST = 2000
LONGEST = 254
ADDRESS = re.compile(r"[^\s<>,;\"'()]+@[^\s<>,;\"'()]+")
SEVERAL_READ_IT = "is a mailbox that several people read, so nobody could confirm for themself"
_valid = EmailValidator()


@dataclass(frozen=True)
class Addressee:
    """Somebody by name, where one was given, and address."""

    email: str
    name: str = ""


@dataclass(frozen=True)
class Parsed:
    """Who was found, each address once, and one sentence for each line that cannot be used."""

    people: tuple[Addressee, ...]
    problems: tuple[str, ...]


def parse(text: str) -> Parsed:
    """Read a list: one person a line, or several addresses with commas or semicolons between; "Name <address>" and CSV alike.

    A line without any "@" before the first address is taken for the head of a table and passed over.
    """
    people: dict[str, Addressee] = {}
    problems: list[str] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        if "@" not in line:
            if people or problems:
                problems.append(f"Line {number}: no email address in “{safe(line, 40)}”.")
            continue
        for found in _in_line(line):
            problem = _problem(found.email)
            if problem:
                problems.append(f"Line {number}: {safe(found.email, 60)} {problem}.")
            else:
                people.setdefault(found.email, found)
    if len(people) > MOST:
        problems.append(f"There are {len(people):,} addresses; {MOST:,} at most can be sent to at once.")
    return Parsed(tuple(people.values()), tuple(problems))


def _in_line(line: str) -> Iterator[Addressee]:
    found = ADDRESS.findall(line)
    if len(found) == 1:
        yield Addressee(normalised(found[0]), _name(line, found[0]))
        return
    if not found:
        yield Addressee(normalised(line.strip()))
    for each in found:
        yield Addressee(normalised(each))


def _name(line: str, address: str) -> str:
    """What stands beside the only address of a line: the cells of a table before it, or the words before the bracket."""
    if "<" in line:
        return safe(line.partition("<")[0].strip(" \t\"',;"), 150)
    cells = next(csv.reader([line.replace(";", ",").replace("\t", ",")], strict=False), [])
    words = [cell.strip() for cell in cells if cell.strip() and address not in cell]
    return safe(" ".join(words[:2]), 150)


def _problem(address: str) -> str:
    try:
        _valid(address)
    except ValidationError:
        return "is not an email address"
    if len(address) > LONGEST:
        return "is too long"
    return SEVERAL_READ_IT if is_shared(address) else ""
