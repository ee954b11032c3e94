"""Let somebody who has nobody above them, such as a force's first coordinator, set up a new second step."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ssp.accounts.services import recovery
from ssp.refusals import Refused
from ssp.tenancy import context
from ssp.tenancy.context import Context


class Command(BaseCommand):
    help = "Send somebody who lost their second step a link to set up a new one. First make sure who they are."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--reason", default="Lost second step", help="Stays in the force's log.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with context.entered(Context()):
                recovery.ask_as_operator(email=options["email"], reason=options["reason"])
        except Refused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            "The worker sends the link to that address. It works once, for 24 hours, and asks for the password."
        )
