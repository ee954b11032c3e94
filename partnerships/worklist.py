"""What do agreements ask of this person today? Lines for the home page, most urgent first."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from partnerships import facts
from partnerships.models import Agreement, AgreementKind, ExitState, Feedback, IssueRound, Party, RoundItemState
from partnerships.queries import review_due_on, seal_key
from partnerships.workflow import ON_THE_WAY, AgreementStatus, RoundStatus
from ssp.access.roles import Role
from ssp.models import Task, TaskState
from ssp.tenancy import preferences
from ssp.ui.dates import long_date
from ssp.ui.worklist import Card, Fact, Item, Urgency

SOON = timedelta(days=7)
ENDING = timedelta(days=90)
REVIEW_AHEAD = timedelta(days=30)
LOOKED_AT = timedelta(days=14)
MOST = 50  # of one sort; behind it is the list
S = AgreementStatus


def your_partnership(user: Any) -> list[Card]:
    """For somebody of a school who sees its agreements: who works with whom, what is in force today, and until when."""
    schools = facts.of(user)
    return [_card(each, "Your partnership" if len(schools) == 1 else each.school.name) for each in schools]


def _card(school: facts.SchoolFacts, title: str) -> Card:
    people = (
        ("Officer", [(name, "") for name in school.names(Role.OFFICER)] or [("Nobody posted today", "")]),
        ("SPOC", _posts(school)),
        ("Sergeant", [(name, "") for name in school.names(Role.SERGEANT)[:2]]),
        ("Coordinator", [(name, "") for name in school.names(Role.FORCE_ADMIN)[:2]]),
    )
    lines = [Fact(key, tuple(values)) for key, values in people if values]
    lines += [Fact(kind.label, _in_force(school.in_force.get(kind))) for kind in AgreementKind]
    status = ("agreement", S.IN_FORCE) if AgreementKind.PROTOCOL in school.in_force else None
    return Card(title, tuple(lines), status)


def _posts(school: facts.SchoolFacts) -> list[tuple[str, str]]:
    """Who is SPOC and who is deputy, each a link to the page about them."""
    link = reverse("spoc-list", args=[school.school.pk])
    said = []
    for kind in (False, True):
        found = school.in_post(is_deputy=kind, on=timezone.localdate())
        if found is None:
            said.append(("No deputy" if kind else "Nobody appointed", link))
        else:
            job = f", {found.job_title.lower()}" if found.job_title and not kind else ""
            said.append((f"Deputy: {found.person}" if kind else f"{found.person}{job}", link))
    return said


def _in_force(agreement: Agreement | None) -> tuple[tuple[str, str], ...]:
    if agreement is None:
        return (("None in force", ""),)
    link = reverse("agreement-view", args=[agreement.pk])
    return ((f"In force, {agreement.reference}", link), (f"until {long_date(agreement.ends_on)}", ""))


def to_acknowledge(user: Any) -> list[Item]:
    """Agreements in force that a new head, SPOC, deputy or officer has not read and acknowledged yet."""
    standing = user.standing
    if standing is None or not standing.may("agreement.acknowledge"):
        return []
    if standing.side == "school":
        owed = [each for school in facts.of(user) for each in school.to_acknowledge]
    else:
        rows = Agreement.objects.visible_to(user).to_acknowledge(by=user, on=timezone.localdate())
        owed = list(rows.select_related("school").order_by("school__name", "kind", "id")[:MOST])
    return [
        Item(
            title=f"Read and acknowledge the {each.kind_in_words}"
            + ("" if standing.side == "school" else f" with {each.school.name}"),
            url=reverse("agreement-read", args=[each.pk]),
            hint=f"{each.reference} was in force before you came. Its signatures stay; you take note of what was agreed.",
            urgency=Urgency.SOON,
        )
        for each in owed
    ]


def feedback_given(user: Any) -> list[Item]:
    """For sergeants and coordinators: what heads said within the last two weeks."""
    standing = user.standing
    if standing is None or standing.side != "police" or not standing.may("feedback.view"):
        return []
    recent = Feedback.objects.visible_to(user).filter(given_at__gte=timezone.now() - LOOKED_AT)
    return [
        Item(
            title=f"Feedback from {each.school.name}",
            url=reverse("feedback-school", args=[each.school_id]),
            hint=f"{each.get_overall_display()}. Given {long_date(each.given_at)}.",
            urgency=Urgency.TO_KNOW,
        )
        for each in recent.select_related("school").order_by("-given_at", "-id")[:MOST]
    ]


def to_sign(user: Any) -> list[Item]:
    """Agreements that wait for the head teacher; those whose PDF is not made yet cannot be signed and do not show."""
    standing = user.standing
    if standing is None or not standing.may("agreement.sign"):
        return []
    mine = standing.schools_where("agreement.sign")
    coming = [
        (each, school.in_force.get(each.kind))
        for school in facts.of(user)
        if school.school.pk in mine
        for each in school.under_way.values()
        if each.status == S.ISSUED and each.body_sha256
    ]
    coming.sort(key=lambda pair: (pair[0].sign_by or date.max, pair[0].pk))
    return [_to_sign(each, now=now) for each, now in coming]


def to_countersign(user: Any) -> list[Item]:
    """Agreements the schools signed that wait for the police."""
    waiting = _where_may(user, "agreement.countersign").filter(status=S.SIGNED).order_by("sign_by", "id")
    return [
        Item(
            title=f"Countersign the {each.kind_in_words} with {each.school.name}",
            url=reverse("agreement-read", args=[each.pk]),
            hint=f"{each.reference}. The head teacher has signed. It comes into force when you have too.",
            due_on=each.sign_by,
            urgency=_urgency(each.sign_by),
        )
        for each in waiting[:MOST]
    ]


def drafts_to_send(user: Any) -> list[Item]:
    """Drafts nobody sent yet."""
    drafts = _where_may(user, "agreement.issue").filter(status=S.DRAFT).order_by("created_at", "id")
    return [
        Item(
            title=f"Send the {each.kind_in_words} to {each.school.name}",
            url=reverse("agreement-issue", args=[each.pk]),
            hint=f"{each.reference} is a draft since {long_date(timezone.localdate(each.created_at))}.",
        )
        for each in drafts[:MOST]
    ]


def answered_otherwise(user: Any) -> list[Item]:
    """Declined agreements the coordinator answers, until a next one is on its way; withdrawn ones the school should know of."""
    return _declined(user) + _withdrawn(user)


def sealing_failed(user: Any) -> list[Item]:
    """Signed on both sides, but the seal waits for a person."""
    stuck = {each.seal: each for each in _with_seal_key(_where_may(user, "agreement.retry_seal"))}
    parked = (
        Task.objects.filter(key__in=stuck, state=TaskState.PARKED).order_by("settled_at").values_list("key", flat=True)
    )
    return [
        Item(
            title=f"Try again to seal the {stuck[key].kind_in_words} with {stuck[key].school.name}",
            url=reverse("agreement-view", args=[stuck[key].pk]),
            hint=f"{stuck[key].reference}. Both signatures are safe. It is not in force before it is sealed.",
            urgency=Urgency.NOW,
        )
        for key in parked[:MOST]
    ]


def ending_soon(user: Any) -> list[Item]:
    """Agreements that end within 90 days with no next one on its way."""
    today = timezone.localdate()
    ending = _where_may(user, "agreement.draft").in_force(on=today).filter(ends_on__lte=today + ENDING)
    return [
        Item(
            title=f"Prepare the next {each.kind_in_words} with {each.school.name}",
            url=f"{reverse('agreement-draft')}?school={each.school_id}",
            hint=f"{each.reference} ends on {long_date(each.ends_on)} and nothing follows it yet.",
            due_on=each.ends_on,
            urgency=Urgency.SOON if each.ends_on <= today + timedelta(days=30) else Urgency.WHEN_YOU_CAN,
        )
        for each in _without_next(ending.order_by("ends_on", "id"))
    ]


def to_review(user: Any) -> list[Item]:
    """Agreements in force whose review is due within 30 days, or overdue."""
    if user.standing is None:
        return []
    today = timezone.localdate()
    ahead = today + REVIEW_AHEAD
    wanted = preferences.of(user.standing.force_id)
    near = _where_may(user, "agreement.review").to_review(
        by=ahead, months_first=wanted.review_first_months, months_then=wanted.review_then_months
    )
    held = near.select_related("school", "sealed")
    due = sorted((day, each.pk, each) for each in held if (day := review_due_on(each)) and day <= ahead)
    return [
        Item(
            title=f"Review the {each.kind_in_words} with {each.school.name}",
            url=reverse("agreement-review", args=[each.pk]),
            hint=f"{each.reference}. Hold the review with the school, then record it here.",
            due_on=day,
            urgency=Urgency.SOON if day < today else Urgency.WHEN_YOU_CAN,
        )
        for day, _, each in due[:MOST]
    ]


def exits_to_work_through(user: Any) -> list[Item]:
    """Exit lists of one's own side with lines to do."""
    mine = _where_may(user, "agreement.exit").filter(notice_at__isnull=False)
    if user.standing is None:
        return []
    party = Party.SCHOOL if user.standing.side == "school" else Party.POLICE
    is_open = Q(exit_lines__party=party, exit_lines__state=ExitState.OPEN)
    left = mine.annotate(left=Count("exit_lines", filter=is_open)).filter(left__gt=0).order_by("ends_on", "id")
    return [
        Item(
            title=f"Work through the exit list of the {each.kind_in_words} with {each.school.name}",
            url=reverse("agreement-exit", args=[each.pk]),
            hint=f"{each.left} to do. The last day is {long_date(each.ends_on)}.",
            due_on=each.ends_on,
            urgency=_urgency(each.ends_on),
        )
        for each in left[:MOST]
    ]


