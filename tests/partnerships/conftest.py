from collections.abc import Iterator

import pytest
from list_places import London, build
from pytest_django.plugin import DjangoDbBlocker
from sealing_place import Place, opened

from tests.conftest import empty_tables


@pytest.fixture(scope="module")
def ground(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Place]:
    """One place for all tests of a module: each leaves only what is finished."""
    with django_db_blocker.unblock():
        try:
            with opened(tmp_path_factory.mktemp("place")) as place:
                yield place
        finally:
            empty_tables()


@pytest.fixture
def place(ground: Place) -> Iterator[Place]:
    yield ground
    ground.site.stop()


@pytest.fixture(scope="module")
def met(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[London]:
    """London and its register, committed once for a module whose tests roll back what they do."""
    with django_db_blocker.unblock():
        try:
            yield build(tmp_path_factory.mktemp("register"))
        finally:
            empty_tables()
