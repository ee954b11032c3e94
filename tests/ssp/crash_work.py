"""What the crash tests ask for, and what they count."""

from collections import Counter
from collections.abc import Sequence

from django.db import connection

from ssp import outbox
from ssp.models import Task, TaskState
from ssp.tenancy import context
from ssp.tenancy.models import Force


def ask(
    forces: Sequence[Force], count: int, name: str = "crash.steps", start: int = 0, **payload: object
) -> dict[str, int]:
    """Ask for work, turn and turn about for each force. Returns the force of each key."""
    wanted = {f"{name} {number}": forces[number % len(forces)].pk for number in range(start, start + count)}
    for key, force_id in wanted.items():
        with context.entered(context.system(force_id)):
            outbox.enqueue(name, key=key, **payload)
    return wanted


def marks() -> Counter[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("select key, force from crash_mark")
        return Counter(cursor.fetchall())


def states(forces: Sequence[Force]) -> Counter[str]:
    found: Counter[str] = Counter()
    for force in forces:
        with context.entered(context.system(force.pk)):
            found.update(Task.objects.values_list("state", flat=True))
    return found


def all_done(forces: Sequence[Force], count: int) -> bool:
    return states(forces) == {TaskState.DONE: count}


def assert_once(wanted: dict[str, int]) -> None:
    assert marks() == {(key, str(force_id)): 1 for key, force_id in wanted.items()}
