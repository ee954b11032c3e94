"""`import_partnerships FILE --force ID`: take in a list of partner schools; what is not clear waits for the coordinator."""

import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.db.models import Q

from partnerships import list_file
from partnerships.models import ListedSchool
from partnerships.services import lists
from partnerships.workflow import ListedStatus
from schools.register.reading import Unreadable
from schools.register.report import Counts, Report, report_folder
from ssp.tenancy import context
from ssp.tenancy.models import Force

IN_WORDS = {
    ListedStatus.WAITING: "wait for the coordinator",
    ListedStatus.MATCHED: "matched by themselves",
    ListedStatus.CHOSEN: "chosen by a person",
    ListedStatus.SET_ASIDE: "no school of the register",
    ListedStatus.REFUSED: "refused",
}


class Command(BaseCommand):
    help = "Take in a list of partner schools (CSV or .xlsx: place, school, single-officer mark) for a force."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="the list")
        parser.add_argument(
            "--force",
            required=True,
            metavar="ID",
            help="the force's number, short name or data.police.uk id",
            dest="of",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and keep nothing")
        parser.add_argument("--report-to", type=Path, metavar="FOLDER", help="where refused rows are written")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        force = _force(options["of"])
        folder = _folder(options["report_to"])
        try:
            file = list_file.read(path, name=path.name)
        except Unreadable as error:
            self.stderr.write(f"Not imported: {path}: {error}")
            self.stdout.write(str(Counts()))
            sys.exit(1)
        with Report(folder / f"{path.stem}-refused.csv", folder / f"{path.stem}-remarks.csv") as report:
            counts, found = _imported(file, force, report, dry_run=options["dry_run"])
        self._tell(path, report, found, dry_run=options["dry_run"])
        self.stdout.write(str(counts))
        if report.refused and counts == Counts(refused=report.refused):
            sys.exit(1)

    def _tell(self, path: Path, report: Report, found: Counter[str], *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write(f"{path}: dry run, nothing was kept")
        if report.refused:
            self.stdout.write(f"{path}: {report.refused:,} rows refused, reasons in {report.refused_path}")
        words = ", ".join(f"{found[status]} {IN_WORDS[status]}" for status in ListedStatus if found[status])
        self.stdout.write(f"{path}: {words}")


def _imported(file: list_file.ListFile, force: Force, report: Report, *, dry_run: bool) -> tuple[Counts, Counter[str]]:
    with context.entered(context.system(force.pk)), transaction.atomic():
        partner_list = lists.read(force=force, file=file, by=None)
        was_taken = partner_list.taken_at is not None
        lists.take(partner_list=partner_list, by=None)
        rows = list(ListedSchool.objects.filter(partner_list=partner_list).order_by("line"))
        transaction.set_rollback(dry_run)
    for row in rows:
        if row.status == ListedStatus.REFUSED:
            report.refuse(row.line, str(row.urn or ""), row.name, row.why)
    kept = len(rows) - report.refused
    counts = (
        Counts(unchanged=kept, refused=report.refused) if was_taken else Counts(imported=kept, refused=report.refused)
    )
    return counts, Counter(row.status for row in rows)


def _force(said: str) -> Force:
    asked = Q(slug=said) | Q(police_uk_id=said)
    if said.isdecimal() and len(said) < 18:
        asked |= Q(pk=int(said))
    found = Force.objects.filter(asked).first()
    if found is None:
        known = ", ".join(f"{force.pk} ({force.slug})" for force in Force.objects.order_by("pk")[:50]) or "none yet"
        raise CommandError(f"No force {said!r}. Forces on the platform: {known}.")
    return found


def _folder(given: Path | None) -> Path:
    try:
        return report_folder(given)
    except OSError as error:
        raise CommandError(f"Cannot write to {given}: {error.strerror}.") from error
