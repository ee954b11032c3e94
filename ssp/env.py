"""How does the process read its environment? Typed readers; everything missing is named in one message."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NOTIFY_KEY = re.compile(rf"{_UUID.pattern}-{_UUID.pattern}$")


class Environment:
    """Reads settings from ``environ``; any name may end in ``_FILE`` and then names a file that holds the value.

    Problems are collected while reading; `check` raises `ImproperlyConfigured` with all of them at once, each saying
    what to do.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.problems: list[str] = []

    def raw(self, name: str) -> str | None:
        """The value of ``name``, or of the file that ``name_FILE`` points to; None when neither is set."""
        path = self.environ.get(f"{name}_FILE")
        if path:
            try:
                return Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                self.problems.append(f"{name}_FILE: cannot read {path} ({error.strerror}).")
                return None
        return self.environ.get(name) or None

    def text(self, name: str, *, default: str | None = None, help: str = "") -> str:
        """A text; when it is missing and has no default, that is a problem explained by ``help``."""
        value = self.raw(name)
        if value is not None:
            return value
        if default is None:
            self.problems.append(f"{name} is not set. {help}".strip())
        return default or ""

    def flag(self, name: str) -> bool:
        """True for 1, true, yes, on; false when unset."""
        value = (self.raw(name) or "").lower()
        if value not in {"", "0", "1", "true", "false", "yes", "no", "on", "off"}:
            self.problems.append(f"{name} is {value!r}; write 1 or 0.")
        return value in {"1", "true", "yes", "on"}

    def number(self, name: str, *, default: int) -> int:
        """A whole number."""
        return self._parsed(name, int, default, "write a whole number")

    def words(self, name: str, *, default: tuple[str, ...] = ()) -> list[str]:
        """A list of words separated by commas."""
        value = self.raw(name)
        return [word.strip() for word in value.split(",") if word.strip()] if value else list(default)

    def database(self, name: str, *, help: str = "") -> dict[str, Any]:
        """Django's settings for a ``postgresql://user:password@host:port/name?option=value`` address."""
        value = self.text(name, help=help)
        parts = urlsplit(value)
        if value and parts.scheme not in {"postgresql", "postgres"}:
            self.problems.append(f"{name} must begin with postgresql://; PostgreSQL is the only database.")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "OPTIONS": dict(parse_qsl(parts.query)),
        }

    def email(self, name: str, *, default: str | None) -> dict[str, Any]:
        """Mail settings for ``smtp://user:password@host:port``, ``smtps://…``, ``notify:TEMPLATE``, ``file:FOLDER``, ``console:``.

        ``smtp`` starts TLS before it says anything, unless the address ends in ``?tls=off`` (a mail catcher beside it).
        ``notify`` is GOV.UK Notify: the template's id; the key comes from ``SSP_NOTIFY_KEY``.
        """
        value = self.text(
            name,
            default=default,
            help="Give smtp://user:password@host:587, smtps://…, notify:TEMPLATE, file:FOLDER or console:.",
        )
        parts = urlsplit(value)
        if parts.scheme == "notify":
            return self._notify(name, parts)
        backend = {"smtp": "smtp", "smtps": "smtp", "file": "filebased", "console": "console"}.get(parts.scheme)
        if backend is None:
            if value:
                self.problems.append(f"{name} must begin with smtp://, smtps://, notify:, file: or console:.")
            return {}
        found: dict[str, Any] = {
            "EMAIL_BACKEND": f"django.core.mail.backends.{backend}.EmailBackend",
            "EMAIL_TIMEOUT": 20,
        }
        if backend == "filebased":
            found["EMAIL_FILE_PATH"] = parts.path
        if backend == "smtp":
            found |= _smtp(parts)
        return found

    def by_name(self, prefix: str, parts: tuple[str, ...]) -> dict[str, dict[str, str]]:
        """Groups of settings with a name in the middle: ``PREFIX_SOME_NAME_PART`` → {"some-name": {"PART": value}}.

        A group lacks no part: what is not set is empty.
        """
        pattern = re.compile(rf"{prefix}_(\w+)_(?:{'|'.join(parts)})(?:_FILE)?")
        names = {match[1] for name in self.environ if (match := pattern.fullmatch(name))}
        return {
            name.lower().replace("_", "-"): {part: self.raw(f"{prefix}_{name}_{part}") or "" for part in parts}
            for name in sorted(names)
        }

    def storage(self, name: str, *, default: str) -> dict[str, Any]:
        """Django's storage settings for ``file:FOLDER`` or ``s3://key:secret@host:port/bucket?region=…``.

        S3 is spoken over TLS unless the address ends in ``?tls=off`` (a store beside it); without key and secret the
        machine's own identity is used.
        """
        value = self.text(name, default=default)
        parts = urlsplit(value)
        if parts.scheme == "file" and parts.path:
            return {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": unquote(parts.path)},
            }
        if parts.scheme == "s3" and parts.hostname and parts.path.strip("/"):
            return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": _s3(parts)}
        self.problems.append(f"{name} must be file:FOLDER or s3://key:secret@host:port/bucket.")
        return {}

    def check(self) -> None:
        """Raise `ImproperlyConfigured` naming every problem found while reading."""
        if self.problems:
            raise ImproperlyConfigured("SSP cannot start:\n- " + "\n- ".join(self.problems))

    def _notify(self, name: str, parts: SplitResult) -> dict[str, Any]:
        """Settings of GOV.UK Notify. ``?at=`` is another address than Notify's own, ``?reply_to=`` the id of a reply-to address."""
        query = dict(parse_qsl(parts.query))
        key = self.text("SSP_NOTIFY_KEY", help=f"{name} says notify: give the API key, or SSP_NOTIFY_KEY_FILE.")
        if not _UUID.fullmatch(parts.path):
            self.problems.append(f"{name} must be notify: and the template's id, as GOV.UK Notify shows it.")
        if key and not _NOTIFY_KEY.search(key):
            self.problems.append("SSP_NOTIFY_KEY is no key of GOV.UK Notify: name-service-secret, with two ids in it.")
        return {
            "EMAIL_BACKEND": "ssp.notifications.notify.NotifyBackend",
            "NOTIFY_KEY": key,
            "NOTIFY_TEMPLATE": parts.path,
            "NOTIFY_BASE_URL": query.get("at", "https://api.notifications.service.gov.uk"),
            "NOTIFY_REPLY_TO": query.get("reply_to", ""),
        }

    def _parsed(self, name: str, parse: Callable[[str], int], default: int, advice: str) -> int:
        value = self.raw(name)
        if value is None:
            return default
        try:
            return parse(value)
        except ValueError:
            self.problems.append(f"{name} is {value!r}; {advice}.")
            return default


def _smtp(parts: SplitResult) -> dict[str, Any]:
    implicit = parts.scheme == "smtps"
    return {
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if implicit else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": implicit,
        "EMAIL_USE_TLS": not implicit and dict(parse_qsl(parts.query)).get("tls") != "off",
    }


def _s3(parts: SplitResult) -> dict[str, Any]:
    """Options of an S3 storage that never overwrites, never publishes and asks for no public address."""
    query = dict(parse_qsl(parts.query))
    host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    return {
        "endpoint_url": f"{'http' if query.get('tls') == 'off' else 'https'}://{host}",
        "bucket_name": parts.path.strip("/"),
        "access_key": unquote(parts.username or "") or None,
        "secret_key": unquote(parts.password or "") or None,
        "region_name": query.get("region"),
        "addressing_style": "path",
        "signature_version": "s3v4",
        "file_overwrite": False,
        "default_acl": None,
    }
