"""What do views hand to components that take a list: rows, tasks, steps?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ssp.ui.statuses import Status


@dataclass(frozen=True)
class Action:
    """A link at the end of a summary row; ``about`` is read out after the text ("Change" + "name")."""

    text: str
    url: str
    about: str = ""


@dataclass(frozen=True)
class SummaryRow:
    """One row of a summary list. ``value`` is escaped unless it is already safe HTML."""

    key: str
    value: Any
    actions: Sequence[Action] = ()


@dataclass(frozen=True)
class Task:
    """One line of a task list. Without ``url`` it cannot be started yet; ``state`` is a Status or plain words."""

    title: str
    state: Status | str
    url: str = ""
    hint: str = ""


@dataclass(frozen=True)
class Step:
    """One step of a progress bar."""

    label: str
    is_complete: bool = False
    is_current: bool = False


@dataclass(frozen=True)
class Problem:
    """One line of an error summary; ``target`` is the id of the field it is about."""

    text: str
    target: str = ""


@dataclass(frozen=True)
class Progress:
    """The steps of a journey and the number (from 1) of the one the person is on."""

    labels: Sequence[str]
    current: int
    steps: tuple[Step, ...] = field(init=False)

    def __post_init__(self) -> None:
        steps = tuple(
            Step(label=label, is_complete=number < self.current, is_current=number == self.current)
            for number, label in enumerate(self.labels, start=1)
        )
        object.__setattr__(self, "steps", steps)
