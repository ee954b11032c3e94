"""One world for all tests of a module: built once, emptied after it; each request is rolled back."""

from collections.abc import Iterator

import pytest
from django.db import connections
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker

from tests.access import sweep_world
from tests.access.sweep_world import SweepWorld
from tests.conftest import empty_tables


@pytest.fixture(scope="module")
def sweep(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[SweepWorld]:
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=sweep_world.CHEAP):
        empty_tables()
        try:
            yield sweep_world.made()
        finally:
            if connections["default"].in_atomic_block:
                connections["default"].close()
            empty_tables()
