"""Which school does a line of a list mean? Candidates by name and place, each with a confidence and what speaks against it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from rapidfuzz import fuzz, process

from schools.register import naming
from schools.register.columns import Gender, Phase, Status
from schools.register.naming import Name

CERTAIN = 100  # points: the same telling words, and nothing against it
CLEAR = 10  # points by which the next school must stay behind
LIKELY = 60  # points of the name alone from which a school is looked at
WORTH_SHOWING = 50  # points from which it is shown
MOST = 6  # candidates shown side by side
LONGEST_CHAIN = 8  # schools one after the other; the longest real chain has five
TEACHING = (Status.OPEN, Status.PROPOSED_TO_CLOSE)
PRIMARY = (Phase.PRIMARY, Phase.MIDDLE_DEEMED_PRIMARY)


@dataclass(frozen=True)
class Entry:
    """What matching knows of a school of the register."""

    pk: int
    urn: int
    name: str
    authority: str
    town: str
    status: str
    phase: str
    gender: str

    @cached_property
    def said(self) -> Name:
        return naming.parse(self.name)

    @property
    def is_teaching(self) -> bool:
        return self.status in TEACHING


@dataclass(frozen=True)
class Candidate:
    """A school that a line may mean: ``points`` of a hundred, and in words what speaks against it."""

    entry: Entry
    points: int
    against: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What a line most likely means. ``school`` is given only where nobody need be asked; else ``why`` says why not."""

    candidates: tuple[Candidate, ...]
    school: Entry | None = None
    why: str = ""

    @property
    def points(self) -> int:
        return self.candidates[0].points if self.candidates else 0


@dataclass
class Lineage:
    """Which school came after which, by register number."""

    after: Mapping[int, Collection[int]] = field(default_factory=dict)

    def last(self, urn: int) -> frozenset[int]:
        """The schools at the end of every chain that begins here; the school itself where nothing came after it."""
        ends, waiting, seen = set(), [(urn, 0)], {urn}
        while waiting:
            here, steps = waiting.pop()
            following = [each for each in self.after.get(here, ()) if each not in seen]
            if not following or steps >= LONGEST_CHAIN:
                ends.add(here)
            seen.update(following)
            waiting += [(each, steps + 1) for each in following]
        return frozenset(ends)

    def chains(self, urn: int) -> list[list[int]]:
        """Every way from a school to the last of its successors, without the school itself; none where nothing came after."""
        found: list[list[int]] = []

        def walk(here: int, way: list[int]) -> None:
            following = [each for each in sorted(self.after.get(here, ())) if each != urn and each not in way]
            if (not following or len(way) >= LONGEST_CHAIN) and way:
                found.append(way)
                return
            for each in following:
                if len(found) < MOST:
                    walk(each, [*way, each])

        walk(urn, [])
        return found


