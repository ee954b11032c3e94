import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ssp.audit import heads, verification


class Command(BaseCommand):
    help = (
        "Say whether the log is as it was sealed. Exit 0: intact; 1: tampered, and where; 2: it could not be checked."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        if verification.OWNER not in settings.DATABASES:
            raise CommandError("Set SSP_OWNER_DATABASE_URL: only the owner reads the log of every force.", returncode=2)
        found = 0
        for finding in verification.verify():
            found += 1
            self.stdout.write(f"TAMPERED {finding}")
        for chain in sorted(verification.chains(), key=lambda force_id: force_id or 0):
            self._say(chain)
        self.stdout.write(f"tampered, {found} findings" if found else "intact")
        if found:
            sys.exit(1)

    def _say(self, chain: int | None) -> None:
        name = "platform" if chain is None else f"force {chain}"
        compared = sum(1 for _head in heads.copied(chain))
        self.stdout.write(f"{name}: {compared} heads compared, {verification.waiting(chain)} lines wait to be sealed")
        if not compared:
            self.stdout.write(f"{name}: no head outside the database; a cut-off end would not be noticed")
