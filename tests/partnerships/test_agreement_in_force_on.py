"""Do agreements sealed before it was recorded know the day they came into force, and does the wall stand afterwards?"""

from importlib import import_module

import pytest
from django.db import connection, connections, transaction

from partnerships.models import Agreement
from ssp.tenancy import context

pytestmark = pytest.mark.django_db(databases=["default", "owner"], transaction=True)
COPY = import_module("partnerships.migrations.0008_in_force_on").COPY


def recorded(world):
    with context.entered(context.system(world.forces["northshire"].pk)):
        return list(Agreement.objects.order_by("id").values_list("in_force_on", "sealed__effective_from"))


def test_the_day_is_copied_from_the_sealed_file_and_the_wall_stands(partnered):
    with context.entered(context.system(partnered.forces["northshire"].pk)):
        Agreement.objects.update(in_force_on=None)
    assert [day for day, _ in recorded(partnered)] == [None, None]
    for _ in range(2):  # run again it changes nothing
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            cursor.execute(COPY)
        assert all(day == effective and day is not None for day, effective in recorded(partnered))
    with connection.cursor() as cursor:
        cursor.execute(
            "select relrowsecurity, relforcerowsecurity from pg_class where oid = 'partnerships_agreement'::regclass"
        )
        assert cursor.fetchone() == (True, True)
    with connections["owner"].cursor() as cursor:
        cursor.execute("select count(*) from partnerships_agreement")
        assert cursor.fetchone() == (0,)
