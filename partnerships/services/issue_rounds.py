"""Agreements for many schools at once: preparing a round, sending it, and what the worker does for each school.

A round is fed to the worker by the handful, so that a thousand agreements never stand before somebody else's seal. Each
agreement is drafted and issued by the services a person would use, for the person who sent the round, whose right is asked again.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from partnerships import round_details, round_queries
from partnerships.models import (
    Agreement,
    IssueRound,
    IssueRoundItem,
    IssueRoundSchool,
    RoundItemState,
    TemplateVersion,
)
from partnerships.refusals import BlanksRefused
from partnerships.services import agreements
from partnerships.workflow import ROUND, TemplateStatus
from schools.models import School
from ssp import failpoints, outbox
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.models import Task, TaskState
from ssp.refusals import Refused, Stale
from ssp.tenancy import preferences
from ssp.tenancy.models import Force

PRESENT = (
    100  # agreements of a force that may wait for the worker at once: what comes after them waits seconds, not an hour
)
WORK = ("issue_round.issue", "agreement.render")
LONGEST_FAILURE = 600
State = RoundItemState


@transaction.atomic
def prepare(*, force: Force, templates: Sequence[TemplateVersion], sign_by: date, by: User) -> IssueRound:
    """Begin a round: which documents, and by when the head teachers are asked to sign.

    Raises:
        NotPermitted: ``by`` may not send agreements of this force.
        Refused: no document, two of one kind, one that is not published, or a day that is over.
    """
    decisions.require(by, "agreement.issue", force)
    made = IssueRound(force=force, created_by=by)
    _set_documents(made, templates, sign_by)
    made.save(force_insert=True)
    log.record("issue_round.prepared", made, by=by)
    return made


@transaction.atomic
def set_documents(
    *, issue_round: IssueRound, templates: Sequence[TemplateVersion], sign_by: date, by: User
) -> IssueRound:
    """Change which documents are sent, and the day. What was typed for blanks that both have is kept.

    Raises:
        NotPermitted, WrongState (it was sent already), Refused (as `prepare`).
    """
    locked = _being_prepared(issue_round, by)
    _set_documents(locked, templates, sign_by)
    return _edited(locked, by=by)


@transaction.atomic
def choose(*, issue_round: IssueRound, add: Collection[int], remove: Collection[int], by: User) -> IssueRound:
    """Put schools into a round and take others out, by their ids. What was typed for a school goes with it.

    Raises:
        NotPermitted, WrongState.
        Refused: a school where ``by`` may not prepare agreements; nothing is changed then.
    """
    locked = _being_prepared(issue_round, by)
    allowed = set(School.objects.where_may(by, "agreement.draft").filter(pk__in=add).values_list("pk", flat=True))
    if set(add) - allowed:
        raise Refused(
            "One of these schools is not in your force any more. Nothing was changed. Look at the list again."
        )
    rows = [IssueRoundSchool(force_id=locked.force_id, issue_round=locked, school_id=pk) for pk in sorted(allowed)]
    IssueRoundSchool.objects.bulk_create(rows, ignore_conflicts=True)
    IssueRoundSchool.objects.filter(issue_round=locked, school_id__in=set(remove) - allowed).delete()
    return _edited(locked, by=by)


@transaction.atomic
def set_differing(*, issue_round: IssueRound, keys: Collection[str], by: User) -> IssueRound:
    """Say which details differ from school to school. The end date never does: one round has one.

    Raises:
        NotPermitted, WrongState.
    """
    locked = _being_prepared(issue_round, by)
    known = [each.key for each in round_details.blanks_of(locked.templates)]
    locked.per_school = [key for key in known if key in keys and key != "ends_on"]
    return _edited(locked, by=by)


@transaction.atomic
def set_common(*, issue_round: IssueRound, values: Mapping[str, Any], by: User) -> IssueRound:
    """Keep the details that are the same for every school, as far as they are known; `send` asks whether they fit.

    Raises:
        NotPermitted, WrongState.
    """
    locked = _being_prepared(issue_round, by)
    locked.common = locked.common | _plain(values)
    return _edited(locked, by=by)


@transaction.atomic
def set_details(*, issue_round: IssueRound, details: Mapping[int, Mapping[str, Any]], by: User) -> IssueRound:
    """Keep what somebody typed for single schools, by the school's id; other details of theirs stay.

    Raises:
        NotPermitted, WrongState.
        Refused: a school that is not in the round; nothing is kept then.
    """
    locked = _being_prepared(issue_round, by)
    rows = list(IssueRoundSchool.objects.filter(issue_round=locked, school_id__in=details))
    if len(rows) != len(details):
        raise Refused("One of these schools is not in this round any more. Nothing was saved.")
    for row in rows:
        row.details = row.details | _plain(details[row.school_id])
    IssueRoundSchool.objects.bulk_update(rows, ["details"])
    return _edited(locked, by=by)


@transaction.atomic
def send(*, issue_round: IssueRound, version: int, by: User) -> IssueRound:
    """Send a round: every agreement becomes a line of its progress, and the worker is asked to begin.

    Raises:
        NotPermitted, WrongState (it was sent already).
        Stale: somebody changed it since ``version`` was shown.
        Refused: something of it is missing; the text says what.
    """
    locked = _being_prepared(issue_round, by)
    if locked.version != version:
        raise Stale("The round has changed since you looked at it. Nothing was sent. Check it again.")
    problems = gaps(locked)
    if problems:
        raise Refused(" ".join(problems))
    step = ROUND.check(locked, "send")
    school_ids = locked.chosen.order_by("school__name", "school_id").values_list("school_id", flat=True)
    kinds = [template.kind for template in locked.templates]
    IssueRoundItem.objects.bulk_create(
        IssueRoundItem(force_id=locked.force_id, issue_round=locked, school_id=pk, kind=kind)
        for pk in school_ids
        for kind in kinds
    )
    locked.status, locked.sent_at, locked.sent_by = step.target, timezone.now(), by
    log.record(step.event, locked, by=by)
    return _work_asked(locked, by=by)


@transaction.atomic
def stop(*, issue_round: IssueRound, by: User) -> IssueRound:
    """Stop what is not sent yet. What is sent stays sent.

    Raises:
        NotPermitted, WrongState.
    """
    decisions.require(by, "agreement.issue", issue_round)
    locked = _lock(issue_round)
    step = ROUND.check(locked, "stop")
    locked.status = step.target
    locked.save(update_fields=["status"])
    locked.items.filter(state=State.QUEUED).update(state=State.STOPPED, settled_at=timezone.now())
    log.record(step.event, locked, by=by)
    return locked


@transaction.atomic
def retry(*, issue_round: IssueRound, by: User) -> IssueRound:
    """Try again what failed or was stopped, for the person who asks now; and PDFs whose making was given up.

    Raises:
        NotPermitted, WrongState.
        Refused: nothing failed and nothing was stopped.
    """
    decisions.require(by, "agreement.issue", issue_round)
    locked = _lock(issue_round)
    step = ROUND.check(locked, "retry")
    again = locked.items.filter(state__in=(State.FAILED, State.STOPPED)).update(
        state=State.QUEUED, failure="", asked_at=None, settled_at=None, attempt=F("attempt") + 1
    )
    stuck = list(round_queries.renders_given_up(locked))
    for task in stuck:
        outbox.again(task)
    if not again and not stuck:
        raise Refused("Nothing of this round failed or was stopped.")
    locked.status = step.target
    log.record(step.event, locked, by=by)
    return _work_asked(locked, by=by)


@transaction.atomic
def discard(*, issue_round: IssueRound, by: User) -> IssueRound:
    """Throw a round away that was not sent.

    Raises:
        NotPermitted, WrongState.
    """
    locked = _being_prepared(issue_round, by)
    step = ROUND.check(locked, "discard")
    locked.status = step.target
    locked.save(update_fields=["status"])
    log.record(step.event, locked, by=by)
    return locked


def gaps(issue_round: IssueRound) -> list[str]:
    """What keeps a round from being sent, in sentences; empty when nothing does."""
    today, problems = timezone.localdate(), []
    if issue_round.sign_by is None or issue_round.sign_by < today:
        problems.append("The day to sign by is over. Give a later one.")
    common = round_details.common_problems(issue_round)
    if common:
        problems.append(f"{len(common)} of the details that are the same for every school need your attention.")
    elif issue_round.sign_by and issue_round.sign_by > _ends_on(issue_round):
        problems.append("The agreements end before the day to sign by. Change one of the two.")
    schools = round_details.details_of(issue_round)
    if not schools:
        problems.append("No school is chosen.")
    if lacking := sum(bool(each.problems) for each in schools):
        problems.append(
            f"{lacking} school{'' if lacking == 1 else 's'} still lack details. Fill them in, or take them out."
        )
    return problems


def preview(*, issue_round: IssueRound, template: TemplateVersion, school: School) -> Agreement:
    """The agreement a school would be sent today, its text composed; nothing of it is kept.

    Raises:
        BlanksRefused: details are missing or do not fit.
        Refused: the school is not in the round (any more).
    """
    found = round_details.details_of(issue_round, school_ids=[school.pk])
    if not found:
        raise Refused("This school is not in the round.")
    made = agreements.imagined(
        school=school,
        template=template,
        variables=round_details.values_for(issue_round, template.kind, found[0]),
    )
    made.sign_by = issue_round.sign_by
    return made


# The worker's part ----------------------------------------------------------------------------------------------------


def feed(*, issue_round: IssueRound, by: User) -> int:
    """Give the worker the next agreements of a round, as many as there is room for. Returns how many wait still.

    Raises:
        NotPermitted: ``by`` may not send agreements any more.
    """
    decisions.require(by, "agreement.issue", issue_round)
    locked = _lock(issue_round)
    waiting = locked.items.filter(state=State.QUEUED, asked_at=None)
    under_way = Task.objects.filter(name__in=WORK, state__in=(TaskState.QUEUED, TaskState.RUNNING)).count()
    taken = list(waiting.order_by("id").values_list("pk", "attempt")[: max(0, PRESENT - under_way)])
    IssueRoundItem.objects.filter(pk__in=[pk for pk, _ in taken]).update(asked_at=timezone.now())
    outbox.enqueue_many(
        "issue_round.issue",
        {f"issue_round:item:{pk}:{attempt}": {"item_id": pk, "attempt": attempt} for pk, attempt in taken},
        by=by,
    )
    return waiting.count()


def issue_one(*, item_id: int, attempt: int, by: User) -> Agreement | None:
    """Draft and issue one agreement of a round, in the transaction under way; None when it is not wanted any more.

    Raises:
        NotPermitted: ``by`` may not (any more).
        Refused: why it cannot be sent to this school, and what to do about it.
    """
    item = _item(item_id)
    if item.state != State.QUEUED or item.attempt != attempt:
        return None
    issue_round = IssueRound.objects.select_related("protocol_template", "dsa_template").get(pk=item.issue_round_id)
    template = next(each for each in issue_round.templates if each.kind == item.kind)
    school = School.objects.where_may(by, "agreement.draft").open().filter(pk=item.school_id).first()
    if school is None:
        raise Refused("The school is closed in the register, or no longer in your force. Nothing can be sent to it.")
    (details,) = round_details.details_of(issue_round, school_ids=[school.pk])
    values = round_details.values_for(issue_round, item.kind, details)
    try:
        made = agreements.draft(school=school, template=template, variables=values, by=by)
        failpoints.here("drafted")
        issued = agreements.issue(agreement=made, by=by, sign_by=_sign_by(issue_round))
    except BlanksRefused as error:
        raise Refused(_in_words(template, error)) from error
    item.state, item.agreement, item.settled_at = State.SENT, issued, timezone.now()
    item.save(update_fields=["state", "agreement", "settled_at"])
    return issued


def fail_one(*, item_id: int, attempt: int, why: str) -> None:
    """One agreement could not be sent: it says why, and the others go on."""
    item = _item(item_id)
    if item.state != State.QUEUED or item.attempt != attempt:
        return
    item.state, item.failure, item.settled_at = State.FAILED, why[:LONGEST_FAILURE], timezone.now()
    item.save(update_fields=["state", "failure", "settled_at"])
    log.record("issue_round.failed", item, by=None)


def fail_rest(*, issue_round: IssueRound, why: str) -> None:
    """Nothing more of a round can be sent, for one reason: each line that was not given to the worker yet says so."""
    locked = _lock(issue_round)
    waiting = locked.items.filter(state=State.QUEUED, asked_at=None)
    waiting.update(state=State.FAILED, failure=why[:LONGEST_FAILURE], settled_at=timezone.now())
    log.record("issue_round.failed", locked, by=None)


def _item(item_id: int) -> IssueRoundItem:
    return IssueRoundItem.objects.select_for_update(of=("self",)).get(pk=item_id)


def _sign_by(issue_round: IssueRound) -> date | None:
    """The day that was asked for; a late retry gives the head teacher the usual time instead."""
    today = timezone.localdate()
    return issue_round.sign_by if issue_round.sign_by and issue_round.sign_by >= today else None


def _in_words(template: TemplateVersion, error: BlanksRefused) -> str:
    labels = {each["name"]: each["label"] for each in template.wording["variables"]}
    said = "; ".join(f"{labels.get(name, name.replace('_', ' '))}: {what}" for name, what in error.problems.items())
    return (
        f"Details are lacking. {said}. Put it right where it is recorded and try again, or prepare this one by itself."
    )


# Preparing ------------------------------------------------------------------------------------------------------------


def _set_documents(issue_round: IssueRound, templates: Sequence[TemplateVersion], sign_by: date) -> None:
    if not templates:
        raise Refused("Choose at least one document.")
    by_kind = {str(each.kind): each for each in templates}
    if len(by_kind) != len(templates):
        raise Refused("Choose one version of each document.")
    if any(each.status != TemplateStatus.PUBLISHED for each in templates):
        raise Refused("Choose published versions: no agreement can be made from a draft.")
    if sign_by < timezone.localdate():
        raise Refused("Ask for the signature by a day from today on.")
    had = {each.key for each in round_details.blanks_of(issue_round.templates)}
    issue_round.protocol_template = by_kind.get("protocol")
    issue_round.dsa_template = by_kind.get("data_sharing_agreement")
    issue_round.sign_by = sign_by
    blanks = round_details.blanks_of(issue_round.templates)
    new = [each for each in blanks if each.key not in had]
    issue_round.per_school = [
        each.key for each in blanks if each.key in {*issue_round.per_school, *round_details.differing_at_first(new)}
    ]
    defaults = {each.key: each.variable.default for each in new if each.variable.default}
    if "officer_title" in defaults:
        defaults["officer_title"] = preferences.of(issue_round.force_id).officer_title
    issue_round.common = defaults | issue_round.common


def _being_prepared(issue_round: IssueRound, by: User) -> IssueRound:
    decisions.require(by, "agreement.issue", issue_round)
    locked = _lock(issue_round)
    ROUND.check(locked, "send")
    return locked


def _lock(issue_round: IssueRound) -> IssueRound:
    rounds = IssueRound.objects.select_for_update(of=("self",)).select_related("protocol_template", "dsa_template")
    return rounds.get(pk=issue_round.pk)


def _edited(locked: IssueRound, *, by: User) -> IssueRound:
    locked.version += 1
    locked.save()
    log.record("issue_round.edited", locked, by=by)
    return locked


def _work_asked(locked: IssueRound, *, by: User) -> IssueRound:
    locked.tries += 1
    locked.save()
    outbox.enqueue("issue_round.feed", key=f"issue_round:{locked.pk}:feed:{locked.tries}", by=by, round_id=locked.pk)
    return locked


def _ends_on(issue_round: IssueRound) -> date:
    return date.fromisoformat(str(issue_round.common.get("ends_on") or date.max.isoformat()))


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in values.items()}
