"""How is a second factor added, checked, used up and removed? Codes work once, also when two requests bring the same one."""

import hmac
import json
import secrets
import time
from typing import Any

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac
from fido2.webauthn import AuthenticationResponse, AuthenticatorData

from ssp.accounts.models import User
from ssp.refusals import Refused

Type = Authenticator.Type
METHODS = {Type.TOTP: "totp", Type.RECOVERY_CODES: "recovery_code", Type.WEBAUTHN: "passkey"}
LABELS = {Type.TOTP: "authenticator app", Type.RECOVERY_CODES: "recovery code", Type.WEBAUTHN: "passkey"}
PENDING_SECRET, CHALLENGE_AT = "totp_pending", "passkey_challenge_at"
CHALLENGE_SECONDS = 5 * 60
RECOVERY_CODES = 10
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without letters that look like digits


class WrongCode(Refused):
    """The code or passkey was not right, was used before or came too late. The same words for all of them."""


def of(user: User) -> list[Authenticator]:
    """A person's factors, oldest first; recovery codes among them."""
    return list(Authenticator.objects.filter(user=user).order_by("created_at"))


def label(factor: Authenticator) -> str:
    """What a factor is called in a sentence."""
    if factor.type == Type.WEBAUTHN and factor.data.get("name"):
        return f"passkey “{factor.data['name']}”"
    return LABELS[Type(factor.type)]


# Codes -------------------------------------------------------------------------------------------------------------


@transaction.atomic
def use_code(user: User, code: str) -> Authenticator:
    """Check a code from an authenticator app or a recovery code, and use it up. Returns the factor it came from.

    The factor's row is locked, so of parallel requests with one code exactly one gets through (C3).

    Raises:
        WrongCode: it is no code of this person's now, or it was used already.
    """
    given = "".join(code.split()).replace("-", "").upper()
    found = (
        Authenticator.objects.select_for_update()
        .filter(user=user, type__in=(Type.TOTP, Type.RECOVERY_CODES))
        .order_by("id")
    )
    for factor in found:
        data = _after_totp(factor, given) if factor.type == Type.TOTP else _after_recovery_code(factor, given)
        if data is not None:
            factor.data, factor.last_used_at = data, timezone.now()
            factor.save(update_fields=["data", "last_used_at"])
            return factor
    raise WrongCode(
        "That code is not right, or it was used already. Enter the newest code from your authenticator app."
    )


def _after_totp(factor: Authenticator, given: str) -> dict[str, Any] | None:
    counter = _counter_of(get_adapter().decrypt(factor.data["secret"]), given)
    if counter is None or counter <= factor.data.get("last_counter", -1):
        return None
    return factor.data | {"last_counter": counter}


def _counter_of(secret: str, given: str) -> int | None:
    """The 30-second step a code belongs to: this one or one beside it."""
    matching = [
        counter
        for counter in totp.yield_hotp_counters_from_time()
        if hmac.compare_digest(totp.format_hotp_value(totp.hotp_value(secret, counter)).encode(), given.encode())
    ]
    return max(matching, default=None)


def _after_recovery_code(factor: Authenticator, given: str) -> dict[str, Any] | None:
    digest = _recovery_digest(factor.user_id, given)
    hashes = factor.data["hashes"]
    if not any(hmac.compare_digest(digest, each) for each in hashes):
        return None
    return {"hashes": [each for each in hashes if each != digest]}


def _recovery_digest(user_id: int, code: str) -> str:
    # 80 random bits, so a keyed hash is enough: nobody tries 2^80 codes, and the key is not in the database.
    return salted_hmac(f"recovery code of {user_id}", code, algorithm="sha256").hexdigest()


# Authenticator app -------------------------------------------------------------------------------------------------


def pending_secret(request: HttpRequest) -> str:
    """The secret being set up in this session, the same while the page is shown again."""
    adapter = get_adapter()
    if PENDING_SECRET not in request.session:
        request.session[PENDING_SECRET] = adapter.encrypt(totp.generate_totp_secret())
    return adapter.decrypt(request.session[PENDING_SECRET])


def qr_code(user: User, secret: str) -> str:
    """A data URI of the QR code an authenticator app reads."""
    return segno.make(get_adapter().build_totp_url(user, secret), error="m").svg_data_uri(
        scale=5, border=4, light="#fff"
    )


@transaction.atomic
def add_totp(request: HttpRequest, user: User, code: str) -> Authenticator:
    """Turn the pending secret into a factor, once a code proves that the app has it. A person has one such app.

    Raises:
        WrongCode: the code does not belong to the secret.
        Refused: there is an authenticator app already.
    """
    secret = pending_secret(request)
    counter = _counter_of(secret, "".join(code.split()))
    if counter is None:
        raise WrongCode("That code is not right. Check that your phone's clock is right and enter the newest code.")
    User.objects.select_for_update().get(pk=user.pk)
    if Authenticator.objects.filter(user=user, type=Type.TOTP).exists():
        raise Refused("You already have an authenticator app. Remove it before you set up another.")
    data = {"secret": get_adapter().encrypt(secret), "last_counter": counter}
    factor = Authenticator.objects.create(user=user, type=Type.TOTP, data=data, last_used_at=timezone.now())
    del request.session[PENDING_SECRET]
    return factor


