"""What does an import of a file tell the operator who started it?"""

import time
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from schools.register.report import Report, report_folder


class Progress:
    """Rows read and their rate, on one line of stderr."""

    def __init__(self, command: BaseCommand) -> None:
        self._command, self._began, self._said = command, time.monotonic(), 0.0

    def __call__(self, rows: int) -> None:
        now = time.monotonic()
        if now - self._said >= 0.2:
            self._said = now
            rate = rows / max(now - self._began, 0.001)
            self._command.stderr.write(f"\r{rows:,} rows, {rate:,.0f} a second", ending="")

    def end(self) -> None:
        """Leave the line."""
        self._command.stderr.write("")


def folder(given: Path | None) -> Path:
    """Where reports go: the folder given, or one of their own.

    Raises:
        CommandError: it cannot be written to.
    """
    try:
        return report_folder(given)
    except OSError as error:
        raise CommandError(f"Cannot write to {given}: {error.strerror}.") from error


def tell(command: BaseCommand, name: object, report: Report) -> None:
    """Where the reasons of what was refused or odd stand."""
    if report.refused:
        command.stdout.write(f"{name}: {report.refused:,} rows refused, reasons in {report.refused_path}")
    if report.remarks:
        command.stdout.write(f"{name}: {report.remarks:,} remarks in {report.remarks_path}")
