from collections.abc import Iterator

import pytest
from disclosure_world import post_officers
from pytest_django.plugin import DjangoDbBlocker
from world import go, issued, work

from officers.demo.world import DSA, World, slugs
from partnerships.models import Party
from ssp.documents.demo import demo_seals


@pytest.fixture(scope="module")
def staffed(shared: World, django_db_blocker: DjangoDbBlocker) -> World:
    """The world with its officers at their schools; no agreement anywhere."""
    with django_db_blocker.unblock():
        post_officers(shared)
    return shared


@pytest.fixture(scope="module")
def covered(
    staffed: World, body: bytes, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """The same with a data sharing agreement in force at Ashfield, sealed for real."""
    with django_db_blocker.unblock(), demo_seals(tmp_path_factory.mktemp("seals") / "made", slugs()):
        agreement = issued(staffed, body, kind=DSA)
        go(staffed, agreement, "dev")
        go(staffed, agreement, "esi", party=Party.POLICE)
        work(staffed)
    yield staffed
