"""What work do the officers' records give the worker? Working out proposals of postings, and the morning's e-mail."""

from datetime import date, time

from django.utils import timezone

from officers.models import PostingPlan
from officers.services import briefings, posting_plans
from officers.solving import Unsolved
from ssp.refusals import Refused
from ssp.schedule import every_day
from ssp.tasks import Job, handler

every_day("briefing.digest", at=time(7, 0))  # before officers set out

NOTHING_FOUND = "Nothing was found in the time there was. Ask again, or ask whoever runs the service for more time."


def _parked(job: Job, error: BaseException) -> None:
    posting_plans.give_up(plan=PostingPlan(pk=job.payload["plan_id"]), why=NOTHING_FOUND)


@handler("posting_plan.solve", on_parked=_parked)
def solve(job: Job) -> None:
    """Work out a proposal; the solver runs outside any transaction."""
    with job.transaction():
        assert job.user is not None  # noqa: S101 - asked for by a person
        plan = PostingPlan.objects.get(pk=job.payload["plan_id"])
        given = posting_plans.problem(plan, by=job.user)
    try:
        found = posting_plans.solve(plan, given)
    except (Refused, Unsolved) as error:
        with job.settle():
            if isinstance(error, Refused):
                posting_plans.give_up(plan=plan, why=str(error), given=given)
            else:
                posting_plans.give_up(plan=plan, why=NOTHING_FOUND)
        return
    with job.settle():
        posting_plans.keep(plan=plan, given=given, found=found)


@handler("briefing.digest")
def digest(job: Job) -> None:
    """Write to the officers of one force how much their briefing holds; not for a day that is over."""
    assert job.force_id is not None  # noqa: S101 - the schedule asks force by force
    day = date.fromisoformat(job.payload["day"])
    with job.settle():
        if day == timezone.localdate():
            briefings.send_digests(force_id=job.force_id, on=day)