def sharing_stopped(user: Any) -> list[Item]:
    """A data sharing agreement came to its end and none followed: whoever would share is told, on both sides (N5)."""
    today = timezone.localdate()
    over = Q(status__in=(S.LAPSED, S.ENDED)) | Q(status=S.IN_FORCE, ends_on__lt=today)
    found = _where_may(user, "agreement.view").filter(over, kind=AgreementKind.DATA_SHARING_AGREEMENT)
    recent = found.filter(ends_on__gte=today - ENDING).order_by("-ends_on", "id")
    return [
        Item(
            title=f"Routine sharing with the police has stopped at {each.school.name}",
            url=reverse("agreement-view", args=[each.pk]),
            hint=f"{each.reference} ended on {long_date(each.ends_on)} and nothing follows it in force. "
            "An urgent share to protect a child is never stopped.",
            urgency=Urgency.TO_KNOW,
        )
        for each in _without_next(recent, statuses=(S.IN_FORCE,))
    ]


def rounds(user: Any) -> list[Item]:
    """Rounds somebody began and has not sent, and those of which something could not be sent; one statement."""
    standing = getattr(user, "standing", None)
    if standing is None or not standing.may("agreement.issue"):
        return []
    failed = Count("items", filter=Q(items__state=RoundItemState.FAILED))
    found = IssueRound.objects.visible_to(user).annotate(failed=failed)
    waiting = found.filter(Q(status=RoundStatus.PREPARING) | Q(status=RoundStatus.SENT, failed__gt=0))
    return [_round(each) for each in waiting.order_by("created_at", "id")[:MOST]]


