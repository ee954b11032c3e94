"""Where do tests of lists work? In London, with the real schools of a real list of 2003; nobody there is real."""

import csv
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.test import Client
from signing_in import signed_in

from partnerships import list_file
from partnerships.models import ListedMatch, ListedSchool, Partnership, PartnershipList
from partnerships.services import lists
from schools.models import School
from schools.register.report import Report
from schools.services import register
from ssp.access.roles import Role
from ssp.access.services import memberships
from ssp.access.standing import acting
from ssp.accounts.models import User
from ssp.audit.models import AuditEvent
from ssp.tenancy import context
from ssp.tenancy.context import Context
from ssp.tenancy.models import Force
from ssp.tenancy.services import forces

DATA = Path(__file__).parents[1] / "data" / "lists"
APPENDIX = DATA / "appendix1.csv"
OF_NO_FORCE, OF_ANOTHER = 990555, 990556


@dataclass
class London:
    force: Force
    users: dict[str, User]

    @contextmanager
    def acting(self, key: str = "kit") -> Iterator[User]:
        with acting(self.users[key]):
            yield self.users[key]

    @contextmanager
    def seen(self) -> Iterator[None]:
        """As the service itself sees the force."""
        with context.entered(context.system(self.force.pk)):
            yield

    def client(self, key: str = "kit") -> Client:
        return signed_in(Client(), self.users[key])

    def school(self, urn: int) -> School:
        with self.seen():
            return School.objects.select_related("force").get(urn=urn)

    def read(self, path: Path, *, key: str = "kit") -> PartnershipList:
        with self.acting(key) as by:
            return lists.read(force=self.force, file=list_file.read(path, name=path.name), by=by)

    def taken(self, path: Path = APPENDIX) -> PartnershipList:
        made = self.read(path)
        with self.acting() as by:
            return lists.take(partner_list=made, by=by)

    def logged(self, event: str) -> list[AuditEvent]:
        """The lines of the log of one event, oldest first."""
        with context.entered(Context(force_id=self.force.pk, scope="force", side="police", reads_log=True)):
            return list(AuditEvent.objects.filter(event=event).order_by("id"))

    def listed(self, name: str) -> ListedSchool:
        with self.seen():
            return ListedSchool.objects.select_related("partner_list", "force", "decided_by").get(name=name)

    def means(self, name: str) -> list[int]:
        with self.seen():
            return sorted(ListedMatch.objects.filter(listed__name=name).values_list("school__urn", flat=True))

    def partners(self) -> dict[int, bool | None]:
        """The schools a partnership is proposed with, and their single-officer mark."""
        with self.seen():
            return dict(Partnership.objects.values_list("school__urn", "has_single_officer"))


def build(folder: Path) -> London:
    """The force, two coordinators and a sergeant, and the register's rows."""
    force = forces.create(name="Metropolitan Police", police_uk_id="metropolitan")
    for name in ("register", "links"):
        with Report(folder / "refused.csv", folder / "remarks.csv") as report:
            register.import_file(path=DATA / f"{name}.csv", report=report)
            assert report.refused == 0
    other = forces.create(name="Norfolk Constabulary", police_uk_id="norfolk")
    School.objects.using("owner").create(urn=OF_NO_FORCE, name="Nowhere School", status="open")
    School.objects.using("owner").create(urn=OF_ANOTHER, name="Fenland School", status="open", force_id=other.pk)
    users = {}
    for key, role in (("kit", Role.FORCE_ADMIN), ("bea", Role.FORCE_ADMIN), ("sol", Role.SERGEANT)):
        users[key] = User.objects.create_user(f"{key}@met.police.example", name=f"{key.title()} Example")
        with context.entered(context.system(force.pk)):
            memberships.give(user=users[key], role=role, force=force, starts_on=date(2026, 1, 1), by=None)
    return London(force, users)


def by_hand() -> dict[int, set[int]]:
    """Row of the list → the register numbers it means, then or now."""
    found: dict[int, set[int]] = defaultdict(set)
    with (DATA / "appendix1-match.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            numbers = [row["urn_at_2003"], *row["current_urns"].split(";")]
            found[int(row["row"])] |= {int(number) for number in numbers if number}
    return found


def written(folder: Path, content: str | bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def counts(result: Any) -> str:
    return result.strip().splitlines()[-1]
