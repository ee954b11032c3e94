"""Who says when a demo document was sealed? A time-stamp authority of the demo's own, on this machine only."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from ssp.documents import pki


class Command(BaseCommand):
    help = "Serve the demo's time-stamp authority (RFC 3161) on 127.0.0.1 until stopped."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--port", type=int, required=True)

    def handle(self, *args: Any, folder: Path, port: int, **options: Any) -> None:
        """Raises ImproperlyConfigured outside demo and test mode."""
        pki.time_stamp_server(folder, port=port).serve_forever()
