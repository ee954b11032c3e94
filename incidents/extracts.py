"""What exactly is given? Chosen parts of a concern and what was written for it, as canonical JSON with a fingerprint."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import models

from incidents.models import Concern, Incident, PersonRole
from partnerships import wording
from ssp.ui.dates import clock, long_date

FORMAT = 1
# The reporter chose among words of their own ("the child I am worried about"); whoever reads an extract was not there.
ROLES = {
    PersonRole.SUBJECT: "Child there is concern for",
    PersonRole.REPORTER: "Told the member of staff",
}


class FamilyInformed(models.TextChoices):
    TOLD = "told", "Yes, told and heard"
    LATER = "later", "Not yet: they will be told"
    NOT = "not", "No: telling them could put a child at risk or harm an investigation"


@dataclass(frozen=True)
class Item:
    """One part of what is given; opinion is marked as such (product: observed fact apart from opinion)."""

    label: str
    text: str
    is_opinion: bool = False


@dataclass(frozen=True)
class Content:
    """All that the recipient reads.

    Args:
        need: why they need it.
        items: what is given, in order.
        family: one of `FamilyInformed`; ``family_words`` say who and when, or why not.
    """

    need: str
    items: tuple[Item, ...]
    family: str = ""
    family_words: str = ""

    @property
    def canonical(self) -> bytes:
        """The bytes whose fingerprint is kept."""
        return wording.canonical_bytes(asdict_plain(self))

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the canonical bytes, 64 small hexadecimal digits."""
        return wording.fingerprint(asdict_plain(self))

    @classmethod
    def read(cls, text: str) -> "Content":
        """What was frozen."""
        raw = json.loads(text)
        items = tuple(Item(**each) for each in raw["items"])
        return cls(need=raw["need"], items=items, family=raw["family"], family_words=raw["family_words"])


def asdict_plain(content: Content) -> dict[str, Any]:
    raw = asdict(content)
    return raw | {"format": FORMAT, "items": list(raw["items"])}


@dataclass(frozen=True)
class Typed:
    """What somebody chose and wrote on the form, before it is decided."""

    is_withheld: bool = False
    recipient_kind: str = ""
    recipient_name: str = ""
    purpose: str = ""
    basis: str = ""
    need: str = ""
    source: int | None = None  # a concern of the school’s side, an incident of the police’s
    chosen: tuple[str, ...] = ()
    facts: str = ""
    opinion: str = ""
    family: str = ""
    family_words: str = ""
    proportionality: str = ""
    reason: str = ""
    look_again_on: str = field(default="")  # ISO day

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"chosen": list(self.chosen)}

    @classmethod
    def read(cls, raw: dict[str, Any]) -> "Typed":
        return cls(**raw | {"chosen": tuple(raw["chosen"])})


def choosable(source: Concern | Incident | None) -> dict[str, Item]:
    """The parts of a record that can be ticked, by key, as they would be given. Whoever entered it is never among them."""
    if source is None:
        return {}
    when = long_date(source.happened_on)
    if source.happened_at_time:
        when += f", {'about ' if source.is_time_approximate else ''}{clock(source.happened_at_time)}"
    where = ". ".join(filter(None, [source.get_place_display(), source.place_detail]))
    found = {"when": Item("When", when), "where": Item("Where", where)}
    return found | (_of_concern(source) if isinstance(source, Concern) else _of_incident(source))


def _of_incident(incident: Incident) -> dict[str, Item]:
    found = {"kind": Item("Kind", incident.kind_label), "happened": Item("What happened", incident.what_happened)}
    if incident.outcome:
        found["outcome"] = Item("Outcome", incident.get_outcome_display())
    return found | _people(incident.people.filter(struck_at=None).order_by("id"))


def _of_concern(concern: Concern) -> dict[str, Item]:
    found = {"observed": Item("What was seen or heard", concern.observed)}
    if concern.opinion:
        found["opinion"] = Item("What the reporter makes of it", concern.opinion, is_opinion=True)
    if concern.done_already:
        found["done"] = Item("What was done already", concern.done_already)
    found |= _people(concern.people.order_by("id"))
    for number, added in enumerate(concern.addenda.order_by("entered_at", "id"), start=1):
        if added.observed:
            found[f"added-{added.pk}"] = Item(f"Added later ({number})", added.observed)
        if added.opinion:
            found[f"thought-{added.pk}"] = Item(f"Added later ({number}), opinion", added.opinion, is_opinion=True)
    return found


def _people(people: Iterable[Any]) -> dict[str, Item]:
    found = {}
    for each in people:
        about = ", ".join(filter(None, [each.name, each.get_kind_display().lower(), each.year_group]))
        found[f"person-{each.pk}"] = Item(str(ROLES.get(each.role, each.get_role_display())), about)
        if each.born_on:
            found[f"born-{each.pk}"] = Item(f"Date of birth of {each.name}", long_date(each.born_on))
    return found


def content_of(typed: Typed, source: Concern | Incident | None) -> Content:
    """What would be given just now."""
    offered = choosable(source)
    items = [offered[key] for key in offered if key in typed.chosen]
    items += written(typed.facts, typed.opinion)
    return Content(typed.need, tuple(items), typed.family, typed.family_words)


def written(facts: str, opinion: str) -> Iterable[Item]:
    """The free extracts."""
    if facts:
        yield Item("Written for this", facts)
    if opinion:
        yield Item("Opinion, written for this", opinion, is_opinion=True)
