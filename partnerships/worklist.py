"""What do agreements ask of this person today? Lines for the home page, most urgent first."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from partnerships import facts
from partnerships.models import Agreement, AgreementKind, Feedback, IssueRound, RoundItemState
from partnerships.queries import review_due_on, waiting
from partnerships.queries.waiting import Why
from partnerships.workflow import AgreementStatus, RoundStatus
from ssp.access.roles import Role
from ssp.ui.dates import long_date
from ssp.ui.worklist import Card, Fact, Item, Urgency

SOON = timedelta(days=7)
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
    return [
        Item(
            title=f"Read and acknowledge the {each.kind_in_words}"
            + ("" if standing.side == "school" else f" with {each.school.name}"),
            url=reverse("agreement-read", args=[each.pk]),
            hint=f"{each.reference} was in force before you came. Its signatures stay; you take note of what was agreed.",
            urgency=Urgency.SOON,
        )
        for each in waiting.of(user)[Why.ACKNOWLEDGE]
    ]


def feedback_given(user: Any) -> list[Item]:
    """For sergeants and coordinators: what heads said within the last two weeks."""
    standing = user.standing
    if standing is None or standing.side != "police" or not standing.may("feedback.view"):
        return []
    recent = Feedback.objects.visible_to(user).filter(given_at__gte=timezone.now() - waiting.LOOKED_AT)
    return [
        Item(
            title=f"Feedback from {each.school.name}",
            url=reverse("feedback-school", args=[each.school_id]),
            hint=f"{each.get_overall_display()}. Given {long_date(each.given_at)}.",
            urgency=Urgency.TO_KNOW,
        )
        for each in recent.select_related("school").order_by("-given_at", "-id")[: waiting.MOST]
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
    return [
        Item(
            title=f"Countersign the {each.kind_in_words} with {each.school.name}",
            url=reverse("agreement-read", args=[each.pk]),
            hint=f"{each.reference}. The head teacher has signed. It comes into force when you have too.",
            due_on=each.sign_by,
            urgency=_urgency(each.sign_by),
        )
        for each in waiting.of(user)[Why.COUNTERSIGN]
    ]


def drafts_to_send(user: Any) -> list[Item]:
    """Drafts nobody sent yet."""
    return [
        Item(
            title=f"Send the {each.kind_in_words} to {each.school.name}",
            url=reverse("agreement-issue", args=[each.pk]),
            hint=f"{each.reference} is a draft since {long_date(timezone.localdate(each.created_at))}.",
        )
        for each in waiting.of(user)[Why.SEND]
    ]


def answered_otherwise(user: Any) -> list[Item]:
    """Declined agreements the coordinator answers, until a next one is on its way; withdrawn ones the school should know of."""
    return _declined(user) + _withdrawn(user)


def sealing_failed(user: Any) -> list[Item]:
    """A PDF that could not be made, or a seal that could not: each waits for a person."""
    return [_to_try_again(each) for each in waiting.of(user)[Why.SEAL]]


def _to_try_again(agreement: Agreement) -> Item:
    if agreement.status == S.ISSUED:
        act, hint = "make the PDF of", "The head teacher cannot sign before it is made."
    else:
        act, hint = "seal", "Both signatures are safe. It is not in force before it is sealed."
    return Item(
        title=f"Try again to {act} the {agreement.kind_in_words} with {agreement.school.name}",
        url=reverse("agreement-view", args=[agreement.pk]),
        hint=f"{agreement.reference}. {hint}",
        urgency=Urgency.NOW,
    )


def ending_soon(user: Any) -> list[Item]:
    """Agreements that end within 90 days with no next one on its way."""
    today = timezone.localdate()
    return [
        Item(
            title=f"Prepare the next {each.kind_in_words} with {each.school.name}",
            url=f"{reverse('agreement-draft')}?school={each.school_id}",
            hint=f"{each.reference} ends on {long_date(each.ends_on)} and nothing follows it yet.",
            due_on=each.ends_on,
            urgency=Urgency.SOON if each.ends_on <= today + timedelta(days=30) else Urgency.WHEN_YOU_CAN,
        )
        for each in waiting.of(user)[Why.RENEW]
    ]


def to_review(user: Any) -> list[Item]:
    """Agreements in force whose review is due within 30 days, or overdue."""
    today = timezone.localdate()
    near = ((review_due_on(each), each.pk, each) for each in waiting.of(user)[Why.REVIEW])
    due = sorted((day, pk, each) for day, pk, each in near if day and day <= today + waiting.REVIEW_AHEAD)
    return [
        Item(
            title=f"Review the {each.kind_in_words} with {each.school.name}",
            url=reverse("agreement-review", args=[each.pk]),
            hint=f"{each.reference}. Hold the review with the school, then record it here.",
            due_on=day,
            urgency=Urgency.SOON if day < today else Urgency.WHEN_YOU_CAN,
        )
        for day, _, each in due
    ]


def exits_to_work_through(user: Any) -> list[Item]:
    """Exit lists of one's own side with lines to do."""
    return [
        Item(
            title=f"Work through the exit list of the {each.kind_in_words} with {each.school.name}",
            url=reverse("agreement-exit", args=[each.pk]),
            hint=f"{each.left} to do. The last day is {long_date(each.ends_on)}.",
            due_on=each.ends_on,
            urgency=_urgency(each.ends_on),
        )
        for each in waiting.of(user)[Why.EXIT]
    ]


def sharing_stopped(user: Any) -> list[Item]:
    """A data sharing agreement came to its end and none followed: whoever would share is told, on both sides (N5)."""
    return [
        Item(
            title=f"Routine sharing with the police has stopped at {each.school.name}",
            url=reverse("agreement-view", args=[each.pk]),
            hint=f"{each.reference} ended on {long_date(each.ends_on)} and nothing follows it in force. "
            "An urgent share to protect a child is never stopped.",
            urgency=Urgency.TO_KNOW,
        )
        for each in waiting.of(user)[Why.STOPPED]
    ]


def rounds(user: Any) -> list[Item]:
    """Rounds somebody began and has not sent, and those of which something could not be sent; one statement."""
    standing = getattr(user, "standing", None)
    if standing is None or not standing.may("agreement.issue"):
        return []
    failed = Count("items", filter=Q(items__state=RoundItemState.FAILED))
    found = IssueRound.objects.visible_to(user).annotate(failed=failed)
    open_ones = found.filter(Q(status=RoundStatus.PREPARING) | Q(status=RoundStatus.SENT, failed__gt=0))
    return [_round(each) for each in open_ones.order_by("created_at", "id")[: waiting.MOST]]


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
    return [
        Item(
            title=f"Answer {each.school.name}, which declined the {each.kind_in_words}",
            url=reverse("agreement-view", args=[each.pk]),
            hint=f"{each.reference}. Read the reason, then prepare a new one.",
            urgency=Urgency.SOON,
        )
        for each in waiting.of(user)[Why.ANSWER]
    ]


def _withdrawn(user: Any) -> list[Item]:
    return [
        Item(
            title=f"The police withdrew the {each.kind_in_words}",
            url=reverse("agreement-view", args=[each.pk]),
            hint=f"{each.reference}. You do not need to sign it.",
            urgency=Urgency.TO_KNOW,
        )
        for each in waiting.of(user)[Why.WITHDRAWN]
    ]


def _urgency(due_on: date | None) -> Urgency:
    if due_on is None:
        return Urgency.WHEN_YOU_CAN
    left = due_on - timezone.localdate()
    return Urgency.NOW if left <= timedelta(days=1) else Urgency.SOON if left <= SOON else Urgency.WHEN_YOU_CAN
