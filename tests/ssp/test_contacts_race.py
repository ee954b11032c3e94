"""Do two heads who confirm the same list at the same moment leave one confirmation?"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.utils import timezone

from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts import queries
from ssp.accounts.models import Answer, ContactsConfirmation
from ssp.accounts.services import confirmations
from ssp.refusals import WrongState
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


def test_two_at_once_confirm_once(world):
    school, today = world.schools["ashfield"], timezone.localdate()
    with context.entered(context.system(school.force_id)):
        memberships.give(
            user=world.users["idris"],
            role=Role.HEAD_TEACHER,
            force=school.force,
            school=school,
            starts_on=today,
            by=None,
        )
        rows = queries.people_to_confirm(force_id=school.force_id, school_id=school.pk, on=today)
    answers = {row.pk: confirmations.Said(Answer.HERE) for row in rows}

    def confirm(key):
        try:
            with acting(world.users[key]) as _:
                confirmations.confirm(force=school.force, school=school, seen=0, answers=answers, by=world.users[key])
            return "confirmed"
        except WrongState:
            return "refused"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(confirm, ("dev", "idris"))) == ["confirmed", "refused"]
    with context.entered(context.system(school.force_id)):
        assert ContactsConfirmation.objects.count() == 1