SOURCES = (
    to_sign, to_countersign, sealing_failed, answered_otherwise, drafts_to_send, ending_soon, to_review, exits_to_work_through,
    sharing_stopped, rounds, to_acknowledge, feedback_given,
)  # fmt: skip


def _round(issue_round: Any) -> Item:
    url = reverse("round-view", args=[issue_round.pk])
    if issue_round.status == RoundStatus.PREPARING:
        begun = long_date(timezone.localdate(issue_round.created_at))
        return Item(
            "Go on with the round of agreements to many schools", url, hint=f"Begun on {begun}; nothing is sent yet."
        )
    one = issue_round.failed == 1
    return Item(
        f"Look at {issue_round.failed} agreement{'' if one else 's'} that could not be sent",
        url,
        hint="Each says why, and what to do. The others of that round are sent.",
        urgency=Urgency.SOON,
    )


def _to_sign(agreement: Agreement, *, now: Agreement | None) -> Item:
    if now is not None:
        matter = f"Version {now.number} stays in force until both sides have signed this one, at most to {long_date(now.ends_on)}."
    elif agreement.kind == AgreementKind.PROTOCOL:
        matter = f"Without a protocol in force, no officer can work at {agreement.school.name}."
    else:
        matter = "Without it, routine information cannot be shared."
    return Item(
        title=f"Sign the {agreement.kind_in_words}, version {agreement.number}",
        url=reverse("agreement-read", args=[agreement.pk]),
        hint=f"{agreement.reference}, {agreement.school.name}. {matter}",
        due_on=agreement.sign_by,
        urgency=_urgency(agreement.sign_by),
    )