class Pool:
    """Some schools, indexed so that those with a like name are found without comparing with every one."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self._plain = [entry.said.plain for entry in entries]
        self._with_word: dict[str, set[int]] = defaultdict(set)
        for number, entry in enumerate(entries):
            for form in {form for word in entry.said.words for form in word}:
                self._with_word[form].add(number)

    def like(self, said: Name) -> list[Entry]:
        """The schools whose name has a telling word of this one, or is spelt like it."""
        found = {number for word in said.words for form in word for number in self._with_word.get(form, ())}
        spelt = process.extract(said.plain, self._plain, scorer=fuzz.ratio, score_cutoff=LIKELY, limit=None)
        return [self.entries[number] for number in sorted(found.union(number for _, _, number in spelt))]


class Register:
    """The schools a list may mean, ready to be asked for many lines."""

    def __init__(self, entries: Iterable[Entry], lineage: Lineage) -> None:
        self.entries = list(entries)
        self.lineage = lineage
        self._names = {entry.urn: entry.name for entry in self.entries}
        self._pools: dict[str, Pool] = {}
        self._by_place: dict[str, list[Entry]] = defaultdict(list)
        for entry in self.entries:
            for place in {naming.place_key(entry.authority), naming.place_key(entry.town)} - {""}:
                self._by_place[place].append(entry)

    def knows_place(self, place: str) -> bool:
        """Whether any school stands in a local authority or town of that name."""
        return naming.place_key(place) in self._by_place

    def ask(self, name: str, place: str) -> Answer:
        """What a line means.

        It is answered without asking a person only where every telling word is the same, nothing speaks against it, the place is
        the school's, it teaches today, and every other school that comes near is one it followed.
        """
        said = naming.parse(name)
        near = self.knows_place(place)
        found = ranked(said, self._pool(naming.place_key(place) if near else "").like(said))
        if not found:
            return Answer((), why=f"No school of that name was found{f' in {place}' if near else ''}.")
        answer = Answer(tuple(found[:MOST]))
        why = self._doubt(found, is_placed=near, place=place)
        if why:
            return Answer(answer.candidates, why=why)
        winner = next(each for each in found if each.entry.is_teaching)
        return Answer((winner, *(each for each in answer.candidates if each is not winner)), school=winner.entry)

    def _pool(self, place: str) -> Pool:
        """The schools of a place; all of them where none is given."""
        if place not in self._pools:
            self._pools[place] = Pool(self._by_place[place] if place else self.entries)
        return self._pools[place]

    def _doubt(self, found: Sequence[Candidate], *, is_placed: bool, place: str) -> str:
        """Why a person must be asked; empty where the line is clear."""
        best = found[0]
        if best.points < CERTAIN:
            return _not_certain(best)
        if not is_placed:
            return f"No local authority or town “{place}” is in the register." if place else "The list gives no place."
        near = [each for each in found if each.points > CERTAIN - CLEAR]
        teaching = [each for each in near if each.points == CERTAIN and each.entry.is_teaching]
        if not teaching:
            return self._not_teaching(best.entry)
        if len(teaching) > 1:
            return "More than one school fits."
        ends = frozenset({teaching[0].entry.urn})
        if all(self.lineage.last(each.entry.urn) == ends for each in near):
            return ""
        return "Another school comes close."

    def _not_teaching(self, entry: Entry) -> str:
        after = self.lineage.last(entry.urn) - {entry.urn}
        state = "has closed" if entry.status == Status.CLOSED else "is not known to teach today"
        if not after:
            return f"{entry.name} {state}, and no successor is recorded."
        if len(after) > 1:
            return f"{entry.name} {state}, and several schools came after it."
        name = self._names.get(next(iter(after)))
        return f"{entry.name} {state}. " + (
            f"{name} came after it." if name else "Its successor is not one of your schools."
        )


def ranked(said: Name, entries: Iterable[Entry]) -> list[Candidate]:
    """The schools worth showing, best first; those that teach today before those that do not."""
    found = []
    for entry in entries:
        like = naming.likeness(said, entry.said)
        if like >= LIKELY:
            against = tuple(objections(said, entry))
            points = like - naming.AGAINST * len(against)
            if points >= WORTH_SHOWING:
                found.append(Candidate(entry, points, (_difference(like), *against) if like < CERTAIN else against))
    return sorted(found, key=lambda each: (-each.points, not each.entry.is_teaching, each.entry.name, each.entry.urn))


def objections(said: Name, entry: Entry) -> list[str]:
    """What a name on a list says that a school is not, or keeps silent that would have been said."""
    found = []
    sexes = entry.said.sexes or _sexes(entry.gender)
    if said.sexes and said.sexes != sexes:
        found.append("Girls, boys or both: the list and the register differ")
    if said.faiths and entry.said.faiths and said.faiths != entry.said.faiths:
        found.append("Another church")
    if not _stages_fit(said, entry):
        found.append("Another phase of education")
    if said.is_college and not entry.said.is_college:
        found.append("The list says college")
    return found


def _sexes(gender: str) -> frozenset[str]:
    return frozenset({gender}) if gender in (Gender.GIRLS, Gender.BOYS) else frozenset()


def _stages_fit(said: Name, entry: Entry) -> bool:
    stages = set(entry.said.stages)
    if entry.phase in PRIMARY:
        stages.add("primary")
    elif entry.phase == Phase.NURSERY:
        stages.add("nursery")
    elif entry.phase == Phase.SIXTEEN_PLUS:
        stages.add("sixth form")
    stages_said = set(said.stages) | ({"sixth form"} if said.is_college else set())
    if "sixth form" in entry.said.stages and entry.phase not in (Phase.SIXTEEN_PLUS, Phase.UNKNOWN):
        stages.discard("sixth form")  # a school with a sixth form
    return bool(stages & said.stages) if said.stages else stages <= stages_said


def _difference(like: int) -> str:
    return "One name says more than the other" if like == naming.PART else "The spelling differs"


def _not_certain(best: Candidate) -> str:
    return f"{best.entry.name} is nearest. {best.against[0]}."
