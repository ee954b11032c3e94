"""Is this file genuine? By the register, and by its own seal; for people at a terminal and for scripts."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from ssp.documents import registry, verify
from ssp.ui import dates


class Command(BaseCommand):
    help = "Check whether FILE is a genuine sealed document. Exit status 0: genuine; 1: not. Says why."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--seal-only", action="store_true", help="judge by the seal alone, without asking the register"
        )

    def handle(self, *args: object, file: Path, seal_only: bool, **options: object) -> None:
        try:
            data = file.read_bytes()
        except OSError as failure:
            raise CommandError(f"{file} cannot be read: {failure.strerror}") from failure
        reasons = [*self._register_says(data, seal_only), *self._seal_says(data)]
        if reasons:
            raise CommandError(f"NOT GENUINE: {file}\n- " + "\n- ".join(dict.fromkeys(reasons)))
        self.stdout.write(self.style.SUCCESS(f"GENUINE: {file}"))

    def _register_says(self, data: bytes, seal_only: bool) -> list[str]:
        if seal_only:
            return []
        entry = registry.by_file(data)
        if entry is None:
            return ["The file is not in the register: it was never sealed here, or it was changed afterwards."]
        self.stdout.write(f"{entry.title}, reference {entry.reference}, {entry.standing().value.replace('_', ' ')}")
        return []

    def _seal_says(self, data: bytes) -> list[str]:
        verdict = verify.verify_file(data)
        if verdict.is_genuine and verdict.sealed_at:
            self.stdout.write(
                f"Sealed by {verdict.sealed_by}, {dates.long_datetime(verdict.sealed_at)}, PAdES {verdict.level}"
            )
        return list(verdict.reasons)
