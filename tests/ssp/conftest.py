from collections.abc import Iterator
from typing import Any

import crash_worker
import oidc_world
import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from ssp.accounts import oidc
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


@pytest.fixture(scope="session")
def provider_process() -> Iterator[oidc_world.Provider]:
    """An identity provider of the shape of Entra ID, in a process of its own."""
    started = oidc_world.Provider(f"/{oidc_world.TENANT}/v2.0")
    yield started
    started.stop()


@pytest.fixture
def idp(provider_process: oidc_world.Provider, settings: Any) -> oidc_world.Provider:
    """The provider, known to this service by its secret; what was learned of it in another test is forgotten."""
    settings.PUBLIC_URL = oidc_world.SITE
    settings.OIDC_SECRETS = {name: {"SECRET": oidc_world.SECRET} for name in ("northshire-police", "second", "school")}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    oidc.forget()
    provider_process.says()
    return provider_process
