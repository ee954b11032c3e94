"""What do we ask of an identity provider, and what do we believe of its answer? OpenID Connect by code, with every check.

The library checks signatures; everything around them is here, so that it can be read in one place: OpenID Connect Core 1.0
§3.1.3.7 for the token, RFC 7636 for the proof that we asked, RFC 9207 and RFC 9700 against mixing two providers up.
"""

import base64
import hashlib
import json
import re
import secrets
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

import jwt
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from ssp.accounts import fetch
from ssp.accounts.fetch import Answered, Away
from ssp.accounts.models import IdentityProvider, ProviderKind, normalised
from ssp.refusals import Refused

ALGORITHMS = ("RS256", "PS256", "ES256")  # asymmetric alone: a secret both sides know proves nothing to us
SCOPES = {
    ProviderKind.ENTRA_ID: "openid profile email",
    ProviderKind.DFE_SIGN_IN: "openid profile email organisation",
}
ASKED_SECONDS = 10 * 60  # between going and coming back
LEEWAY_SECONDS = 60  # of clocks
METADATA_SECONDS = 10 * 60
KEYS_AGAIN_SECONDS = 30  # an unknown key is asked for anew this often at most
TRUE = (True, 1, "1", "true", "True")

REFUSED = "We could not sign you in this way."


class NotBelieved(Refused):
    """The answer is not one to let somebody in by. ``rule`` says which check, for the log; people read the same words for all."""

    def __init__(self, rule: str, *, person: Any = None) -> None:
        super().__init__(REFUSED, rule=rule)
        self.person = person  # whose account it was about, where that is known


@dataclass(frozen=True)
class Asked:
    """What one way out and back is recognised by; kept in the session, used once."""

    provider: int
    state: str
    nonce: str
    verifier: str
    at: float
    onward: str
    connects: int | None  # the person whose account is being connected; None: somebody signs in

    def kept(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Identity:
    """Whom a provider vouches for, with an address that is proved and of its domains. ``key``: see `key_of`."""

    key: str
    email: str
    name: str
    urn: int | None  # of the school that DfE Sign-in says they came for


@dataclass(frozen=True)
class Metadata:
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    is_post: bool  # the secret goes into the form, not into the header
    names_issuer: bool  # its answers carry the issuer (RFC 9207)


_metadata: dict[str, tuple[float, Metadata]] = {}
_keys: dict[str, tuple[float, dict[str, Any]]] = {}


def forget() -> None:
    """Ask everything anew."""
    _metadata.clear()
    _keys.clear()


# Going ------------------------------------------------------------------------------------------------------------


def begin(provider: IdentityProvider, *, onward: str = "", connects: int | None = None) -> tuple[str, Asked]:
    """Where to send the browser, and what to keep for its return.

    Raises:
        Away: the provider cannot be asked, or its secret is not set here.
    """
    found = metadata(provider)
    secret_of(provider)
    asked = Asked(
        provider.pk, secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), time.time(),
        onward, connects,
    )  # fmt: skip
    challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.verifier.encode()).digest()).rstrip(b"=").decode()
    query = {
        "response_type": "code", "client_id": provider.client_id, "redirect_uri": redirect_uri(provider),
        "scope": SCOPES[ProviderKind(provider.kind)], "state": asked.state, "nonce": asked.nonce,
        "code_challenge": challenge, "code_challenge_method": "S256",
    }  # fmt: skip
    separator = "&" if "?" in found.authorization_endpoint else "?"
    return f"{found.authorization_endpoint}{separator}{urlencode(query)}", asked


