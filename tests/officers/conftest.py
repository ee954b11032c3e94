import pytest
from disclosure_world import post_officers
from pytest_django.plugin import DjangoDbBlocker

from officers.demo.world import World


@pytest.fixture(scope="module")
def here(shared: World, django_db_blocker: DjangoDbBlocker) -> World:
    """The world with Ben at Ashfield since a month, Lena there until yesterday, Ana at Southmoor High."""
    with django_db_blocker.unblock():
        post_officers(shared)
    return shared