# Recovery codes ----------------------------------------------------------------------------------------------------


@transaction.atomic
def make_recovery_codes(user: User) -> list[str]:
    """Ten new codes, in place of any before; only their hashes are kept, so this is the one time they can be shown."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(16)) for _ in range(RECOVERY_CODES)]
    data = {"hashes": [_recovery_digest(user.pk, code) for code in codes]}
    Authenticator.objects.update_or_create(
        user=user, type=Type.RECOVERY_CODES, defaults={"data": data, "last_used_at": None}
    )
    return ["-".join(code[n : n + 4] for n in range(0, 16, 4)) for code in codes]


def recovery_codes_left(user: User) -> int:
    """How many recovery codes are unused."""
    factor = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).first()
    return len(factor.data["hashes"]) if factor else 0


# Passkeys and security keys ----------------------------------------------------------------------------------------


def begin_passkey(request: HttpRequest, user: User) -> dict[str, Any]:
    """Options for ``navigator.credentials.create``: a passkey that verifies its user and can be used to sign in."""
    return _begun(request, webauthn.begin_registration(user, passwordless=True))


@transaction.atomic
def add_passkey(request: HttpRequest, user: User, *, name: str, credential: str) -> Authenticator:
    """Keep a new passkey.

    Raises:
        WrongCode: the browser's answer does not belong to what was asked.
    """
    answer = _parsed(credential)
    with _Ceremony(request):
        webauthn.parse_registration_response(answer)
        made: AuthenticatorData = webauthn.complete_registration(answer)
        if not made.is_user_verified():
            raise ValidationError("")
    data = {"name": name[:60] or "Passkey", "credential": answer, "sign_count": made.counter}
    return Authenticator.objects.create(user=user, type=Type.WEBAUTHN, data=data, last_used_at=timezone.now())


def begin_assertion(request: HttpRequest, user: User | None = None) -> dict[str, Any]:
    """Options for ``navigator.credentials.get``: of one person, or (None) of whoever holds a passkey for this service."""
    return _begun(request, webauthn.begin_authentication(user))


@transaction.atomic
def use_passkey(request: HttpRequest, user: User | None, credential: str) -> Authenticator:
    """Check a passkey's answer to the challenge of this session; ``user`` None finds the person by the passkey.

    Raises:
        WrongCode: wrong, replayed, late, of somebody else, or from a copy of a key (its counter went back).
    """
    answer = _parsed(credential)
    with _Ceremony(request):
        person = user or webauthn.extract_user_from_response(answer)
        parsed: AuthenticationResponse = webauthn.parse_authentication_response(answer)
        found = webauthn.complete_authentication(person, answer)
        factor = Authenticator.objects.select_for_update().get(pk=found.pk)
        _count_on(factor, parsed.response.authenticator_data.counter)
    factor.user = person
    return factor


def _count_on(factor: Authenticator, counter: int) -> None:
    before = factor.data.get("sign_count", 0)
    if (counter or before) and counter <= before:
        raise ValidationError("the counter went back")
    factor.data = factor.data | {"sign_count": counter}
    factor.last_used_at = timezone.now()
    factor.save(update_fields=["data", "last_used_at"])


def _begun(request: HttpRequest, options: dict[str, Any]) -> dict[str, Any]:
    request.session[CHALLENGE_AT] = time.time()
    return options


class _Ceremony:
    """One challenge, one answer: whatever comes of it, the challenge is used up; whatever goes wrong reads the same."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def __enter__(self) -> None:
        if time.time() - self.request.session.pop(CHALLENGE_AT, 0) > CHALLENGE_SECONDS:
            webauthn.clear_state()
            raise WrongCode(PASSKEY_REFUSED)

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> None:
        webauthn.clear_state()
        if isinstance(error, ValidationError | ValueError | TypeError | KeyError | AttributeError | LookupError):
            raise WrongCode(PASSKEY_REFUSED) from error


PASSKEY_REFUSED = "That passkey was not accepted. Try again, or use another way."


def _parsed(credential: str) -> dict[str, Any]:
    try:
        answer = json.loads(credential)
    except ValueError as error:
        raise WrongCode(PASSKEY_REFUSED) from error
    if not isinstance(answer, dict):
        raise WrongCode(PASSKEY_REFUSED)
    return answer


# Removing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def remove(user: User, factor_id: int) -> Authenticator:
    """Remove one of a person's factors.

    Raises:
        Refused: it is the last one: everybody needs a second factor.
        LookupError: the person has no such factor.
    """
    found = list(
        Authenticator.objects.select_for_update().filter(user=user).exclude(type=Type.RECOVERY_CODES).order_by("id")
    )
    factor = next((each for each in found if each.pk == factor_id), None)
    if factor is None:
        raise LookupError(factor_id)
    if len(found) == 1:
        raise Refused("This is your only second factor. Add another before you remove it.")
    factor.delete()
    return factor
