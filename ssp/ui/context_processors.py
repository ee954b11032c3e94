"""What does every page know: where the person is, the menu, the addresses in the frame?"""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from ssp.tenancy import preferences
from ssp.ui.navigation import Link, links_for, section_for

PRODUCT_NAME = "Safer School Partnerships"

#: The frame's own links. A name that no app serves (yet) leaves its link out.
FRAME_URLS = {
    "home": "ui:home",
    "sign_in": "account_login",
    "sign_out": "account_logout",
    "my_account": "accounts:me",
    "keep_session": "accounts:session_keep",
    "verify": "documents:verify",
    "accessibility": "ui:accessibility",
    "privacy": "ui:privacy",
    "hidden": "ui:hidden",
}


@dataclass(frozen=True)
class Page:
    """The frame of one page; every part may be empty, so that error pages can be drawn without a database."""

    product_name: str = PRODUCT_NAME
    place: str = ""
    person_name: str = ""
    is_signed_in: bool = False
    is_demo: bool = False
    idle_seconds: int = 1800
    warn_seconds: int = 300
    navigation: list[Link] = field(default_factory=list)
    section: list[Link] = field(default_factory=list)
    urls: dict[str, str] = field(default_factory=dict)
    force_id: int = 0

    @property
    def officer_title(self) -> str:
        """What the person's force calls its officers. Asked only by pages that say it."""
        return preferences.of(self.force_id).officer_title

    @property
    def officer_title_short(self) -> str:
        return preferences.of(self.force_id).officer_title_short


def page(request: HttpRequest) -> dict[str, Any]:
    """Template context processor: ``page``, a :class:`Page`."""
    user = _user_of(request)
    is_signed_in = user is not None
    return {
        "page": Page(
            place=place_of(getattr(user, "standing", None)),
            person_name=_name_of(user) if user is not None else "",
            is_signed_in=is_signed_in,
            is_demo=bool(getattr(settings, "DEMO", False)),
            idle_seconds=int(getattr(settings, "SESSION_IDLE_SECONDS", 1800)),
            warn_seconds=int(getattr(settings, "SESSION_WARN_SECONDS", 300)),
            navigation=links_for(request) if is_signed_in else [],
            section=section_for(request) if is_signed_in else [],
            urls=frame_urls(),
            force_id=getattr(getattr(user, "standing", None), "force_id", 0),
        )
    }


def place_of(standing: Any) -> str:
    """The line under the product name, "Ashfield Academy · Northshire Police"; empty without a standing."""
    names = (getattr(standing, "place_name", ""), getattr(standing, "force_name", ""))
    return " · ".join(dict.fromkeys(str(name) for name in names if name))


def frame_urls() -> dict[str, str]:
    """Addresses of the frame's links by short name; a name that cannot be resolved is left out."""
    found = {}
    for short_name, url_name in FRAME_URLS.items():
        try:
            found[short_name] = reverse(url_name)
        except NoReverseMatch:
            continue
    return found


def _user_of(request: HttpRequest) -> Any:
    try:
        user = getattr(request, "user", None)
        return user if user is not None and user.is_authenticated else None
    except DatabaseError:
        # The page that says the database is away must not need it.
        return None


def _name_of(user: Any) -> str:
    return str(user.get_full_name() if hasattr(user, "get_full_name") else user) or "Your account"