def _declined(user: Any) -> list[Item]:
    found = _where_may(user, "agreement.draft").filter(status=S.DECLINED, closed_at__gte=timezone.now() - ENDING)
    return [
        Item(
            title=f"Answer {each.school.name}, which declined the {each.kind_in_words}",
            url=reverse("agreement-view", args=[each.pk]),
            hint=f"{each.reference}. Read the reason, then prepare a new one.",
            urgency=Urgency.SOON,
        )
        for each in _without_next(found.order_by("closed_at", "id"))
    ]


def _withdrawn(user: Any) -> list[Item]:
    found = _where_may(user, "agreement.sign").filter(status=S.WITHDRAWN, issued_at__isnull=False)
    recent = found.filter(closed_at__gte=timezone.now() - LOOKED_AT)
    return [
        Item(
            title=f"The police withdrew the {each.kind_in_words}",
            url=reverse("agreement-view", args=[each.pk]),
            hint=f"{each.reference}. You do not need to sign it.",
            urgency=Urgency.TO_KNOW,
        )
        for each in _without_next(recent.order_by("closed_at", "id"))
    ]


def _without_next(agreements: Any, *, statuses: tuple[str, ...] = (*ON_THE_WAY, S.IN_FORCE)) -> list[Agreement]:
    """Those after which no other agreement of the kind with the school came as far; two statements, whatever their number."""
    found = list(agreements[:MOST])
    newer = Agreement.objects.filter(partnership__in={each.partnership_id for each in found})
    followed = newer.filter(status__in=statuses).values_list("partnership_id", "kind", "number")
    latest: dict[tuple[int, str], int] = {}
    for partnership_id, kind, number in followed:
        latest[partnership_id, kind] = max(number, latest.get((partnership_id, kind), 0))
    return [each for each in found if latest.get((each.partnership_id, each.kind), 0) <= each.number]


def _with_seal_key(agreements: Any) -> list[Any]:
    found = list(agreements.filter(status=S.COUNTERSIGNED))
    for each in found:
        each.seal = seal_key(each)
    return found


def _where_may(user: Any, permission: str) -> Any:
    """What a person may do this to; nothing, without asking the database, for roles that never may."""
    standing = getattr(user, "standing", None)
    if standing is None or not standing.may(permission):
        return Agreement.objects.none()
    return Agreement.objects.where_may(user, permission).without_text().select_related("school")


def _urgency(due_on: date | None) -> Urgency:
    if due_on is None:
        return Urgency.WHEN_YOU_CAN
    left = due_on - timezone.localdate()
    return Urgency.NOW if left <= timedelta(days=1) else Urgency.SOON if left <= SOON else Urgency.WHEN_YOU_CAN
