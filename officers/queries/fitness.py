"""May this officer be posted on a day: out of probation (R5), vetted, trained (R15)? And what runs out next?"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from officers.models import REQUIRED_TRAINING, Officer, Training, TrainingKind, Vetting
from ssp.ui.dates import long_date, short_date


@dataclass(frozen=True)
class Bar:
    """What stands against a posting: the rule, a sentence that says what and until when, and the same below the officer's name."""

    rule: str
    text: str
    short: str


@dataclass(frozen=True)
class Fitness:
    """What is recorded of one officer: the newest vetting, and of each training the newest entry."""

    officer: Officer
    vetting: Vetting | None = None
    trainings: Mapping[str, Training] = field(default_factory=dict)

    def bars(self, *, on: date) -> list[Bar]:
        """What stands against a posting that begins on a day; empty when nothing does. No one can override any of it."""
        found = []
        if self.officer.is_in_probation(on=on):
            ends = long_date(self.officer.probation_ends_on)
            found.append(
                Bar(
                    "R5",
                    f"An officer cannot be posted within probation. {self.officer}’s probation ends {ends}. "
                    "No local assessment overrides this.",
                    f"In probation until {short_date(self.officer.probation_ends_on)}",
                )
            )
        if self.vetting is None:
            found.append(
                Bar("vetting", f"{self.officer} has no vetting entered. Enter it before the posting.", "No vetting")
            )
        elif not self.vetting.granted_on <= on <= self.vetting.expires_on:
            text = f"{self.officer}’s vetting does not cover {long_date(on)}: {self._vetted()}."
            found.append(Bar("vetting", text, f"Vetting does not cover {short_date(on)}: {self._vetted(short_date)}"))
        if lacking := self.lacking(on=on):
            words = ", ".join(kind.label.lower() for kind in lacking)
            text = f"{self.officer} lacks current training for a posting on {long_date(on)}: {words}."
            found.append(Bar("R15", text, f"No training: {words}"))
        return found

    def lacking(self, *, on: date) -> list[TrainingKind]:
        """Required trainings that are not current on a day (R15)."""
        return [kind for kind in REQUIRED_TRAINING if not self.is_trained(kind, on=on)]

    def is_trained(self, kind: TrainingKind, *, on: date) -> bool:
        """Whether a training was finished by a day and still holds on it."""
        held = self.trainings.get(kind)
        return held is not None and held.completed_on <= on and (held.expires_on is None or held.expires_on >= on)

    def expiring(self, *, by: date) -> list[tuple[str, date]]:
        """What runs out by a day, or has: what it is and its last day."""
        found = [("Vetting", self.vetting.expires_on)] if self.vetting else []
        required = [self.trainings[kind] for kind in REQUIRED_TRAINING if kind in self.trainings]
        found += [(each.get_kind_display(), each.expires_on) for each in required if each.expires_on]
        return sorted((each for each in found if each[1] <= by), key=lambda each: each[1])

    def _vetted(self, said: Callable[[date], str] = long_date) -> str:
        assert self.vetting is not None  # noqa: S101 - asked of those who have one
        return f"it holds from {said(self.vetting.granted_on)} to {said(self.vetting.expires_on)}"


def of_many(officers: Iterable[Officer]) -> dict[int, Fitness]:
    """What is recorded of each officer, by the officer's number; two statements for however many."""
    every = list(officers)
    numbers = [each.pk for each in every]
    newest = Vetting.objects.filter(officer__in=numbers).order_by("officer_id", "-id").distinct("officer_id")
    vetted = {each.officer_id: each for each in newest}
    trained: dict[int, dict[str, Training]] = {}
    rows = Training.objects.filter(officer__in=numbers).order_by("officer_id", "kind", "-id")
    for each in rows.distinct("officer_id", "kind"):
        trained.setdefault(each.officer_id, {})[each.kind] = each
    return {each.pk: Fitness(each, vetted.get(each.pk), trained.get(each.pk, {})) for each in every}


def of(officer: Officer) -> Fitness:
    """What is recorded of one officer."""
    return of_many([officer])[officer.pk]
