"""Which headers do answers carry that no library sets: no-store, and no use by another origin?"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

#: Sent by the pages' scripts with work nobody pressed a button for: polling and saving a draft.
BACKGROUND_HEADER = "X-SSP-Background"


def is_background(request: HttpRequest) -> bool:
    """Did a script ask, not a person? Such a request must not count as activity that keeps a session alive."""
    return request.headers.get(BACKGROUND_HEADER) == "1"


class ResponseHeaders:
    """Every page is for this person now: nothing but static files may be kept by a browser or a proxy."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
        response.headers["X-Permitted-Cross-Domain-Policies"] = "none"
        if not request.path.startswith(settings.STATIC_URL):
            response.headers["Cache-Control"] = "no-store, private"
        return response
