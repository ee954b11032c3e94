"""Which certificates does the demo seal with? Made once, kept as long as the demo's data."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from ssp.documents import pki


class Command(BaseCommand):
    help = "Make the demo's own root, issuing authority, sealing certificate and time-stamp authority in FOLDER, once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        """Raises ImproperlyConfigured outside demo and test mode."""
        pki.refuse_outside_demo()
        if not (folder / "seal.key").exists():
            pki.Authority.create().write(folder)
