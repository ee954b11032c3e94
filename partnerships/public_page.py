"""What may anybody read about a force's partnership? Its published words and public facts, and nothing besides.

Who reads stands in no force, so three database functions that run with the owner's rights answer, for published pages alone. The
coordinator's preview asks the force's own records, so that a page can be judged before it is published.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef
from django.utils import timezone

from partnerships.models import Agreement, AgreementKind
from schools.models import School
from schools.register.columns import Status
from ssp.tenancy import preferences
from ssp.tenancy.models import Force, ForceLogo

COLUMNS = (
    "name", "officer_title", "officer_title_short", "contact_email", "contact_telephone", "contact_hours", "dpo_contact",
    "lists_schools", "about", "officer", "partnership", "logo_width", "logo_height", "logo_sha256",
)  # fmt: skip


@dataclass(frozen=True)
class Logo:
    width: int
    height: int
    sha256: str


@dataclass(frozen=True)
class PublicSchool:
    """A school that takes part, as the public register has it."""

    name: str
    la_name: str
    town: str


@dataclass(frozen=True)
class PublicPage:
    """What stands on a force's page; words that were left out are empty."""

    name: str
    officer_title: str
    officer_title_short: str
    contact_email: str
    contact_telephone: str
    contact_hours: str
    dpo_contact: str
    lists_schools: bool
    about: str
    officer: str
    partnership: str
    logo: Logo | None
    schools: tuple[PublicSchool, ...] = ()

    @property
    def areas(self) -> list[tuple[str, list[PublicSchool]]]:
        """The schools by local authority, in order of the alphabet."""
        return [(area, list(found)) for area, found in groupby(self.schools, key=lambda school: school.la_name)]


def published(slug: str) -> PublicPage | None:
    """The page of a force that published it; None for any other address. Two statements, however many schools."""
    with connection.cursor() as cursor:
        cursor.execute(f"select {', '.join(COLUMNS)} from partnerships_public_page(%s)", [slug])  # noqa: S608 - fixed names
        row = cursor.fetchone()
        if row is None:
            return None
        cursor.execute("select name, la_name, town from partnerships_public_schools(%s)", [slug])
        schools = tuple(PublicSchool(*school) for school in cursor.fetchall())
    said: dict[str, Any] = dict(zip(COLUMNS, row, strict=True))
    width, height, sha256 = (said.pop(f"logo_{name}") for name in ("width", "height", "sha256"))
    return PublicPage(**said, logo=Logo(width, height, sha256) if sha256 else None, schools=schools)


def logo_of(slug: str) -> bytes | None:
    """The logo of a force that published its page."""
    with connection.cursor() as cursor:
        cursor.execute("select partnerships_public_logo(%s)", [slug])
        (image,) = cursor.fetchone()
    return bytes(image) if image is not None else None


def preview(force: Force) -> PublicPage:
    """The page as it would be if the force published it now. Runs as one of its own people."""
    row = preferences.of(force.pk)
    logo = ForceLogo.objects.filter(force=force).values_list("width", "height", "sha256").first()
    return PublicPage(
        name=force.name,
        officer_title=row.officer_title,
        officer_title_short=row.officer_title_short,
        contact_email=row.contact_email,
        contact_telephone=row.contact_telephone,
        contact_hours=row.contact_hours,
        dpo_contact=row.dpo_contact,
        lists_schools=row.lists_schools,
        about=row.public_about,
        officer=row.public_officer,
        partnership=row.public_partnership,
        logo=Logo(*logo) if logo else None,
        schools=tuple(_taking_part(force)) if row.lists_schools else (),
    )


def _taking_part(force: Force) -> Iterable[PublicSchool]:
    in_force = Agreement.objects.filter(school=OuterRef("pk"), kind=AgreementKind.PROTOCOL).in_force(
        on=timezone.localdate()
    )  # fmt: skip
    found = (
        School.objects.filter(Exists(in_force), force=force)
        .exclude(status=Status.CLOSED)
        .order_by("la_name", "name", "id")
        .values_list("name", "la_name", "town")
    )
    return (PublicSchool(*row) for row in found)
