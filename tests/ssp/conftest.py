from collections.abc import Iterator

import crash_worker
import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from ssp.tenancy.models import Force


@pytest.fixture(scope="module")
def marks_kept(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The table in which the crash tests' handlers leave their marks; gone before anybody looks for tables without a wall."""
    with django_db_blocker.unblock(), connections["owner"].cursor() as cursor:
        cursor.execute(crash_worker.MARKS.format(app=connections["default"].settings_dict["USER"]))
    yield
    with django_db_blocker.unblock(), connections["owner"].cursor() as cursor:
        cursor.execute("drop table crash_mark")


@pytest.fixture
def forces(transactional_db: None) -> list[Force]:
    return [Force.objects.using("owner").create(name=name, slug=name.lower()) for name in ("Northshire", "Southmoor")]
