"""Bring guardian's rows of every force in line with memberships and matrix, or say how far they are from it."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ssp.access import grants
from ssp.tenancy import context
from ssp.tenancy.models import Force


class Command(BaseCommand):
    help = "Rebuild the permissions of every force from its memberships; --check only looks, and ends with 1 where they differ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; end with 1 where rows are missing or surplus"
        )

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        drifted = 0
        for force in Force.objects.order_by("id"):
            with context.entered(context.system(force.pk)):
                drift = grants.sync_force(force_id=force.pk, write=not check)
            drifted += bool(drift)
            self.stdout.write(f"{force.name}: missing={drift.missing} surplus={drift.surplus}")
        if check and drifted:
            raise CommandError(
                "Permissions differ from memberships and matrix: run this without --check.", returncode=1
            )
