"""What does the worker do with a task? Claim its row, run its handler, settle it; and sweep up what was lost on the way."""

from collections.abc import Callable


from celery import shared_task

Handler = Callable[..., None]
HANDLERS: dict[str, Handler] = {}


def handler(name: str) -> Callable[[Handler], Handler]:
    """Register the function that does the work called ``name``."""

    def register(function: Handler) -> Handler:
        if name in HANDLERS:
            raise LookupError(f"two handlers for {name!r}")
        HANDLERS[name] = function
        return function

    return register


@shared_task(name="ssp.run")
def run(task_id: str, force_id: int | None) -> None:
    """Run one task by its row."""
    raise RuntimeError(f"task {task_id} of force {force_id}: the runner is not built yet")


