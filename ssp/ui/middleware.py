"""Which headers do answers carry that no library sets: no-store, and no use by another origin?"""

from collections.abc import Callable
from typing import TypeVar

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: Sent by the pages' scripts with work nobody pressed a button for: polling and saving a draft.
BACKGROUND_HEADER = "X-SSP-Background"


def is_background(request: HttpRequest) -> bool:
    """Did a script ask, not a person? Such a request must not count as activity that keeps a session alive."""
    return request.headers.get(BACKGROUND_HEADER) == "1"


R = TypeVar("R", bound=HttpResponseBase)
#: How long a page that is the same for everybody may be kept, and so how long a change of it may take to show.
KEPT_SECONDS = 300


def for_everybody(request: HttpRequest, response: R) -> R:
    """Let browsers and proxies keep a public page for a while; not the copy that somebody signed in was given."""
    user = getattr(request, "user", None)
    response.is_for_everybody = user is None or not user.is_authenticated  # type: ignore[attr-defined]
    return response


class ResponseHeaders:
    """Every page is for this person now: nothing but static files, and what a view made `for_everybody`, may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["X-Permitted-Cross-Domain-Policies"] = "none"
        if getattr(response, "is_for_everybody", False):
            response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
        elif not request.path.startswith(settings.STATIC_URL):
            response.headers["Cache-Control"] = "no-store, private"
        return response
