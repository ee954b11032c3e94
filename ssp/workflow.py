"""How does a record move from state to state? A small engine for tables of transitions; everything else is read off the table."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Model, TextChoices

from ssp.refusals import WrongState


@dataclass(frozen=True)
class Transition:
    """One verb: from which states to which, by which permission (None: the service itself), as which event of the log."""

    verb: str
    source: frozenset[str]
    target: str
    permission: str | None
    event: str


@dataclass(frozen=True)
class Workflow:
    """All transitions of one kind of record, whose state stands in ``status``."""

    noun: str
    states: type[TextChoices]
    initial: str
    transitions: tuple[Transition, ...]

    def __getitem__(self, verb: str) -> Transition:
        """The transition of a verb; LookupError when there is none."""
        for transition in self.transitions:
            if transition.verb == verb:
                return transition
        raise LookupError(f"{self.noun} has no transition {verb!r}")

    def check(self, record: Model, verb: str) -> Transition:
        """The transition ``verb`` of a record in its present state.

        Raises:
            WrongState: the record is not in a state from which this can be done.
        """
        transition = self[verb]
        status: str = record.status  # type: ignore[attr-defined]
        if status not in transition.source:
            now = self.states(status).label.lower()
            raise WrongState(f"This {self.noun} is {now}, so it cannot be changed in this way. Nothing was done.")
        return transition

    def open_verbs(self, status: str) -> list[Transition]:
        """What can be done from a state: the page's buttons are read off this."""
        return [t for t in self.transitions if status in t.source]

    @property
    def final(self) -> frozenset[str]:
        """States nothing leads out of."""
        return frozenset(self.states.values) - frozenset().union(*(t.source for t in self.transitions))

    def mermaid(self) -> str:
        """The state diagram, for the reference documents."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial}"]
        for t in self.transitions:
            lines += [f"    {source} --> {t.target}: {t.verb}" for source in sorted(t.source)]
        lines += [f"    {state} --> [*]" for state in sorted(self.final)]
        return "\n".join(lines)


def transition(
    verb: str, source: str | Iterable[str], target: str, *, permission: str | None, event: str
) -> Transition:
    """One line of a table of transitions."""
    sources = frozenset([source] if isinstance(source, str) else source)
    return Transition(verb=verb, source=sources, target=target, permission=permission, event=event)
