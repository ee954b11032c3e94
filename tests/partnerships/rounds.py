"""A round as the coordinator prepares it, for tests: every detail of the demo's wordings given."""

from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any
from unittest import mock

from django.utils import timezone

from officers.demo.world import PROTOCOL, World
from partnerships import round_details
from partnerships.models import IssueRound, IssueRoundItem
from partnerships.services import issue_rounds, sealing
from partnerships.wording import VariableType
from ssp import tasks
from ssp.models import Task, TaskState
from ssp.tenancy import context

ALL = ("ashfield", "birchwood", "cedar", "dunmore")


def begun(world: World, *, kinds: Any = (PROTOCOL,), force: str = "northshire", who: str = "amara") -> IssueRound:
    with world.acting(who) as by:
        return issue_rounds.prepare(
            force=world.forces[force],
            templates=[world.templates[(force, kind)] for kind in kinds],
            sign_by=timezone.localdate() + timedelta(days=14),
            by=by,
        )


def ready(
    world: World, schools: Any = ALL, *, kinds: Any = (PROTOCOL,), who: str = "amara", **details: Any
) -> IssueRound:
    """A round that can be sent."""
    made = begun(world, kinds=kinds, who=who)
    ids = [world.schools[key].pk if isinstance(key, str) else key for key in schools]
    with world.acting(who) as by:
        issue_rounds.choose(issue_round=made, add=ids, remove=[], by=by)
        issue_rounds.set_common(issue_round=made, values=common_values(made) | details, by=by)
        every = differing_values(made) | {"head_teacher_name": "The Head Teacher", "school_site": "Mill Lane"}
        lacking = round_details.details_of(fresh(made))
        typed = {each.school_id: {key: every[key] for key in each.problems} for each in lacking}
        issue_rounds.set_details(issue_round=made, details=typed, by=by)
    return fresh(made)


def common_values(made: IssueRound) -> dict[str, Any]:
    same, _ = round_details.split(fresh(made))
    return {each.key: _value(each) for each in same}


def differing_values(made: IssueRound) -> dict[str, Any]:
    """What nobody knows of these schools: everything but the head teacher's name and the site."""
    _, differing = round_details.split(fresh(made))
    return {each.key: _value(each) for each in differing if each.key not in ("head_teacher_name", "school_site")}


def _value(blank: round_details.Blank) -> Any:
    if blank.key == "ends_on":
        return date(timezone.localdate().year + 1, 12, 31)
    if blank.variable.type == VariableType.DATE:
        return timezone.localdate()
    return blank.variable.default or blank.variable.example


def send(world: World, made: IssueRound, who: str = "amara") -> IssueRound:
    with world.acting(who) as by:
        return issue_rounds.send(issue_round=made, version=fresh(made).version, by=by)


def fresh(made: IssueRound) -> IssueRound:
    with context.entered(context.system(made.force_id)):
        return IssueRound.objects.select_related("protocol_template", "dsa_template", "force").get(pk=made.pk)


def items(made: IssueRound) -> dict[tuple[str, str], IssueRoundItem]:
    with context.entered(context.system(made.force_id)):
        rows = made.items.select_related("school", "agreement").order_by("id")
        return {(each.school.name, each.kind): each for each in rows}


def states(made: IssueRound) -> dict[str, str]:
    return {school: each.state for (school, _), each in items(made).items()}


def work(world: World, body: bytes) -> None:
    """Everything that is due, in the test's own transaction; every PDF is the session's one rendering."""
    with one_body(body):
        while _run(world):
            pass


@contextmanager
def one_body(body: bytes) -> Any:
    with mock.patch.object(sealing, "rendered", lambda agreement: body):
        yield


def _run(world: World) -> int:
    ran = 0
    for force in world.forces.values():
        with context.entered(context.system(force.pk)):
            due = Task.objects.filter(state=TaskState.QUEUED, run_after__lte=timezone.now()).exclude(name="mail.send")
            waiting = list(due.values_list("pk", "force_id"))
        for pk, force_id in waiting:
            tasks.run(str(pk), force_id)
            ran += 1
    return ran
