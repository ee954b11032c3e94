import pytest
from django.db import connection

from ssp.access import decisions
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts.models import User
from ssp.tenancy import context
from ssp.tenancy.models import Force


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_a_first_coordinator_stands_in_their_force_alone():
    north, south = (Force.objects.using("owner").create(name=n, slug=n.lower()) for n in ("North", "South"))
    user = User.objects.create_user("a@north.example", name="Amara")
    with context.entered(context.system(north.pk)):
        from datetime import date

        memberships.give(user=user, role=Role.FORCE_ADMIN, force=north, starts_on=date(2026, 1, 1), by=None)
    with acting(user) as standing:
        assert standing.force_id == north.pk
        assert decisions.may(user, "agreement.issue", north)
        assert not decisions.may(user, "agreement.issue", south)
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from access_membership")
        assert cursor.fetchone() == (0,)
