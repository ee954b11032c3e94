"""The demo's own time-stamp authority, as a process of its own."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ssp.documents import demo, pki


class Command(BaseCommand):
    help = "Run the demo's time-stamp authority (demo mode only) until stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        pki.refuse_outside_demo()
        demo.time_stamps_forever(settings.LOCAL_DIR / "pki")
