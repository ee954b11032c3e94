"""Declining: with a reason and a clause, and both sides are told in the same transaction."""

import pytest
from django.db import transaction
from world import fresh, issued

from partnerships.services import agreements
from partnerships.workflow import AgreementStatus
from ssp.models import Task
from ssp.refusals import Refused
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"])


@pytest.fixture
def agreement(shared, body):
    return issued(shared, body)


def decline(world, agreement, **changed):
    with world.acting("dev") as by:
        values = {"fingerprint": agreement.fingerprint, "clause": "", "reason": "Too many days.", **changed}
        agreements.decline(agreement=agreement, by=by, **values)


def letters(agreement):
    with context.entered(context.system(agreement.force_id)):
        return set(
            Task.objects.filter(key__startswith="mail:agreement_declined:").values_list("payload__to", flat=True)
        )


def test_both_sides_are_told(shared, agreement):
    decline(shared, agreement, clause=agreements.clause_keys(agreement)[0])
    now = fresh(agreement)
    assert (now.status, now.closed_reason, now.closed_by_id) == (
        AgreementStatus.DECLINED,
        "Too many days.",
        shared.users["dev"].pk,
    )
    assert letters(agreement) == {shared.users["dev"].pk, shared.users["amara"].pk}


def test_what_is_rolled_back_tells_nobody(shared, agreement):
    with pytest.raises(RuntimeError), transaction.atomic():
        decline(shared, agreement)
        raise RuntimeError
    assert fresh(agreement).status == AgreementStatus.ISSUED
    assert letters(agreement) == set()


@pytest.mark.parametrize("changed", [{"reason": " "}, {"clause": "no-such-clause"}])
def test_without_a_reason_or_with_an_unknown_clause_nothing_is_declined(shared, agreement, changed):
    with pytest.raises(Refused):
        decline(shared, agreement, **changed)
    assert fresh(agreement).status == AgreementStatus.ISSUED
