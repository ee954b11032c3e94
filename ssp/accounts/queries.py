"""Who is here, who was invited, who leaves soon, and whose list of people waits to be confirmed?"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from ssp.access import decisions
from ssp.access.models import Membership
from ssp.access.roles import FORCE_ROLES, SPECS, Role
from ssp.accounts.models import ContactsConfirmation, Invitation, User
from ssp.tenancy import preferences

LEAVES_SOON = timedelta(days=30)
POLICE_ROLES = tuple(role for role, spec in SPECS.items() if spec.side == "police")
AT_SCHOOL = tuple(role for role, spec in SPECS.items() if spec.side == "school")


@dataclass(frozen=True)
class Terms:
    """What somebody looks for among people: a state, a role, words of a name, an address or a school."""

    show: str = ""
    role: str = ""
    words: str = ""
    school_id: int | None = None


def roles_held(user: Any, terms: Terms, *, on: date) -> QuerySet[Any]:
    """The roles a person may see that fit ``terms``, each with ``person_name``; without a state those of today and later."""
    seen = decisions.visible(Membership.objects.select_related("user", "school", "force"), user, "people.view")
    rows = _in_state(seen, terms.show, on).annotate(person_name=F("user__name"))
    return _narrowed(rows, terms, ("user__name", "user__email", "school__name"))


def invitations_open(user: Any, terms: Terms) -> QuerySet[Invitation]:
    """The unanswered invitations a person may see that fit ``terms``, expired ones too."""
    seen = decisions.visible(
        Invitation.objects.unsettled().select_related("school", "force", "created_by"), user, "people.view"
    )
    return _narrowed(seen, terms, ("email", "school__name"))


def counted(user: Any, terms: Terms, *, on: date) -> dict[str, int]:
    """How many roles are held today, leave soon and start later, and how many invitations wait; two statements."""
    here = Terms(role=terms.role, words=terms.words, school_id=terms.school_id)
    seen = decisions.visible(Membership.objects.living(on=on), user, "people.view")
    found = _narrowed(seen, here, ("user__name", "user__email", "school__name")).aggregate(
        today=Count("pk", filter=Q(starts_on__lte=on)),
        leaving=Count("pk", filter=Q(starts_on__lte=on, ends_on__lte=on + LEAVES_SOON)),
        starting=Count("pk", filter=Q(starts_on__gt=on)),
    )
    return found | {"invited": invitations_open(user, here).count()}


def _in_state(rows: Any, show: str, on: date) -> Any:
    if show == "ended":
        return rows.exclude(pk__in=Membership.objects.living(on=on).values("pk"))
    living = rows.living(on=on)
    if show == "leaving":
        return living.filter(starts_on__lte=on, ends_on__lte=on + LEAVES_SOON)
    if show == "starting":
        return living.filter(starts_on__gt=on)
    return living.filter(starts_on__lte=on) if show == "today" else living


def _narrowed(rows: Any, terms: Terms, fields: Iterable[str]) -> Any:
    if terms.role in Role.values:
        rows = rows.filter(role=terms.role)
    if terms.school_id is not None:
        rows = rows.filter(school=terms.school_id)
    for word in terms.words.split()[:6]:
        condition = Q(pk__in=())
        for field in fields:
            condition |= Q(**{f"{field}__icontains": word})
        rows = rows.filter(condition)
    return rows


# The quarterly confirmation (R25) -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Contacts:
    """When the list of people of a school, or without one of the police, was confirmed, and by when it is to be again."""

    school_id: int | None
    confirmed_at: datetime | None
    due_on: date

    def is_overdue(self, *, on: date) -> bool:
        return self.due_on < on


def contacts_of_schools(*, force_id: int, on: date, school_ids: Iterable[int] | None = None) -> QuerySet[Any]:
    """One row a school with people of its own today: ``school_id``, ``since``, ``confirmed`` (None: never).

    A school's first confirmation counts from the day on which the service was told of the first of those people.
    """
    rows = Membership.objects.current(on=on).filter(force=force_id, role__in=AT_SCHOOL)
    if school_ids is not None:
        rows = rows.filter(school__in=school_ids)
    return rows.values("school_id").annotate(since=Min("created_at"), confirmed=_last_of(OuterRef("school_id")))


def overdue_confirmations(*, force_id: int, on: date) -> list[Contacts]:
    """The schools whose list of people was not confirmed in time, longest overdue first; one statement.

    Args:
        on: a list is overdue from the day after its ``due_on``.
    """
    rows = contacts_of_schools(force_id=force_id, on=on)
    found = [contacts(force_id, row["school_id"], row["since"], row["confirmed"]) for row in rows]
    return sorted((each for each in found if each.is_overdue(on=on)), key=lambda each: (each.due_on, each.school_id))


def confirmations(*, force_id: int, on: date) -> list[Contacts]:
    """How it stands with the list of the police, and with the list of every school; one statement."""
    rows = _police(force_id, on).union(contacts_of_schools(force_id=force_id, on=on), all=True)
    return [contacts(force_id, row["school_id"], row["since"], row["confirmed"]) for row in rows]


def contacts_of_school(*, force_id: int, school_id: int, on: date) -> Contacts | None:
    """How it stands with one school's list; None while nobody works there."""
    row = contacts_of_schools(force_id=force_id, on=on, school_ids=[school_id]).order_by("school_id").first()
    return contacts(force_id, school_id, row["since"], row["confirmed"]) if row else None


