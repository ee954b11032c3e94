from collections.abc import Iterator

import pytest
from list_places import London, build
from pytest_django.plugin import DjangoDbBlocker
from sealing_place import Place, opened
from world import go, issued, work

from officers.demo.world import DSA, PROTOCOL, World, slugs
from partnerships.models import Party
from ssp.documents.demo import demo_seals
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


@pytest.fixture(scope="module")
def partnered(
    shared: World, body: bytes, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> World:
    """The world with both agreements in force at Ashfield: signed by Dev and Esi, sealed for real, committed for the module."""
    with django_db_blocker.unblock(), demo_seals(tmp_path_factory.mktemp("seals") / "made", slugs()):
        for kind in (PROTOCOL, DSA):
            agreement = issued(shared, body, kind=kind)
            go(shared, agreement, "dev")
            go(shared, agreement, "esi", party=Party.POLICE)
        work(shared)
    return shared
