from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ssp.tenancy.reference import markdown


class Command(BaseCommand):
    help = "Write docs/reference/walls.md, the table of the second wall."

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "reference" / "walls.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(markdown(), encoding="utf-8")
        self.stdout.write(f"{path} written")
