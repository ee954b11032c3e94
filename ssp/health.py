"""Is the process up, and can the service do its work? Answered before any other middleware touches the database."""

from collections.abc import Callable
from datetime import timedelta

import redis
from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from ssp.models import Heartbeat

PATIENCE = timedelta(seconds=60)  # four canaries missed


class HealthMiddleware:
    """Serves ``/healthz`` and ``/readyz`` to probes, which come without session and by whatever host name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = {"/healthz": healthz, "/readyz": readyz}.get(request.path_info)
        if answer is None:
            return self.get_response(request)
        if request.method not in {"GET", "HEAD"}:
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD"})
        response = answer()
        response["Cache-Control"] = "no-store"
        return response


def healthz() -> HttpResponse:
    return HttpResponse("up", content_type="text/plain")


def readyz() -> HttpResponse:
    """200 when database, broker and worker all do their work, else 503; the JSON names each, without details of errors."""
    found = {"database": _said(database), "broker": _said(broker)}
    found["worker"] = _said(worker) if found["database"] == "ok" else "unknown"
    return JsonResponse(found, status=200 if set(found.values()) == {"ok"} else 503)


def database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select 1")
    return "ok"


def broker() -> str:
    with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1) as client:
        client.ping()
    return "ok"


def worker() -> str:
    """By what the worker last did, not by whether its process lives: a worker may live and consume nothing."""
    beaten_at = Heartbeat.objects.filter(name="worker").values_list("beaten_at", flat=True).first()
    if beaten_at is None:
        return "no sign yet"
    silence = timezone.now() - beaten_at
    return "ok" if silence < PATIENCE else f"no sign for {int(silence.total_seconds())} s"


def _said(probe: Callable[[], str]) -> str:
    try:
        return probe()
    except Exception:  # a probe answers, whatever is broken; the reason is in the process's own log
        connection.close()
        return "down"
