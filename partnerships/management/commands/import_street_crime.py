"""`import_street_crime PATH…`: bring the crimes near schools up to date from downloads of data.police.uk."""

import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from partnerships.crime import files
from partnerships.crime.files import Source
from partnerships.crime.rows import NAMES
from partnerships.services import street_crime
from partnerships.services.street_crime import Imported
from schools.register import telling
from schools.register.reading import Unreadable
from schools.register.report import Report
from schools.register.telling import Progress
from ssp.refusals import Refused


class Command(BaseCommand):
    help = "Import street-level crime of data.police.uk (…-street.csv, .csv.gz, a folder of them, or the zip), any force and year."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "paths", type=Path, nargs="*", metavar="PATH", help="a file, a folder, or a zip as downloaded"
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would change and keep nothing")
        parser.add_argument("--takes-less", action="store_true", help="take a file with less than half of what is held")
        parser.add_argument(
            "--recount", action="store_true", help="count every month anew around the schools, as after a new register"
        )
        parser.add_argument("--progress", action="store_true", help="show progress even where stderr is no terminal")
        parser.add_argument(
            "--report-to", type=Path, metavar="FOLDER", help="where refused rows and remarks are written"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if street_crime.OPERATOR not in connections:
            raise CommandError("Set SSP_OWNER_DATABASE_URL: crimes are imported by the operator, for every force.")
        if not options["paths"] and not options["recount"]:
            raise CommandError("Name a file, a folder or a zip of data.police.uk, or give --recount.")
        folder = telling.folder(options["report_to"])
        total, unread = Imported(), []
        for path in options["paths"]:
            try:
                for source in files.sources(path):
                    total += self._import(source, folder, options)
            except (Unreadable, Refused) as error:
                unread.append(f"{path}: {error}")
            except KeyboardInterrupt:
                raise CommandError(f"{path}: interrupted; the files before it are imported.", returncode=130) from None
        if not options["dry_run"]:
            self._count(options)
        for message in unread:
            self.stderr.write(f"Not imported: {message}")
        self.stdout.write(str(total))
        self.stdout.write(str(total.counts))
        if unread:
            sys.exit(1)

    def _import(self, source: Source, folder: Path, options: dict[str, Any]) -> Imported:
        stem = source.name.removesuffix(".gz").removesuffix(".csv") or "import"
        show = options["progress"] or sys.stderr.isatty()
        reports = folder / f"{stem}-refused.csv", folder / f"{stem}-remarks.csv"
        progress = Progress(self) if show else None
        try:
            with source.at_hand() as path, Report(*reports, NAMES) as report:
                imported = street_crime.import_file(
                    path=path, name=source.name, report=report, dry_run=options["dry_run"],
                    takes_less=options["takes_less"], progress=progress or (lambda rows: None),
                )  # fmt: skip
        except (Unreadable, Refused) as error:
            raise type(error)(f"{source.name}: {error}") from error
        if progress:
            progress.end()
        self.stdout.write(f"{source.name}: {imported.counts} {imported}")
        telling.tell(self, source.name, report)
        return imported

    def _count(self, options: dict[str, Any]) -> None:
        began = time.monotonic()
        months = street_crime.count(everything=options["recount"])
        if months:
            self.stdout.write(f"counted {months} months around the schools in {time.monotonic() - began:.1f} s")
