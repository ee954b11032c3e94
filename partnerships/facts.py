"""How does a school's partnership stand today, for the people of that school? A fixed number of statements for all schools."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from partnerships.models import Agreement, Feedback, InformationConfirmation
from partnerships.workflow import AgreementStatus
from schools.models import School, SpocAppointment, StaffNotice, StaffNoticeRecipient
from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.tenancy import context
from ssp.ui import worklist

S = AgreementStatus
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class NoticeFacts:
    """The newest notice to all staff, and how many of today's staff on its list have confirmed."""

    pk: int
    sent_at: datetime
    confirm_by: date
    expires_on: date
    staff: int
    confirmed: int

    @property
    def waiting(self) -> int:
        return self.staff - self.confirmed


@dataclass
class SchoolFacts:
    """One school. Agreements by kind: the one in force, and the one on its way to a signature."""

    school: School
    is_head: bool = False  # whether the person asking is its head teacher
    in_force: dict[str, Agreement] = field(default_factory=dict)
    under_way: dict[str, Agreement] = field(default_factory=dict)
    appointments: list[SpocAppointment] = field(default_factory=list)
    people: dict[str, list[Membership]] = field(default_factory=dict)
    notice: NoticeFacts | None = None
    information_on: int | None = None  # the data sharing agreement the last confirmation rests on
    information_at: datetime | None = None
    feedback_term: str = ""
    feedback_at: datetime | None = None

    def in_post(self, *, is_deputy: bool, on: date) -> SpocAppointment | None:
        """Who is SPOC, or deputy, on a day."""
        for each in self.appointments:
            last = each.last_day
            if (
                each.membership
                and each.is_deputy == is_deputy
                and each.starts_on <= on
                and (last is None or last >= on)
            ):
                return each
        return None

    def invited(self, *, is_deputy: bool) -> SpocAppointment | None:
        """Who was invited to be SPOC, or deputy, and has not answered."""
        return next((a for a in self.appointments if a.membership_id is None and a.is_deputy == is_deputy), None)

    def names(self, role: Role) -> list[str]:
        return list(dict.fromkeys(each.user.name for each in self.people.get(role, [])))


@worklist.once
def of(user: Any) -> list[SchoolFacts]:
    """The schools at which somebody works on the school's side and sees agreements, by name; none for anybody else."""
    standing = user.standing
    if standing is None or standing.side != "school" or not standing.may("agreement.view"):
        return []
    ids = standing.schools_where("agreement.view")
    heads = set(standing.schools_where("checklist.view"))
    found = {school.pk: _school(school, heads) for school in _schools(ids, is_head=bool(heads))}
    _agreements(found, user)
    _appointments(found)
    _people(found, standing.force_id)
    return list(found.values())


def _schools(ids: Iterable[int], *, is_head: bool) -> QuerySet[School]:
    schools = School.objects.filter(pk__in=ids).select_related("force").order_by("name", "id")
    if not is_head:
        return schools
    newest = StaffNotice.objects.filter(school=OuterRef("pk")).newest()
    # One row a school: the newest notice carries its own counts.
    counted = newest.annotate(staff=_count(Q()), confirmed=_count(Q(confirmed_at__isnull=False)))
    information = InformationConfirmation.objects.filter(school=OuterRef("pk")).order_by("-confirmed_at", "-id")
    feedback = Feedback.objects.filter(school=OuterRef("pk")).order_by("-given_at", "-id")
    return schools.annotate(
        **{f"notice_{name}": Subquery(counted.values(name)[:1]) for name in NOTICE},
        information_on=Subquery(information.values("agreement_id")[:1]),
        information_at=Subquery(information.values("confirmed_at")[:1]),
        feedback_term=Subquery(feedback.values("term")[:1]),
        feedback_at=Subquery(feedback.values("given_at")[:1]),
    )


NOTICE = ("pk", "sent_at", "confirm_by", "expires_on", "staff", "confirmed")


def _count(condition: Q) -> Subquery:
    rows = StaffNoticeRecipient.objects.today(on=timezone.localdate()).filter(condition, notice=OuterRef("pk"))
    return Subquery(rows.order_by().values("notice").annotate(n=Count("*")).values("n"))


def _school(school: Any, heads: set[int]) -> SchoolFacts:
    facts = SchoolFacts(school=school, is_head=school.pk in heads)
    if getattr(school, "notice_pk", None) is not None:
        facts.notice = NoticeFacts(
            pk=school.notice_pk, sent_at=school.notice_sent_at, confirm_by=school.notice_confirm_by,
            expires_on=school.notice_expires_on, staff=school.notice_staff or 0, confirmed=school.notice_confirmed or 0,
        )  # fmt: skip
    for name in ("information_on", "information_at", "feedback_at"):
        setattr(facts, name, getattr(school, name, None))
    facts.feedback_term = getattr(school, "feedback_term", None) or ""
    return facts


def _agreements(found: dict[int, SchoolFacts], user: Any) -> None:
    today = timezone.localdate()
    rows = Agreement.objects.visible_to(user).filter(school__in=found)
    rows = rows.filter(Q(status__in=(S.ISSUED, S.SIGNED, S.COUNTERSIGNED)) | Q(status=S.IN_FORCE, ends_on__gte=today))
    for each in rows.select_related("sealed", "school").order_by("kind", "id"):
        facts = found[each.school_id]
        if each.status == S.IN_FORCE:
            facts.in_force[each.kind] = each
        else:
            facts.under_way[each.kind] = each


def _appointments(found: dict[int, SchoolFacts]) -> None:
    """Those in post, still to begin, ended within the year, or waiting for an invitation to be accepted."""
    rows = SpocAppointment.objects.filter(school__in=found).select_related("membership", "person", "invitation")
    now = timezone.now()
    lasting = Q(ends_on=None) | Q(ends_on__gte=timezone.localdate() - YEAR)
    waiting = Q(membership=None, invitation__accepted_at=None, invitation__withdrawn_at=None)
    rows = rows.filter(Q(membership__isnull=False) & lasting | waiting & Q(invitation__expires_at__gt=now))
    for each in rows.order_by("-starts_on", "-id"):
        found[each.school_id].appointments.append(each)


def _people(found: dict[int, SchoolFacts], force_id: int) -> None:
    """Officers of the schools, coordinators and sergeants of the force. The service asks: a school does not see those itself."""
    with context.entered(context.system(force_id)):
        here = Q(role=Role.OFFICER, school__in=found)
        force = Q(role__in=(Role.FORCE_ADMIN, Role.SERGEANT), school=None, force_id=force_id)
        rows = Membership.objects.filter(here | force, user__is_active=True).current(on=timezone.localdate())
        for each in rows.select_related("user").order_by("user__name", "id"):
            for facts in [found[each.school_id]] if each.school_id else found.values():
                facts.people.setdefault(each.role, []).append(each)
