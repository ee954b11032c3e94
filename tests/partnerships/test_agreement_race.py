"""Twenty presses of one button at once: how many signatures (J4)?"""

import os
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections
from world import FACTOR, fresh, go, issued, shown

from officers.demo.world import TRACE
from partnerships.models import Party, Signature, Step
from partnerships.services import agreements, signing
from partnerships.workflow import AgreementStatus
from ssp.access.standing import acting
from ssp.accounts.models import User
from ssp.audit.models import AuditEvent
from ssp.refusals import Refused, WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)

PRESSES = 50 if os.environ.get("SSP_TEST_LONG") else 20


def at_once(count, act):
    """Run ``act(number)`` in so many threads, each with connections of its own, started together; what came of each."""
    together = Barrier(count)

    def one(number):
        together.wait(timeout=60)
        try:
            return act(number)
        except Refused as refused:
            return type(refused)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def test_many_presses_make_one_signature(world, body):
    agreement = issued(world, body)
    go(world, agreement, "dev", upto=Step.CONFIRMED)
    now, pk = fresh(agreement), world.users["dev"].pk

    def press(number):
        by = User.objects.get(pk=pk)
        with acting(by):
            signing.sign(
                agreement=now, party=Party.SCHOOL, **shown(now), typed_name=by.name, factor=FACTOR, by=by, trace=TRACE
            )
        return "signed"

    outcomes = at_once(PRESSES, press)
    assert outcomes.count("signed") == 1
    assert outcomes.count(WrongState) == PRESSES - 1
    with context.entered(context.system(now.force_id)):
        assert Signature.objects.filter(agreement=now).count() == 1
    assert AuditEvent.objects.using("owner").filter(event="agreement.signed", object_id=now.pk).count() == 1


def test_signing_and_declining_and_withdrawing_at_once_leaves_one_of_them(world, body):
    """F1: whoever comes second is refused, and nothing of their act stays."""
    agreement = issued(world, body)
    go(world, agreement, "dev", upto=Step.CONFIRMED)
    now, dev, amara = fresh(agreement), world.users["dev"].pk, world.users["amara"].pk

    def act(number):
        by = User.objects.get(pk=amara if number % 3 == 2 else dev)
        with acting(by):
            if number % 3 == 0:
                signing.sign(
                    agreement=now,
                    party=Party.SCHOOL,
                    **shown(now),
                    typed_name=by.name,
                    factor=FACTOR,
                    by=by,
                    trace=TRACE,
                )
            elif number % 3 == 1:
                agreements.decline(agreement=now, fingerprint=now.fingerprint, clause="", reason="No.", by=by)
            else:
                agreements.withdraw(agreement=now, reason="No.", by=by)
        return ("signed", "declined", "withdrawn")[number % 3]

    outcomes = [each for each in at_once(12, act) if isinstance(each, str)]
    left = fresh(agreement)
    # What was signed may still be withdrawn; nothing else has two winners.
    assert outcomes.count("declined") <= 1 and outcomes.count("signed") <= 1 and outcomes.count("withdrawn") <= 1
    assert left.status in outcomes
    with context.entered(context.system(now.force_id)):
        assert Signature.objects.filter(agreement=now).count() == outcomes.count("signed")
    if left.status == AgreementStatus.DECLINED:
        assert outcomes == ["declined"]
