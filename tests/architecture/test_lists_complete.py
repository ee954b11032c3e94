"""What is listed is complete (law 5): roles, permissions, states, events, views, models. Something new in none fails."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import models

from ssp.access.permissions import PERMISSIONS
from ssp.access.roles import SPECS, Role
from ssp.audit.events import EVENTS, Operation
from ssp.tenancy import walls
from ssp.workflow import Workflow

ROOT = Path(__file__).parents[2]
APPS = ("ssp", "schools", "partnerships", "incidents", "officers")


def modules(name: str) -> list[str]:
    """Every module of our own with this last name, `views` packages by their members."""
    found = []
    for app in APPS:
        package = importlib.import_module(app)
        for info in pkgutil.walk_packages(package.__path__, f"{app}."):
            if info.name.endswith(f".{name}") or f".{name}." in info.name:
                found.append(info.name)
    return found


def workflows() -> dict[str, Workflow]:
    return {
        f"{module}.{name}": value
        for module in modules("workflow")
        for name, value in vars(importlib.import_module(module)).items()
        if isinstance(value, Workflow)
    }


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.split(".")[0] in APPS]


def code() -> str:
    return "\n".join(p.read_text() for app in APPS for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts)


def test_every_role_says_where_it_is_held_and_for_whom_it_acts():
    assert set(SPECS) == set(Role)


@pytest.mark.parametrize("name", sorted(workflows()))
def test_every_state_can_be_reached_and_every_move_is_permitted_and_logged(name):
    flow = workflows()[name]
    reached, moves = {flow.initial}, list(flow.transitions)
    for _ in moves:
        reached |= {t.target for t in moves if reached & t.source}
    assert reached == set(flow.states), name
    assert [t.verb for t in moves if t.permission is not None and t.permission not in PERMISSIONS] == []
    assert [t.verb for t in moves if t.event not in EVENTS] == []


def test_every_status_field_has_its_table_of_transitions():
    tables = {tuple(flow.states.values) for flow in workflows().values()}
    # The register's own words for a school, which nobody here moves.
    exempt = {"schools.School.status"}
    found = {
        f"{model._meta.label}.status": tuple(value for value, _ in field.choices)
        for model in own_models()
        if not model._meta.proxy
        for field in model._meta.concrete_fields
        if field.name == "status" and field.choices
    }
    assert {name for name, values in found.items() if values not in tables} == exempt


# Put together from the verb of a transition or of a factor.
COMPOSED: dict[str, str] = {}


def test_every_event_is_used_and_every_used_event_is_listed():
    text = code()
    listed = (ROOT / "ssp" / "audit" / "events.py").read_text()
    used = {event for event in EVENTS if text.count(f'"{event}"') > listed.count(f'"{event}"')}
    assert set(EVENTS) - used == set(COMPOSED)
    calls = re.findall(r'log\.(?:record|consulted|refused)\(\s*"([a-z_.]+)"', text)
    assert calls and set(calls) <= set(EVENTS)
    assert {operation for operation, _ in EVENTS.values()} <= set(Operation)


def test_every_model_has_a_wall():
    walled = {model._meta.label for model in walls.walled_models()}
    assert {model._meta.label for model in own_models() if not model._meta.proxy} == walled


def test_every_view_module_is_reached_by_an_address():
    from tests.access.routes import routes

    served = {_unwrapped(route.view).__module__ for route in routes()}
    helpers = {
        "incidents.views.consulting",
        "incidents.views.pages",
        "officers.views.pages",
        "ssp.accounts.views.pages",
    }
    assert {m for m in modules("views") if not _is_package(m)} - served == helpers


def test_every_app_of_ours_is_installed():
    folders = {f"{p.parent.relative_to(ROOT)}".replace("/", ".") for app in APPS for p in (ROOT / app).rglob("apps.py")}
    assert folders <= set(settings.INSTALLED_APPS)


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_migrations_hold_every_model():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_no_model_orders_itself_or_saves_in_its_own_way():
    for model in own_models():
        assert not model._meta.ordering, model
        assert not [k for k in model.__mro__ if k.__module__.split(".")[0] in APPS and "save" in vars(k)], model


def _unwrapped(view):
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    return view


def _is_package(name: str) -> bool:
    return hasattr(importlib.import_module(name), "__path__")
