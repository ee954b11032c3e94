"""Keeping what a person typed and did not send, so that it survives a time-out (C10)."""

from typing import Any

from django.db import transaction

from ssp.accounts.models import Draft, User
from ssp.refusals import Refused

LONGEST = 100_000  # characters of JSON


def save(*, key: str, data: dict[str, Any], by: User) -> Draft:
    """Keep ``data`` under ``key`` for this person in this standing, in place of what was there.

    Raises:
        Refused: more than 100,000 characters.
    """
    if sum(len(str(value)) for value in data.values()) > LONGEST:
        raise Refused("This is too long to be kept as a draft.")
    here = _here(by)
    kept = {_fit(name): _fit(value) for name, value in data.items()}
    draft, _ = Draft.objects.update_or_create(user=by, **here, key=key, defaults={"data": kept})
    return draft


def load(*, key: str, by: User) -> dict[str, Any]:
    """What this person typed under ``key``; empty when there is nothing."""
    draft = Draft.objects.filter(user=by, **_here(by), key=key).first()
    return draft.data if draft else {}


def load_all(*, prefix: str, by: User) -> dict[str, dict[str, Any]]:
    """What this person typed under every key that begins with ``prefix``, by the rest of the key: the pages of one form."""
    rows = Draft.objects.filter(user=by, **_here(by), key__startswith=prefix).values_list("key", "data")
    return {key.removeprefix(prefix): data for key, data in rows}


@transaction.atomic
def discard_all(*, prefix: str, by: User) -> None:
    """Forget every page of a form: it was sent, or is not wanted."""
    Draft.objects.filter(user=by, **_here(by), key__startswith=prefix).delete()


@transaction.atomic
def discard(*, key: str, by: User) -> None:
    """Forget it: it was sent, or is not wanted."""
    Draft.objects.filter(user=by, **_here(by), key=key).delete()


def _fit(value: Any) -> Any:
    """Without what JSON in the database cannot hold: NUL and halves of characters."""
    if isinstance(value, list):
        return [_fit(each) for each in value]
    return value.replace("\x00", "").encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _here(user: User) -> dict[str, Any]:
    standing = user.standing
    return {"force_id": standing.force_id, "side": standing.side}
