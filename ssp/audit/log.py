"""How does an operation reach the log? Changes at once, in their own transaction; reads together, before the page leaves."""

from contextvars import ContextVar
from typing import Any

from django.db import DatabaseError
from django.db.models import Model

from ssp.audit.events import operation_of
from ssp.audit.models import AuditEvent
from ssp.tenancy import context

_reads: ContextVar[list[AuditEvent] | None] = ContextVar("ssp_reads", default=None)


class LogUnavailable(Exception):
    """The log could not be written, so the page is not served (N7)."""


def record(
    event: str,
    obj: Model | None = None,
    *,
    by: Any,
    subject: Model | None = None,
    recipient: str = "",
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Log a change in the transaction that makes it: both are kept or neither.

    Args:
        event: a name in `ssp.audit.events.EVENTS`.
        obj: the record it happened to; its force and school are taken from it.
        by: the person, or None for the service itself.
        subject: the person the data is about, where that is not ``obj``.
        recipient: who received data (disclosure).
        reason: why, in the person's words, where asked.
        details: small facts without narrative (N8): never a child's name, never free text.
    """
    _write([_event(event, obj, by=by, subject=subject, recipient=recipient, reason=reason, details=details)])


def consulted(event: str, obj: Model, *, by: Any, subject: Model | None = None, reason: str = "") -> None:
    """Note a read; `flush` writes all reads of a request in one statement before the response leaves."""
    line = _event(event, obj, by=by, subject=subject, recipient="", reason=reason, details=None)
    waiting = _reads.get()
    if waiting is None:
        _write([line])
    else:
        waiting.append(line)


def attempted(event: str, obj: Model | None = None, *, by: Any, details: dict[str, Any] | None = None) -> None:
    """Note what was tried and refused: `flush` writes it although the transaction of the refused act is rolled back."""
    line = _event(event, obj, by=by, subject=None, recipient="", reason="", details=details)
    waiting = _reads.get()
    if waiting is None:
        _write([line])
    else:
        waiting.append(line)


def begin() -> None:
    """Start collecting reads: at the beginning of a request."""
    _reads.set([])


def flush() -> None:
    """Write the collected reads.

    Raises:
        LogUnavailable: they could not be written.
    """
    waiting = _reads.get()
    _reads.set(None)
    if waiting:
        _write(waiting)


def _event(event: str, obj: Model | None, *, by: Any, subject: Model | None, recipient: str, reason: str, details: Any) -> AuditEvent:
    here = context.current()
    standing = getattr(by, "standing", None)
    return AuditEvent(
        force_id=here.force_id if here else None,
        school_id=_school_of(obj),
        actor_id=getattr(by, "pk", None),
        actor_role=",".join(sorted(standing.roles)) if standing else "",
        operation=operation_of(event),
        event=event,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=obj.pk if obj is not None else None,
        subject_type=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        recipient=recipient,
        reason=reason,
        details=details or {},
    )


def _school_of(obj: Model | None) -> int | None:
    if obj is None:
        return None
    return obj.pk if obj._meta.label == "schools.School" else getattr(obj, "school_id", None)


def _write(lines: list[AuditEvent]) -> None:
    try:
        AuditEvent.objects.bulk_create(lines)
    except DatabaseError as error:
        raise LogUnavailable("The log cannot be written just now.") from error
