"""What does the notice to all staff say unless the head says it otherwise? Words of our own, from R2, R4, R7 and R9."""

import re
from dataclasses import dataclass

from django.template.loader import render_to_string

SUBJECT = "Our Safer School Partnership with {force}"


def subject(*, force: str) -> str:
    """The heading of the notice."""
    return SUBJECT.format(force=force)[:120]


def text(*, school: str, force: str, spoc: str, deputy: str) -> str:
    """The notice, with the names of those in post; without them, that they are still to be named."""
    said = {"school": school, "force": force, "spoc": spoc, "deputy": deputy}
    return render_to_string("schools/staff_notice_first.txt", said).strip()


@dataclass(frozen=True)
class Block:
    """What stands between two empty lines: a heading where the first line is short and more follows, sentences, a list."""

    heading: str
    sentences: tuple[str, ...]
    items: tuple[str, ...]


LONGEST_HEADING = 60


def blocks(text: str) -> list[Block]:
    """A notice as it was typed, in the parts a page shows: lines that begin with "- " are a list."""
    found = []
    for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip()):
        lines = [line.strip() for line in part.split("\n") if line.strip()]
        heads = len(lines) > 1 and len(lines[0]) <= LONGEST_HEADING and not lines[0].startswith("- ")
        rest = lines[1:] if heads and lines[0][-1] not in ".:;,?!" else lines
        heading = lines[0] if rest is not lines else ""
        items = tuple(line[2:] for line in rest if line.startswith("- "))
        found.append(Block(heading, tuple(line for line in rest if not line.startswith("- ")), items))
    return found
