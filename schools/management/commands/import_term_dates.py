"""`import_term_dates FILE`: take a force's term dates from a CSV file, all of it or nothing."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from schools import term_file
from schools.register.reading import Unreadable
from schools.services import terms
from ssp.tenancy import context
from ssp.tenancy.models import Force


class Command(BaseCommand):
    help = "Import the term dates of a force's local authorities and schools from a CSV file (docs/how-to/keep-term-dates.md)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--force", metavar="SLUG", help="whose schools; may be left out where there is one force")
        parser.add_argument("--dry-run", action="store_true", help="say what is wrong and keep nothing")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        force = _force(options["force"])
        try:
            read = term_file.read_path(file)
        except Unreadable as error:
            raise CommandError(f"{file}: {error}.") from error
        with context.entered(context.system(force.pk)):
            came = terms.import_lines(force=force, read=read, by=None, is_dry_run=options["dry_run"])
        for problem in came.problems:
            self.stderr.write(problem)
        kept = 0 if came.problems or options["dry_run"] else came.total
        self.stdout.write(
            f"imported={kept} authorities={came.authorities} schools={came.schools} wrong={len(came.problems)}"
        )
        if came.problems:
            sys.exit(1)


def _force(slug: str | None) -> Force:
    forces = Force.objects.filter(slug=slug) if slug else Force.objects.all()
    found = list(forces.order_by("slug")[:2])
    if len(found) != 1:
        known = ", ".join(Force.objects.order_by("slug").values_list("slug", flat=True)) or "none"
        raise CommandError(f"Say whose schools with --force; the forces here are: {known}.")
    return found[0]
