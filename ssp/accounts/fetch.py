"""How does the server ask an identity provider? One configured host, TLS, no redirects, bounded in time and in size."""

import json
import time
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from django.conf import settings

from ssp.refusals import Refused

CONNECT_SECONDS, READ_SECONDS, ALL_SECONDS = 3, 5, 8
LONGEST = 256 * 1024  # bytes; the key lists of large providers are a tenth of it
LOOPBACK = {"127.0.0.1", "localhost"}


class Away(Refused):
    """The provider cannot be reached, or does not answer as one."""


class Answered(Refused):
    """The provider said no: ``status`` and, where it named one, the error's code."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"refused with {status} {code}".strip())
        self.status, self.code = status, code


def is_fit(url: str) -> bool:
    """Whether an address may be asked at all: https with a host and no password; without TLS only here, in tests and the demo."""
    parts = _split(url)
    if parts is None or not parts.hostname or parts.username or parts.password or parts.fragment:
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in LOOPBACK and (settings.TESTING or settings.DEMO)
    )


def same_host(url: str, other: str) -> bool:
    """Whether two addresses are of one scheme, host and port."""
    one, two = _split(url), _split(other)
    return one is not None and two is not None and _origin(one) == _origin(two)


def get(url: str, *, of: str, token: str = "") -> dict[str, Any]:
    """The JSON object at ``url``, which must stand on the host of ``of``, the configured issuer.

    Raises:
        Away: no answer, a slow, large, redirecting or odd one, or another host.
        Answered: it refused (4xx).
    """
    return _asked("GET", url, of=of, headers={"Authorization": f"Bearer {token}"} if token else {})


def post(url: str, data: dict[str, str], *, of: str, basic: tuple[str, str] | None = None) -> dict[str, Any]:
    """Send a form and return the JSON object answered; arguments and exceptions as `get`."""
    return _asked("POST", url, of=of, data=data, basic=basic)


def _asked(
    method: str,
    url: str,
    *,
    of: str,
    headers: dict[str, str] | None = None,
    data: dict[str, str] | None = None,
    basic: tuple[str, str] | None = None,
) -> dict[str, Any]:
    if not is_fit(url) or not same_host(url, of):
        raise Away("an address on another host than the issuer's")
    until = time.monotonic() + ALL_SECONDS
    try:
        with requests.Session() as session:
            answer = session.request(
                method, url, data=data, auth=basic or _as_it_is, headers={"Accept": "application/json"} | (headers or {}),
                timeout=(CONNECT_SECONDS, READ_SECONDS), allow_redirects=False, stream=True,
            )  # fmt: skip
            with answer:
                return _read(answer, until)
    except (requests.RequestException, OSError) as error:
        raise Away(f"no answer: {type(error).__name__}") from error


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """No password of this machine's own files is sent along."""
    return request


def _read(answer: requests.Response, until: float) -> dict[str, Any]:
    body = b""
    for piece in answer.iter_content(8192):
        body += piece
        if len(body) > LONGEST or time.monotonic() > until:
            raise Away("too long an answer")
    found = _json(body, answer)
    if 400 <= answer.status_code < 500 and answer.status_code != 429:
        raise Answered(answer.status_code, str(found.get("error", ""))[:60])
    if answer.status_code != 200:
        raise Away(f"answered with {answer.status_code}")
    return found


def _json(body: bytes, answer: requests.Response) -> dict[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as error:
        if 400 <= answer.status_code < 500:
            return {}
        raise Away("no JSON") from error
    if not isinstance(found, dict):
        raise Away("no JSON object")
    return found


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _origin(parts: SplitResult) -> tuple[str, str | None, int]:
    return parts.scheme, parts.hostname, parts.port or {"https": 443, "http": 80}.get(parts.scheme, 0)
