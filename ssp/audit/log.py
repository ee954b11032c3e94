"""How does an operation reach the log? Changes at once; reads before the page leaves; refusals after the rollback."""

import secrets
from collections.abc import Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Model

from ssp.audit.content import MAXIMA, checked_details, safe
from ssp.audit.events import WITH_ADDRESS, operation_of
from ssp.tenancy import context
from ssp.tenancy.context import Context

COLUMNS = (
    "force_id", "school_id", "actor_id", "actor_role", "actor_side", "operation", "event", "object_type", "object_id",
    "subject_type", "subject_id", "recipient", "reason", "request_id", "ip", "details",
)  # fmt: skip
Row = tuple[Any, ...]
ROW = "(" + ", ".join(["%s"] * len(COLUMNS)) + ")"
# No RETURNING: who may write a line may not read it. Three seconds, then the page is refused rather than left hanging on a
# locked table; the wait is set back so that the rest of the transaction keeps its own.
INSERT = (
    "SET LOCAL lock_timeout = '3s'; "  # noqa: S608 - constant names
    f"INSERT INTO audit_auditevent ({', '.join(COLUMNS)}) VALUES %s; "
    "SET LOCAL lock_timeout TO DEFAULT"
)


class LogUnavailable(Exception):
    """The log could not be written, so the page is not served (N7)."""


@dataclass
class Request:
    """What one request has still to write."""

    request_id: str
    ip: str | None
    reads: list[Row] = field(default_factory=list)
    refusals: list[tuple[Context, Row]] = field(default_factory=list)
    refused_before: bool = False


_request: ContextVar[Request | None] = ContextVar("ssp_log_request", default=None)


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
        obj: the record it happened to; its school is taken from it, the force from the context.
        by: the person, or None for the service itself.
        subject: the person the data is about, where that is not ``obj``.
        recipient: who received data (disclosure).
        reason: why, in the person's words, where asked.
        details: small facts without narrative (N8), under the keys of `ssp.audit.content.DETAIL_KEYS`.

    Raises:
        LogUnavailable: it could not be written.
        LookupError: the event or a key of the details is not declared.
        ValueError: a detail is more than a number, a date or a single word.
    """
    _write([_row(event, obj, by=by, subject=subject, recipient=recipient, reason=reason, details=details)])


def consulted(
    event: str,
    obj: Model | None = None,
    *,
    by: Any,
    subject: Model | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Note a read; `flush` writes all reads of a request in one statement before the response leaves.

    Arguments and exceptions as `record`. Outside a request it is written at once.
    """
    row = _row(event, obj, by=by, subject=subject, recipient="", reason=reason, details=details)
    request = _request.get()
    if request is None:
        _write([row])
    else:
        request.reads.append(row)


def refused(
    event: str,
    obj: Model | None = None,
    *,
    by: Any,
    subject: Model | None = None,
    reason: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    """Note a refusal: it is written when the transaction of the act has been rolled back, in one of its own.

    Arguments and exceptions as `record`. Outside `begin` … `end` it is written at once, in the transaction under way.

    """
    row = _row(event, obj, by=by, subject=subject, recipient="", reason=reason, details=details)
    request = _request.get()
    if request is None:
        _write([row])
    else:
        request.refusals.append((context.current() or Context(), row))
        request.refused_before = True


def has_refusal() -> bool:
    """Whether a refusal has been noted in this request."""
    request = _request.get()
    return request is not None and request.refused_before


def begin(*, request_id: str = "", ip: str | None = None) -> None:
    """Start collecting: at the beginning of a request or a task. Without ``request_id`` one is made."""
    _request.set(Request(request_id=request_id or secrets.token_hex(8), ip=ip))


def flush() -> None:
    """Write the collected reads, in the transaction that read.

    Raises:
        LogUnavailable: they could not be written.
    """
    request = _request.get()
    if request is not None and request.reads:
        reads, request.reads = request.reads, []
        _write(reads)


def end() -> None:
    """Write the collected refusals, outside any transaction of the act, and stop collecting.

    Raises:
        LogUnavailable: they could not be written.
    """
    request = _request.get()
    _request.set(None)
    for where, row in request.refusals if request else ():
        with context.entered(where):
            _write([row])


def abandon() -> None:
    """Stop collecting and forget what was not written: the request ended in an error, and its page was not served."""
    _request.set(None)


def _row(
    event: str, obj: Model | None, *, by: Any, subject: Model | None, recipient: str, reason: str, details: Any
) -> Row:
    here, request = context.current(), _request.get()
    standing = getattr(by, "standing", None)
    return (
        here.force_id if here else None,
        _school_of(obj),
        getattr(by, "pk", None),
        safe(",".join(sorted(standing.roles)) if standing else "", MAXIMA["actor_role"]),
        standing.side if standing else (here.side if here and by is None else ""),
        operation_of(event).value,
        event,
        *_named(obj),
        *_named(subject),
        safe(recipient, MAXIMA["recipient"]),
        safe(reason, MAXIMA["reason"]),
        safe(request.request_id if request else "", MAXIMA["request_id"]),
        request.ip if request and event in WITH_ADDRESS else None,
        checked_details(_kind_of(obj) | (details or {})),
    )


def _kind_of(obj: Model | None) -> dict[str, str]:
    """One model may hold several kinds of record; the log names the one it was (protocol, data_sharing_agreement)."""
    kind = getattr(obj, "kind", None)
    return {"kind": str(kind)} if isinstance(kind, str) else {}


def _named(record: Model | None) -> tuple[str, int | None]:
    return ("", None) if record is None else ((record._meta.concrete_model or record)._meta.label_lower, record.pk)


def _school_of(obj: Model | None) -> int | None:
    if obj is None:
        return None
    return obj.pk if obj._meta.label == "schools.School" else getattr(obj, "school_id", None)


def _write(rows: Sequence[Row]) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(INSERT.replace("%s", ", ".join([ROW] * len(rows))), [value for row in rows for value in row])
    except DatabaseError as error:
        raise LogUnavailable("The log cannot be written just now.") from error
