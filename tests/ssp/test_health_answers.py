from datetime import timedelta

import pytest
from django.core.checks import run_checks
from django.db import connections
from django.utils import timezone

from ssp.checks import limits_are_ordered
from ssp.models import Heartbeat
from ssp.tasks import canary


@pytest.fixture(autouse=True)
def _health_alone(settings):
    settings.MIDDLEWARE = ["ssp.health.HealthMiddleware"]


def test_healthz_touches_nothing(client):
    """Without a database mark: any query would fail the test."""
    answer = client.get("/healthz", headers={"host": "10.0.0.7:8000"})
    assert (answer.status_code, answer.content, answer["Cache-Control"]) == (200, b"up", "no-store")


def test_probes_only_read(client):
    assert (client.post("/healthz").status_code, client.post("/readyz").status_code) == (405, 405)


def test_other_pages_are_not_the_probes(client):
    assert client.get("/healthz/").status_code == 404


@pytest.mark.django_db(transaction=True, databases=["default", "owner"])
def test_readyz_names_what_is_down_without_details(client, settings, monkeypatch):
    settings.REDIS_URL = "redis://:secret@127.0.0.1:1/0"
    monkeypatch.setitem(connections["default"].settings_dict, "PORT", "1")
    connections["default"].close()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"database": "down", "broker": "down", "worker": "unknown"})
    monkeypatch.undo()
    connections["default"].close()


@pytest.mark.django_db(databases=["default", "owner"], transaction=True)
def test_readyz_waits_for_the_first_sign_of_a_worker_and_misses_the_last(client):
    assert client.get("/readyz").json() == {"database": "ok", "broker": "ok", "worker": "no sign yet"}
    canary()
    assert client.get("/readyz").status_code == 200
    Heartbeat.objects.update(beaten_at=timezone.now() - timedelta(seconds=90))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["worker"]) == (503, "no sign for 90 s")


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("CELERY_TASK_SOFT_TIME_LIMIT", 240),
        ("CELERY_TASK_TIME_LIMIT", 300),
        ("TASK_LEASE_SECONDS", 600),
        ("CELERY_BROKER_TRANSPORT_OPTIONS", {"visibility_timeout": 300}),
    ],
)
def test_limits_that_would_run_a_task_beside_itself_are_refused(settings, setting, value):
    assert limits_are_ordered(None) == []
    setattr(settings, setting, value)
    assert [error.id for error in limits_are_ordered(None)] == ["ssp.E001"]


@pytest.mark.django_db
def test_other_message_formats_than_json_are_refused(settings):
    settings.CELERY_ACCEPT_CONTENT = ["json", "pickle"]
    assert "ssp.E002" in {error.id for error in run_checks()}
