"""Who gets as far as a view? Sessions that are over are ended; pages of data ask for both factors first."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from ssp.accounts import second_factor, sessions, through
from ssp.ui.middleware import is_background


class Sessions(SessionMiddleware):
    """Django's, but a request that comes with an old session id leaves the browser's cookie alone.

    Of two requests under way at once the first may be given a new id (C8). The second then knows no session, and taking its
    cookie away would take the new one.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.session.is_empty() and not request.session.modified:
            return response
        return super().process_response(request, response)


class SessionLimits:
    """Ends a session after 30 minutes idle or 12 hours; what pages ask by themselves does not keep it alive."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            if sessions.has_ended(request) or not request.user.is_active or through.is_closed(request):
                sessions.end(request)
            elif not is_background(request):
                sessions.touch(request)
        response = self.get_response(request)
        sessions.rotate_now(request)
        return response


class SignInGate:
    """Lets nobody into a view that did not declare itself public before both factors were shown (C1)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        access = getattr(view, "access", None)
        if (access is not None and access.public) or second_factor.is_complete(request):
            return None
        if request.user.is_authenticated:
            return redirect("accounts:set_up")
        return redirect_to_login(request.get_full_path())