def contacts_of_police(*, force_id: int, on: date) -> Contacts | None:
    """How it stands with the list of the police; None while nobody holds a role."""
    row = _police(force_id, on).order_by("school_id").first()
    return contacts(force_id, None, row["since"], row["confirmed"]) if row else None


def _police(force_id: int, on: date) -> QuerySet[Any]:
    """One row as of a school, for those who hold a role for the whole force."""
    rows = Membership.objects.current(on=on).filter(force=force_id, role__in=FORCE_ROLES)
    made = ContactsConfirmation.objects.filter(force=force_id, school=None).values("force")
    confirmed = Subquery(made.annotate(last=Max("confirmed_at")).values("last"))
    return rows.values("school_id").annotate(since=Min("created_at"), confirmed=confirmed)


def contacts(force_id: int, school_id: int | None, since: datetime, confirmed: datetime | None) -> Contacts:
    """The day by which a list is to be confirmed follows from the last time it was, or from when there first were people."""
    days = preferences.of(force_id).contacts_confirm_days
    return Contacts(school_id, confirmed, timezone.localdate(confirmed or since) + timedelta(days=days))


def people_to_confirm(*, force_id: int, school_id: int | None, on: date) -> list[Membership]:
    """The roles on a list that is confirmed: a school's own people, or the police with their officers; today's and planned.

    Officers are the police's people wherever they work, and are on the list of the police alone.
    """
    rows = Membership.objects.living(on=on).filter(force=force_id).select_related("user", "school")
    rows = (
        rows.filter(role__in=POLICE_ROLES) if school_id is None else rows.filter(school=school_id, role__in=AT_SCHOOL)
    )
    return list(rows.order_by("user__name", "user_id", "role", "school__name", "id"))


def not_in_list(user: User, *, school_ids: Any, emails: Iterable[str], on: date) -> QuerySet[Membership]:
    """The people of some schools whom a list does not name: only ever shown, never ended by silence."""
    living = Membership.objects.living(on=on).select_related("user", "school")
    theirs = living.filter(school__in=school_ids, role__in=AT_SCHOOL).exclude(user__email__in=emails)
    return decisions.visible(theirs, user, "people.view").order_by("id")


def _last_of(school: Any) -> Subquery:
    made = ContactsConfirmation.objects.filter(school=school).order_by()
    return Subquery(made.values("school").annotate(last=Max("confirmed_at")).values("last"))
