"""When does a session begin, how long does it live, and how is it ended?"""

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, logout, update_session_auth_hash
from django.contrib.sessions.models import Session
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest
from django.utils import timezone

from ssp.accounts.models import User

STARTED, SEEN = "signed_in_at", "last_seen_at"  # seconds since the epoch


def start(request: HttpRequest) -> None:
    """Start both clocks: at sign-in, and never again in the life of a session."""
    request.session[STARTED] = request.session[SEEN] = time.time()


def has_ended(request: HttpRequest) -> bool:
    """Whether 30 minutes passed without the person doing anything, or 12 hours since they signed in."""
    now = time.time()
    started, seen = request.session.get(STARTED), request.session.get(SEEN)
    if started is None or seen is None:
        return True
    return now - started >= settings.SESSION_ABSOLUTE_SECONDS or now - seen >= settings.SESSION_IDLE_SECONDS


def touch(request: HttpRequest) -> None:
    """The person did something."""
    now = time.time()
    if now - request.session[SEEN] >= 1:
        request.session[SEEN] = now


def rotate(request: HttpRequest) -> None:
    """Give the session a new id, so that one planted or seen before this step is worth nothing after it (C8).

    It happens when the view is through (`SessionLimits`): inside it, a refusal would roll back half of it.
    """
    request.is_session_to_rotate = True  # type: ignore[attr-defined]


def rotate_now(request: HttpRequest) -> None:
    """Do what `rotate` asked for."""
    if getattr(request, "is_session_to_rotate", False):
        _listed_on(request, request.session.cycle_key)


def survive_new_password(request: HttpRequest, user: User) -> None:
    """Keep this session, under a new id, although every session dies with the old password."""
    _listed_on(request, lambda: update_session_auth_hash(request, user))


def _listed_on(request: HttpRequest, change: Callable[[], None]) -> None:
    old = request.session.session_key
    change()
    UserSession.objects.filter(session_key=old).update(session_key=request.session.session_key)


def living(user: User) -> list[UserSession]:
    """A person's sessions that still open something; one statement for any number. Housekeeping clears the others away."""
    stored = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    found = (
        UserSession.objects.filter(user=user).annotate(stored=Subquery(stored.values("session_data"))).order_by("id")
    )
    good = {user.get_session_auth_hash(), *user.get_session_auth_fallback_hash()}
    return [each for each in found if _hash_in(each.stored) in good]


def _hash_in(stored: str | None) -> str:
    """What ties a stored session to the password it began with; empty where the session is over."""
    return str(Session(session_data=stored).get_decoded().get(HASH_SESSION_KEY, "")) if stored else ""


def end(request: HttpRequest) -> None:
    """Sign out here."""
    UserSession.objects.filter(session_key=request.session.session_key).delete()
    logout(request)


def end_others(request: HttpRequest, user: User) -> int:
    """End every session of a person but this one; how many there were."""
    return _end(UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key))


def end_all(user: User) -> int:
    """End every session of a person: the account is closed or somebody else had it."""
    return _end(UserSession.objects.filter(user=user))


def end_one(user: User, session_id: int) -> int:
    """End one of a person's own sessions; 0 when there is none such."""
    return _end(UserSession.objects.filter(user=user, pk=session_id))


def _end(found: Any) -> int:
    ended = list(found)
    for session in ended:
        session.end()
    return len(ended)
