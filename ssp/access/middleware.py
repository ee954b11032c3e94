"""How does a request come to stand somewhere? One transaction, today's roles, the second wall told, the log written."""

from collections.abc import Callable

from allauth.core.internal.httpkit import get_client_ip
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ssp.access import marks
from ssp.access.standing import choose
from ssp.accounts import second_factor, through
from ssp.accounts.client import person
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused
from ssp.tenancy import context
from ssp.tenancy.context import Context

SESSION_KEY = "acting_for"  # [force id, side]: chosen by people who stand in more than one place


class StandingMiddleware:
    """Opens the request's transaction itself: ATOMIC_REQUESTS opens one only around the view, too late for the context."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user.standing = None  # type: ignore[union-attr]
        log.begin(ip=get_client_ip(request))
        request.access_marks = marks.begin()  # type: ignore[attr-defined]
        try:
            response = self._respond(request)
            log.end()
            return response
        except log.LogUnavailable:
            return render(request, "503.html", status=503)
        finally:
            log.abandon()
            marks.end()

    def _respond(self, request: HttpRequest) -> HttpResponse:
        with context.entered(Context()):
            self._stand(request)
            response = self.get_response(request)
            log.flush()
            return response

    def _stand(self, request: HttpRequest) -> None:
        if not second_factor.is_complete(request):
            return  # nobody stands anywhere, and the second wall opens nothing, before both factors were shown (C1)
        user = person(request)
        context.switch(Context(user_id=user.pk))
        force_id, side = request.session.get(SESSION_KEY, (None, None))
        within = through.reach(request)
        user.standing = choose(user, force_id=force_id, side=side, within=within) or choose(user, within=within)
        if user.standing is not None:
            context.switch(user.standing.context())

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal nobody caught is still answered in words, never with a 500, and logged; the act itself is rolled back."""
        if isinstance(exception, log.LogUnavailable):
            return render(request, "503.html", status=503)
        if isinstance(exception, Refused):
            self._log(request, exception)
        if isinstance(exception, NotPermitted):
            return render(request, "403.html", {"refusal": str(exception)}, status=403)
        if isinstance(exception, Refused):
            return render(request, "409.html", {"refusal": str(exception)}, status=409)
        return None

    def _log(self, request: HttpRequest, refusal: Refused) -> None:
        if log.has_refusal():  # the service has said it better
            return
        event = "access.refused" if isinstance(refusal, NotPermitted) else "act.refused"
        page = request.resolver_match.view_name if request.resolver_match else ""
        log.refused(event, by=request.user, details={"page": page, "rule": refusal.rule})
