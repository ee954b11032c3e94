"""Which passwords are refused beyond Django's own rules?"""

import re
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError

from ssp.tenancy.models import Force

LONGEST = 1000
SERVICE_WORDS = (
    "safer",
    "school",
    "schools",
    "partnership",
    "partnerships",
    "police",
    "academy",
    "primary",
    "secondary",
    "college",
    "constabulary",
)


class NotTooLong:
    """Bounds the work of hashing."""

    def validate(self, password: str, user: Any = None) -> None:
        if len(password) > LONGEST:
            raise ValidationError(f"Password must be {LONGEST:,} characters or fewer.", code="password_too_long")

    def get_help_text(self) -> str:
        return f"Use {LONGEST:,} characters or fewer."


class NotCommon(CommonPasswordValidator):
    """Django's list of common passwords, also under a disguise long enough for our rule: padded with figures, or repeated."""

    def validate(self, password: str, user: Any = None) -> None:
        plain = password.casefold().strip()
        for guess in {
            plain,
            re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain),
            _unit(plain),
            _unit(re.sub(r"[\W_]+", "", plain)),
        }:
            super().validate(guess, user)
        if len(set(plain)) < 5 or plain in "01234567890" * 20 or plain in "abcdefghijklmnopqrstuvwxyz" * 3:
            raise ValidationError("Choose a password that is not a sequence.", code="password_too_common")


def _unit(text: str) -> str:
    """The shortest piece that makes a text when it is repeated: "qwerty" of "qwertyqwertyq"."""
    return next((text[:n] for n in range(1, len(text)) if (text[:n] * (len(text) // n + 1)).startswith(text)), text)


class NotTheSurroundings:
    """Refuses a password made of nothing but the names around it: the person, the address, the force, the school, the service.

    Set ``place_names`` on the user for the force and the school somebody is being invited to.
    """

    def validate(self, password: str, user: Any = None) -> None:
        barred = {word for name in _names(user) for word in _words(name)} | set(SERVICE_WORDS)
        left = password.casefold()
        for word in sorted(barred, key=len, reverse=True):
            left = left.replace(word, " ")
        if left != password.casefold() and len(re.sub(r"[\W\d_]+", "", left)) < 4:
            raise ValidationError(
                "Choose a password that is not made of names: yours, your school's, your force's or this service's.",
                code="password_of_names",
            )

    def get_help_text(self) -> str:
        return "Do not make it of your name, your school, your force or this service."


def _names(user: Any) -> list[str]:
    names = list(Force.objects.values_list("name", flat=True))
    if user is not None:
        names += [user.name, user.email, *getattr(user, "place_names", ())]
    return names


def _words(name: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", name.casefold()) if len(word) >= 3]
