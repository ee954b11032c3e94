"""Which lines does an auditor's search find? Newest first, paged by key, never counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils import timezone

from ssp.access.models import Membership
from ssp.accounts.models import User
from ssp.audit.content import DETAIL_KEYS
from ssp.audit.events import EVENTS, Operation
from ssp.audit.models import AuditEvent
from ssp.audit.sentences import noun, role_words, sentence

PERSON = "accounts.user"
SCHOOL = "schools.school"
MOST_PEOPLE = 200  # one name fits no more people than an auditor can mean
Key = tuple[int, int]


@dataclass(frozen=True)
class Terms:
    """What is searched for; everything given must hold."""

    person: str = ""
    user: str = ""
    record_type: str = ""
    record_id: int | None = None
    recipient: str = ""
    since: date | None = None
    until: date | None = None
    operation: str = ""
    event: str = ""

    @property
    def kinds(self) -> str:
        """Which terms were given, never what they said: the log of searches holds no names."""
        given = [name for name, value in vars(self).items() if value]
        return ",".join(given)


@dataclass(frozen=True)
class Line:
    """One line of the log as the page shows it."""

    id: int
    key: Key
    at: datetime
    says: str
    operation: str
    event: str
    actor: str
    actor_role: str
    record: str
    subject: str
    school: str
    recipient: str
    reason: str
    request_id: str
    ip: str
    facts: tuple[tuple[str, str], ...]


def search(terms: Terms, *, force_id: int, limit: int, before: Key | None = None) -> list[Line]:
    """The newest ``limit`` lines of a force that meet ``terms``, older than ``before``. The second wall reads along."""
    rows = _matching(terms, force_id)
    if before is not None:
        xid, row_id = before
        rows = rows.filter(Q(xid__lt=xid) | Q(xid=xid, id__lt=row_id), xid__lte=xid)
    return _lines(list(rows.order_by("-xid", "-id")[:limit]))


def record_types() -> list[tuple[str, str]]:
    """The kinds of record a line can be about: label and plain name, our own models only."""
    models = (
        model for model in apps.get_models() if hasattr(model, "wall") and model._meta.app_label not in {"audit", "ssp"}
    )
    return sorted(
        ((m._meta.label_lower, str(m._meta.verbose_name).capitalize()) for m in models), key=lambda pair: pair[1]
    )


def _matching(terms: Terms, force_id: int) -> QuerySet[AuditEvent]:
    rows = AuditEvent.objects.filter(force_id=force_id)
    if terms.person:
        people = _people(terms.person)
        rows = rows.filter(
            Q(actor_id__in=people)
            | Q(subject_type=PERSON, subject_id__in=people)
            | Q(object_type=PERSON, object_id__in=people)
        )
    if terms.user:
        rows = rows.filter(actor_id__in=_people(terms.user))
    if terms.record_type and terms.record_id:
        rows = rows.filter(_about(terms.record_type, terms.record_id))
    if terms.recipient:
        rows = rows.filter(recipient__icontains=terms.recipient)
    if terms.since:
        rows = rows.filter(at__gte=_midnight(terms.since))
    if terms.until:
        rows = rows.filter(at__lt=_midnight(terms.until + timedelta(days=1)))
    exact = {name: value for name in ("operation", "event") if (value := getattr(terms, name))}
    return rows.filter(**exact)


def _about(record_type: str, record_id: int) -> Q:
    about = Q(object_type=record_type, object_id=record_id) | Q(subject_type=record_type, subject_id=record_id)
    return about | Q(school_id=record_id) if record_type == SCHOOL else about


def _people(words: str) -> list[int]:
    """People who hold or held a role in this force (the second wall sees to it), by part of their name or address."""
    found = Membership.objects.filter(Q(user__name__icontains=words) | Q(user__email__icontains=words))
    return list(found.values_list("user_id", flat=True).order_by("user_id").distinct()[:MOST_PEOPLE])


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=timezone.get_current_timezone()).astimezone(UTC)


def _lines(rows: list[AuditEvent]) -> list[Line]:
    people = _named(
        User, {row.actor_id for row in rows} | {row.subject_id for row in rows if row.subject_type == PERSON}
    )
    schools = _named(apps.get_model(SCHOOL), {row.school_id for row in rows})
    return [_line(row, people, schools) for row in rows]


def _named(model: Any, ids: Iterable[int | None]) -> dict[int, str]:
    return dict(model.objects.filter(pk__in=[each for each in ids if each]).values_list("pk", "name"))


def _line(row: AuditEvent, people: Mapping[int, str], schools: Mapping[int, str]) -> Line:
    who = people.get(row.actor_id, f"person {row.actor_id}") if row.actor_id else ""
    record = noun(row.object_type, row.object_id, kind=str(row.details.get("kind", "")))
    subject = people.get(row.subject_id, "") if row.subject_type == PERSON and row.subject_id else ""
    subject = subject or noun(row.subject_type, row.subject_id)
    school = schools.get(row.school_id, "") if row.school_id else ""
    return Line(
        id=row.pk,
        key=(row.xid, row.pk),
        at=row.at,
        says=sentence(row.event, who=who, roles=row.actor_role, it=record, whom=subject, school=school),
        operation=Operation(row.operation).label,
        event=EVENTS[row.event][1] if row.event in EVENTS else row.event,
        actor=who or "The service",
        actor_role=row.actor_role,
        record=record,
        subject=subject,
        school=school,
        recipient=row.recipient,
        reason=row.reason,
        request_id=row.request_id,
        ip=row.ip or "",
        facts=_facts(row.details),
    )


def _facts(details: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """The small facts in words; the kind is in the sentence already."""
    said = {key: value for key, value in details.items() if key != "kind" and value not in ("", None)}
    return tuple(
        (DETAIL_KEYS.get(key, key), role_words(value) if key == "role" else str(value))
        for key, value in sorted(said.items())
    )
