"""Which right does an address ask for? Declared on the view, enforced before it runs, read by the sweep that walks them all."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from ssp.access import marks
from ssp.refusals import NotPermitted

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Access:
    """What a view declared: ``permission`` (None for signed-in people of any role), or ``public`` with its reason."""

    permission: str | None = None
    public: str = ""


def requires(permission: str) -> Callable[[View], View]:
    """Only people whose roles today carry ``permission`` somewhere; the view itself then loads the record for that person."""
    return _declared(Access(permission=permission))


def signed_in(view: View) -> View:
    """Anybody signed in with both factors, whatever their roles."""
    return _declared(Access())(view)


def public(reason: str) -> Callable[[View], View]:
    """Anybody at all; ``reason`` says why that is right."""
    return _declared(Access(public=reason))


def _declared(access: Access) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @wraps(view)
        def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not access.public:
                standing = getattr(request.user, "standing", None)
                if access.permission and (standing is None or not standing.may(access.permission)):
                    raise NotPermitted("Your role does not open this page.")
                if access.permission:
                    marks.authorised()
            return view(request, *args, **kwargs)

        wrapped.access = access  # type: ignore[attr-defined]
        return wrapped

    return decorate
