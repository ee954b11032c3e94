"""`import_schools FILE`: bring the school register up to date from a GIAS file of any year."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from schools.register import telling
from schools.register.reading import Unreadable
from schools.register.report import Counts, Report
from schools.register.telling import Progress
from schools.services import register
from ssp.refusals import Refused


class Command(BaseCommand):
    help = "Bring the school register up to date from a GIAS establishment or links file (CSV or CSV.gz, any year)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="establishments, or links between them")
        parser.add_argument("--links", type=Path, metavar="FILE", help="a links file to import after FILE")
        parser.add_argument("--dry-run", action="store_true", help="say what would change and keep nothing")
        parser.add_argument("--progress", action="store_true", help="show progress even where stderr is no terminal")
        parser.add_argument(
            "--report-to", type=Path, metavar="FOLDER", help="where refused rows and remarks are written"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if register.OPERATOR not in connections:
            raise CommandError("Set SSP_OWNER_DATABASE_URL: the register is imported by the operator, for every force.")
        folder = telling.folder(options["report_to"])
        show = options["progress"] or sys.stderr.isatty()
        total, unread = Counts(), []
        for path in filter(None, (options["file"], options["links"])):
            try:
                total += self._import(path, folder, dry_run=options["dry_run"], show=show)
            except (Unreadable, Refused) as error:
                unread.append(f"{path}: {error}")
            except KeyboardInterrupt:
                raise CommandError(f"{path}: interrupted; nothing of it was imported.", returncode=130) from None
        for message in unread:
            self.stderr.write(f"Not imported: {message}")
        self.stdout.write(str(total))
        if unread or total.refused and total == Counts(refused=total.refused):
            sys.exit(1)

    def _import(self, path: Path, folder: Path, *, dry_run: bool, show: bool) -> Counts:
        stem = path.name.removesuffix(".gz").removesuffix(".csv") or "import"
        with Report(folder / f"{stem}-refused.csv", folder / f"{stem}-remarks.csv") as report:
            progress = Progress(self) if show else None
            counts = register.import_file(
                path=path, report=report, dry_run=dry_run, **({"progress": progress} if progress else {})
            )
            if progress:
                progress.end()
        self._tell(path, report, dry_run=dry_run)
        return counts

    def _tell(self, path: Path, report: Report, *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write(f"{path}: dry run, nothing was kept")
        telling.tell(self, path, report)
        if report.unknown_authorities:
            codes = ", ".join(
                f"{code} ({count:,} schools)" for code, count in sorted(report.unknown_authorities.items())
            )
            self.stdout.write(f"{path}: local authorities in no known force's area: {codes}")
