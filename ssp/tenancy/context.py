"""For whom does the database answer just now? Settings of one transaction, read by every row-level security policy."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import Any, Literal

from django.db import connection, transaction

Scope = Literal["", "force", "school"]
Side = Literal["", "police", "school", "system"]


@dataclass(frozen=True)
class Context:
    """What the second wall knows of who is asking. Empty values open nothing."""

    user_id: int | None = None
    force_id: int | None = None
    scope: Scope = ""
    side: Side = ""
    school_ids: tuple[int, ...] = ()
    reads_log: bool = False
    reads_mail: bool = False
    reads_records: bool = False  # children's records anywhere in the force: a role on the whole force opens them
    record_school_ids: tuple[int, ...] = ()  # … and at these schools, where a role at the school does
    token: str = ""  # a secret somebody holds, such as an invitation's, that opens one row

    def settings(self) -> dict[str, str]:
        return {
            "app.user_id": str(self.user_id or ""),
            "app.force_id": str(self.force_id or ""),
            "app.scope": self.scope,
            "app.side": self.side,
            "app.school_ids": _array(self.school_ids),
            "app.reads_log": "yes" if self.reads_log else "",
            "app.reads_mail": "yes" if self.reads_mail else "",
            "app.reads_records": "yes" if self.reads_records else "",
            "app.record_school_ids": _array(self.record_school_ids),
            "app.token": self.token,
        }


_current: ContextVar[Context | None] = ContextVar("ssp_context", default=None)
_memory: ContextVar[dict[Any, Any] | None] = ContextVar("ssp_memory", default=None)


def memory() -> dict[Any, Any] | None:
    """What this context has read already and may use again: it ends with the context. None outside any."""
    return _memory.get()


def current() -> Context | None:
    """The context of the transaction under way, or None outside any."""
    return _current.get()


@contextmanager
def entered(context: Context) -> Iterator[Context]:
    """Open a transaction (or a savepoint inside one) in which the database answers for ``context`` and nobody else.

    The context before it is put back at the end. After an exception the database does so itself: settings made in a
    transaction or savepoint go with it when it is rolled back, and after a failed statement nothing else could be said.
    """
    before = _current.get()
    with transaction.atomic():
        _apply(context)
        marker, remembered = _current.set(context), _memory.set({})
        try:
            yield context
        finally:
            _current.reset(marker)
            _memory.reset(remembered)
        if before is not None and not connection.needs_rollback:
            _apply(before)
    if before is None and connection.in_atomic_block and not connection.needs_rollback:
        _apply(Context())  # inside a test's transaction there is a before, but it never was a context


def switch(context: Context) -> None:
    """Change the context of the transaction under way: a request first knows the person, then where they stand."""
    _apply(context)
    _current.set(context)
    _memory.set({})


def system(force_id: int) -> Context:
    """The service's own work for one force: sealing, mail, clocks. It sees no school record and no police record (N2)."""
    return Context(force_id=force_id, scope="force", side="system")


def desk(force_id: int, school_id: int) -> Context:
    """The service's own work on one school's records, as the school's: nudges, clocks, digests. It sees no police record (N2)."""
    return Context(
        force_id=force_id, scope="school", side="school", school_ids=(school_id,), record_school_ids=(school_id,)
    )


def station(force_id: int) -> Context:
    """The service's own work on the records of the police of one force. It sees no school record (N2)."""
    return Context(force_id=force_id, scope="force", side="police", reads_records=True)


def holding(token: str) -> Context:
    """Somebody unknown who holds a secret."""
    return replace(_current.get() or Context(), token=token)


def _array(ids: tuple[int, ...]) -> str:
    return "{" + ",".join(map(str, ids)) + "}" if ids else ""


def _apply(context: Context) -> None:
    settings = context.settings()
    calls = ", ".join("set_config(%s, %s, true)" for _ in settings)
    with connection.cursor() as cursor:
        cursor.execute(f"select {calls}", [text for pair in settings.items() for text in pair])