def metadata(provider: IdentityProvider) -> Metadata:
    """What the provider says of itself, at most ten minutes old.

    Raises:
        Away: it does not answer, calls itself by another issuer, or points to another host than its issuer's.
    """
    at, known = _metadata.get(provider.issuer, (0.0, None))
    if known is not None and time.monotonic() - at < METADATA_SECONDS:
        return known
    try:
        said = fetch.get(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration", of=provider.issuer)
    except Answered as error:
        raise Away(f"no configuration: {error}") from error
    if said.get("issuer") != provider.issuer:
        raise Away(f"it calls itself {str(said.get('issuer'))[:100]!r}")
    found = _checked(said, provider)
    _metadata[provider.issuer] = (time.monotonic(), found)
    return found


def _checked(said: Mapping[str, Any], provider: IdentityProvider) -> Metadata:
    places = {}
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        place = said.get(name) or ""
        is_needed = name != "userinfo_endpoint" or provider.kind == ProviderKind.DFE_SIGN_IN
        if is_needed and not (
            isinstance(place, str) and fetch.is_fit(place) and fetch.same_host(place, provider.issuer)
        ):
            raise Away(f"its {name} is not on the issuer's host")
        places[name] = place if is_needed else ""
    methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Metadata(
        **places,
        is_post="client_secret_basic" not in methods,
        names_issuer=said.get("authorization_response_iss_parameter_supported") is True,
    )


def redirect_uri(provider: IdentityProvider) -> str:
    """Where a provider sends people back to: an address of its own for each, so that none answers for another."""
    return f"{settings.PUBLIC_URL}{reverse('accounts:provider_back', args=[provider.slug])}"


def secret_of(provider: IdentityProvider) -> str:
    """The client secret, from the environment.

    Raises:
        Away: it is not set.
    """
    secret: str = settings.OIDC_SECRETS.get(provider.slug, {}).get("SECRET", "")
    if not secret:
        raise Away(f"{secret_name(provider.slug)} is not set")
    return secret


def secret_name(slug: str) -> str:
    """The environment variable that holds a provider's secret."""
    return f"SSP_OIDC_{slug.upper().replace('-', '_')}_SECRET"


# Coming back ------------------------------------------------------------------------------------------------------


def believe(provider: IdentityProvider, kept: Mapping[str, Any] | None, answer: Mapping[str, str]) -> Identity:
    """Turn what the browser brought back into somebody the provider vouches for.

    Args:
        kept: what `begin` gave, taken out of the session for good; None: nobody went from here.
        answer: the query of the address they came back to.

    Raises:
        NotBelieved: any check failed.
        Away: the provider did not answer.
    """
    asked = _recognised(provider, kept, answer)
    found = metadata(provider)
    if (found.names_issuer or "iss" in answer) and answer.get("iss") != provider.issuer:
        raise NotBelieved("mix_up")
    if "code" not in answer or "error" in answer:
        raise NotBelieved("declined")
    tokens = _exchanged(provider, found, answer["code"], asked.verifier)
    claims = _verified(provider, found, tokens.get("id_token"), asked.nonce)
    if provider.kind == ProviderKind.DFE_SIGN_IN:
        claims = _with_userinfo(provider, found, tokens, claims)
    return _identity(provider, claims)


def _recognised(provider: IdentityProvider, kept: Mapping[str, Any] | None, answer: Mapping[str, str]) -> Asked:
    if not kept:
        raise NotBelieved("state")
    asked = Asked(**kept)
    if asked.provider != provider.pk:
        raise NotBelieved("mix_up")
    if not constant_time_compare(answer.get("state", ""), asked.state):
        raise NotBelieved("state")
    if not 0 <= time.time() - asked.at < ASKED_SECONDS:
        raise NotBelieved("late")
    return asked


def _exchanged(provider: IdentityProvider, found: Metadata, code: str, verifier: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri(provider),
        "code_verifier": verifier,
    }  # fmt: skip
    secret = secret_of(provider)
    basic = None if found.is_post else (provider.client_id, secret)
    if found.is_post:
        form |= {"client_id": provider.client_id, "client_secret": secret}
    try:
        return fetch.post(found.token_endpoint, form, of=provider.issuer, basic=basic)
    except Answered as error:
        # Our own name or secret is wrong: that is for the operator, not for the person to try again.
        if error.code in {"invalid_client", "unauthorized_client"} or error.status == 401:
            raise Away(f"it does not know this service ({error.code})") from error
        raise NotBelieved("code") from error


WHY: tuple[tuple[type[jwt.PyJWTError], str], ...] = (
    (jwt.ExpiredSignatureError, "expired"),
    (jwt.ImmatureSignatureError, "not_yet"),
    (jwt.InvalidIssuedAtError, "not_yet"),
    (jwt.InvalidAudienceError, "audience"),
    (jwt.InvalidIssuerError, "issuer"),
    (jwt.InvalidSignatureError, "signature"),
    (jwt.InvalidAlgorithmError, "algorithm"),
)


def _verified(provider: IdentityProvider, found: Metadata, token: Any, nonce: str) -> dict[str, Any]:
    """The claims of a token that this provider signed, for us, just now, in answer to what this browser asked."""
    if not isinstance(token, str):
        raise NotBelieved("token")
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise NotBelieved("algorithm")
        claims: dict[str, Any] = jwt.decode(
            token, _key(provider, found, header), algorithms=[header["alg"]], audience=provider.client_id,
            issuer=provider.issuer, leeway=LEEWAY_SECONDS,
            options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"], "strict_aud": False},
        )  # fmt: skip
    except jwt.PyJWTError as error:
        raise NotBelieved(next((rule for kind, rule in WHY if isinstance(error, kind)), "token")) from error
    if claims["aud"] not in (provider.client_id, [provider.client_id]):
        raise NotBelieved("audience")  # a token that others may use as well
    if claims.get("azp", provider.client_id) != provider.client_id:
        raise NotBelieved("audience")
    if not isinstance(claims["nonce"], str) or not constant_time_compare(claims["nonce"], nonce):
        raise NotBelieved("nonce")
    if time.time() - claims["iat"] > ASKED_SECONDS + LEEWAY_SECONDS:
        raise NotBelieved("expired")
    return claims


def _key(provider: IdentityProvider, found: Metadata, header: Mapping[str, Any]) -> jwt.PyJWK:
    """The provider's own key of the token's name; a key that travels with the token is never looked at."""
    for is_again in (False, True):
        for each in _key_list(provider, found, again=is_again).get("keys") or []:
            if isinstance(each, dict) and each.get("kid") == header.get("kid") and each.get("use", "sig") == "sig":
                return _usable(each, header["alg"])
    raise NotBelieved("signature")


def _usable(found: dict[str, Any], algorithm: str) -> jwt.PyJWK:
    kinds = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC"}
    if found.get("kty") != kinds[algorithm] or found.get("alg", algorithm) != algorithm:
        raise NotBelieved("algorithm")
    key = jwt.PyJWK(found, algorithm=algorithm)
    if getattr(key.key, "key_size", 256) < (2048 if kinds[algorithm] == "RSA" else 256):
        raise NotBelieved("signature")
    return key


def _key_list(provider: IdentityProvider, found: Metadata, *, again: bool) -> dict[str, Any]:
    at, known = _keys.get(found.jwks_uri, (0.0, None))
    age = time.monotonic() - at
    if known is not None and age < (KEYS_AGAIN_SECONDS if again else METADATA_SECONDS):
        return known
    try:
        fresh = fetch.get(found.jwks_uri, of=provider.issuer)
    except Answered as error:
        raise Away(f"no keys: {error}") from error
    _keys[found.jwks_uri] = (time.monotonic(), fresh)
    return fresh


def _with_userinfo(
    provider: IdentityProvider, found: Metadata, tokens: Mapping[str, Any], claims: dict[str, Any]
) -> dict[str, Any]:
    """DfE Sign-in gives address and organisation beside the token; they count only for the token's own subject."""
    try:
        said = fetch.get(found.userinfo_endpoint, of=provider.issuer, token=str(tokens.get("access_token", "")))
    except Answered as error:
        raise NotBelieved("token") from error
    if said.get("sub") != claims["sub"]:
        raise NotBelieved("changed_subject")
    return said | claims  # what is signed weighs more


# What the claims say ----------------------------------------------------------------------------------------------


def _identity(provider: IdentityProvider, claims: Mapping[str, Any]) -> Identity:
    subject = claims["sub"]
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise NotBelieved("subject")
    if provider.kind == ProviderKind.ENTRA_ID:
        _check_directory(provider, claims)
    return Identity(
        key=key_of(provider, subject),
        email=_address(provider, claims),
        name=_name(claims),
        urn=_urn(claims) if provider.kind == ProviderKind.DFE_SIGN_IN else None,
    )


def key_of(provider: IdentityProvider, subject: str) -> str:
    """What a subject is known by: bound to the provider's row and issuer, so that no other provider can say it."""
    return hashlib.sha256("\n".join([str(provider.pk), provider.issuer, subject]).encode()).hexdigest()


def _check_directory(provider: IdentityProvider, claims: Mapping[str, Any]) -> None:
    """The one directory; and of it no guests, for whom another directory answers (``idp`` then names that one)."""
    home = claims.get("idp", provider.tenant_id)
    if claims.get("tid") != provider.tenant_id or not isinstance(home, str) or provider.tenant_id not in home:
        raise NotBelieved("tenant")


def _address(provider: IdentityProvider, claims: Mapping[str, Any]) -> str:
    """The proved address. ``preferred_username`` is never one: its holder may choose it."""
    given = claims.get("email")
    if not isinstance(given, str):
        raise NotBelieved("no_address")
    email = normalised(given)
    try:
        validate_email(email)
    except ValidationError as error:
        raise NotBelieved("no_address") from error
    if not email.isascii() or not _is_proved(provider, claims):
        raise NotBelieved("unverified_address")
    if email.rpartition("@")[2] not in provider.domains:
        raise NotBelieved("domain")
    return email


def _is_proved(provider: IdentityProvider, claims: Mapping[str, Any]) -> bool:
    """Entra ID says so in the optional claim xms_edov (the domain's owner is verified); others in email_verified."""
    said = [claims[name] for name in ("email_verified", "xms_edov") if name in claims]
    if provider.kind == ProviderKind.DFE_SIGN_IN:
        said = [claims["email_verified"]] if "email_verified" in claims else []
    if not said:
        return provider.proves_addresses
    return all(any(each is true or each == true for true in TRUE) for each in said)


def _name(claims: Mapping[str, Any]) -> str:
    parts = [claims.get("given_name"), claims.get("family_name")]
    name = " ".join(part for part in parts if isinstance(part, str)) or claims.get("name")
    return " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", name).split())[:150] if isinstance(name, str) else ""


def _urn(claims: Mapping[str, Any]) -> int | None:
    """The register number of the organisation chosen at DfE Sign-in, which may come as JSON in a text."""
    organisation = claims.get("organisation")
    if isinstance(organisation, str):
        try:
            organisation = json.loads(organisation)
        except ValueError:
            return None
    urn = organisation.get("urn") if isinstance(organisation, dict) else None
    return int(urn) if isinstance(urn, int | str) and re.fullmatch(r"[0-9]{6}", str(urn)) else None
