"""Who is to do what about a concern, by when? The desk gives a task to somebody at the school, who settles it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from incidents.models import Concern, ConcernTask
from incidents.workflow import ConcernStatus
from ssp.access import decisions
from ssp.access.matrix import roles_with
from ssp.access.models import Membership
from ssp.accounts.models import User
from ssp.audit import log
from ssp.notifications import mail
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.ui.dates import long_date


@dataclass(frozen=True)
class NewTask:
    """What is to be done, by whom, up to and including which day."""

    what: str
    owner: User
    due_on: date


@transaction.atomic
def give(*, concern: Concern, task: NewTask, press: UUID, by: User) -> ConcernTask:
    """Give somebody at the school a task on a concern; they are told by e-mail, which names no child (N9).

    Raises:
        NotPermitted: ``by`` is not at this desk.
        WrongState: the concern is closed.
        Refused: the owner is not at the school; the day is past; nothing is said.
    """
    decisions.require(by, "concern.triage", concern)
    locked = Concern.objects.select_for_update(of=("self",)).get(pk=concern.pk)
    made = ConcernTask.objects.filter(concern=locked, press=press).first()
    if made is not None:
        return made
    if locked.status == ConcernStatus.CLOSED:
        raise WrongState("This concern is closed. Open it again before you give a task.")
    _refuse_unfit(locked, task)
    made = ConcernTask.objects.create(
        force_id=locked.force_id, school_id=locked.school_id, concern=locked, what=task.what.strip(), owner=task.owner,
        due_on=task.due_on, given_by=by, press=press,
    )  # fmt: skip
    log.record("concern.task_given", made, by=by, subject=task.owner, details={"last_day": task.due_on})
    if task.owner.pk != by.pk:
        facts = {"link": settings.PUBLIC_URL + reverse("task-view", args=[made.pk]), "due_on": long_date(task.due_on)}
        mail.send("concern_task", to=task.owner, context=facts, key=f"concern-task:{made.pk}")
    return made


@transaction.atomic
def settle(*, task: ConcernTask, what_was_done: str, by: User) -> ConcernTask:
    """Say that a task is done, or why it is not needed: by its owner, or by the desk.

    Raises:
        NotPermitted: ``by`` neither owns it nor is at the desk.
        WrongState: it was settled already.
        Refused: nothing is said.
    """
    decisions.require(by, "concern.task", task)
    if task.owner_id != by.pk and not decisions.may(by, "concern.triage", task):
        raise NotPermitted("This task was given to somebody else.")
    locked = ConcernTask.objects.select_for_update(of=("self",)).get(pk=task.pk)
    if locked.settled_at is not None:
        raise WrongState("This task was settled already.")
    if not what_was_done.strip():
        raise Refused("Say what was done.")
    ConcernTask.objects.filter(pk=locked.pk).update(
        settled_at=Now(), settled_by=by, what_was_done=what_was_done.strip()
    )
    log.record("concern.task_settled", locked, by=by)
    return ConcernTask.objects.get(pk=locked.pk)


def _refuse_unfit(concern: Concern, task: NewTask) -> None:
    if not task.what.strip():
        raise Refused("Say what is to be done.")
    if task.due_on < timezone.localdate():
        raise Refused("The day by which a task is to be done cannot be past.")
    held = Membership.objects.filter(
        user=task.owner, school=concern.school_id, role__in=roles_with("concern.task"), user__is_active=True
    )
    if not held.current(on=timezone.localdate()).exists():
        raise Refused(f"{task.owner} holds no role at this school today. Choose somebody else.")
