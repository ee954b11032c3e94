from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ssp.audit import partitions, seals


class Command(BaseCommand):
    help = "Seal the log as far as it is settled, copy the heads out and make the months ahead."

    def handle(self, *args: Any, **options: Any) -> None:
        partitions.make_ahead()
        try:
            new = seals.seal_everything()
        except seals.CounterWentBack as error:
            raise CommandError(f"{error} See docs/how-to/check-the-log.md, After a restore.") from error
        self.stdout.write(f"sealed events={sum(seal.events for seal in new)} seals={len(new)}")
        if partitions.alarm_on_strays():
            raise CommandError("Lines lie in the log's default partition.")
