"""Bring a force onto the platform: the force, the product's own wordings published, its first coordinator invited."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from partnerships.models import AgreementKind
from partnerships.services import templates
from ssp.access.roles import Role
from ssp.accounts import mailboxes
from ssp.accounts.services import invitations
from ssp.refusals import Refused
from ssp.tenancy import context
from ssp.tenancy.services import forces


class Command(BaseCommand):
    help = "Create a force, publish the product's wordings for it, and invite its first SSP coordinator by e-mail."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="for example: Northshire Police")
        parser.add_argument(
            "--coordinator", required=True, metavar="EMAIL", help="who is invited as the first SSP coordinator"
        )
        parser.add_argument(
            "--police-uk-id", metavar="ID", help="the force's id on data.police.uk, by which its schools are found"
        )

    def handle(self, *args: Any, name: str, coordinator: str, police_uk_id: str | None, **options: Any) -> None:
        try:
            validate_email(coordinator)
            if wrong := mailboxes.problem(coordinator, place=name, is_police=True):  # before anything is made
                raise Refused(wrong)
            force = forces.create(name=name, police_uk_id=police_uk_id)
            with context.entered(context.system(force.pk)):
                for kind in AgreementKind:
                    templates.publish(version=templates.draft(force=force, kind=kind, by=None), by=None)
                invitations.send(email=coordinator, role=Role.FORCE_ADMIN, force=force, by=None)
        except ValidationError as error:
            raise CommandError(f"{coordinator} is no e-mail address.") from error
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{force.name} is created (id {force.pk}). {coordinator} is invited as its SSP coordinator.")
