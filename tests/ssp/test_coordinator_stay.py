"""Does a force keep a coordinator even when two of them end each other's role at the same moment?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.refusals import Refused
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)


def test_two_coordinators_who_end_each_other_at_once_do_not_both(world):
    force = world.forces["northshire"]
    with context.entered(context.system(force.pk)):
        today = timezone.localdate()
        second = memberships.give(user=world.users["esi"], role=Role.FORCE_ADMIN, force=force, starts_on=today, by=None)
        first = Membership.objects.get(user=world.users["amara"])
    pairs = (("amara", second), ("esi", first))

    def end(pair):
        key, membership = pair
        try:
            with acting(world.users[key], side="police") as standing:
                assert Role.FORCE_ADMIN in standing.roles
                memberships.end(membership=membership, on=timezone.localdate() + timedelta(days=1), by=world.users[key])
            return "ended"
        except Refused as refusal:
            return type(refusal).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(end, pairs)) == ["Refused", "ended"]
