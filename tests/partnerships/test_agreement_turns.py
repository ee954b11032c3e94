"""Every state × every verb × everybody: who may, and when (F2)? The expectation is read off the two tables alone."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from world import FACTOR, fresh, go, issued, shown, work

from officers.demo.people import PEOPLE
from officers.demo.world import PROTOCOL, TRACE, draft, slugs
from partnerships.models import Party
from partnerships.services import agreements, signing
from partnerships.workflow import AGREEMENT, AgreementStatus
from ssp.access.matrix import MATRIX
from ssp.access.roles import Role
from ssp.documents.demo import demo_seals
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

S = AgreementStatus
VERBS = [t.verb for t in AGREEMENT.transitions if t.permission]


def acts(agreement, by):
    """Each verb with everything a forged form could send, right."""
    whole = {"agreement": agreement, "by": by}
    text = {"fingerprint": agreement.fingerprint}
    signed = {**whole, **shown(agreement), "typed_name": by.name, "factor": FACTOR, "trace": TRACE}
    return {
        "issue": lambda: agreements.issue(**whole),
        "sign": lambda: signing.sign(**signed, party=Party.SCHOOL),
        "decline": lambda: agreements.decline(**whole, **text, clause="", reason="We are a small school."),
        "countersign": lambda: signing.sign(**signed, party=Party.POLICE),
        "withdraw": lambda: agreements.withdraw(**whole, reason="A mistake."),
        "end": lambda: agreements.end(**whole, last_day=timezone.localdate(), reason="The school closes."),
    }


@pytest.fixture(scope="module")
def every_state(shared, body, django_db_blocker, tmp_path_factory):
    """Ashfield's agreement in each state, reached by the acts that lead there, each beside the database's other worlds."""
    with demo_seals(tmp_path_factory.mktemp("pki"), slugs()):
        yield lambda status: reach(shared, body, status)


def reach(world, body, status):
    if status == S.DRAFT:
        return draft(world, "ashfield", PROTOCOL)
    made = issued(world, body)
    whole = {"agreement": made}
    if status == S.DECLINED:
        with world.acting("dev") as by:
            agreements.decline(**whole, fingerprint=made.fingerprint, clause="", reason="No.", by=by)
    if status == S.WITHDRAWN:
        with world.acting("amara") as by:
            agreements.withdraw(**whole, reason="No.", by=by)
    if status in {S.ISSUED, S.DECLINED, S.WITHDRAWN}:
        return made
    go(world, made, "dev")
    if status == S.SIGNED:
        return made
    go(world, made, "esi", party=Party.POLICE)
    if status == S.COUNTERSIGNED:
        return made
    work(world)
    if status == S.ENDED:
        with world.acting("dev") as by:
            agreements.end(**whole, last_day=timezone.localdate() - timedelta(1), reason="No.", by=by)
    if status == S.SUPERSEDED:
        reach(world, body, S.IN_FORCE)
    if status == S.LAPSED:
        with context.entered(context.system(made.force_id)), pytest.MonkeyPatch.context() as patch:
            patch.setattr(agreements.timezone, "localdate", lambda *a: made.ends_on + timedelta(1))
            agreements.close_past_end(agreement=made)
    return made


def expected(person, verb, status):
    permission = AGREEMENT[verb].permission
    is_here = (
        person.place in {"ashfield", "northshire"} and person.role != Role.OFFICER
    )  # nobody is posted in this world
    if not (is_here and person.role in MATRIX[permission]):
        return NotPermitted
    return None if status in AGREEMENT[verb].source else WrongState


@pytest.mark.parametrize("status", list(S))
def test_each_person_does_what_the_tables_say_and_nothing_else(shared, every_state, status):
    agreement = fresh(every_state(status))
    assert agreement.status == status
    wrong = [
        (person.key, verb, outcome, wanted)
        for person in PEOPLE
        for verb in VERBS
        if (outcome := tried(shared, agreement, person.key, verb)) is not (wanted := expected(person, verb, status))
    ]
    assert not wrong


def tried(world, agreement, who, verb):
    """NotPermitted, WrongState, or None for getting past both; whatever was done is undone."""
    try:
        with transaction.atomic():
            with world.acting(who) as by:
                acts(agreement, by)[verb]()
            raise Undone
    except (NotPermitted, WrongState) as refused:
        return type(refused)
    except (Refused, Undone):  # such as a step that was not taken: turn and state were right
        return None


class Undone(Exception):
    """Everything was done, and is rolled back."""
