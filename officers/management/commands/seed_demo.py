"""Make the demo world once: invented forces, schools, people and agreements, and the accounts file."""

import json
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from officers.demo import crime_story, more_schools, people, world
from ssp.documents import render
from ssp.documents.demo import demo_seals
from ssp.tenancy.models import Force


class Command(BaseCommand):
    help = "Make the demo world (demo mode only). Does nothing when it is there already."

    def handle(self, *args: Any, **options: Any) -> None:
        world.refuse_outside_demo()
        with demo_seals(settings.LOCAL_DIR / "pki", world.slugs()):
            if Force.objects.using("owner").exists():
                self.stdout.write("The demo world is there already.")
                return
            made = world.build()
            try:
                world.tell_story(made)
                more_schools.tell(made)
                crime_story.tell(made)
            finally:
                render.stop_renderer()
            write_accounts(made, settings.LOCAL_DIR / "demo.json")
        self.stdout.write(f"{len(everybody())} accounts, see {settings.LOCAL_DIR / 'demo.json'}")


def everybody() -> list[people.DemoPerson]:
    """The people of the story and of the schools beside it."""
    return [*people.PEOPLE, *more_schools.people()]


def write_accounts(made: world.World, path: Path) -> None:
    """The list of accounts, readable by its owner only."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump({"accounts": [_account(made, each) for each in everybody()]}, file, indent=1)


def _account(made: world.World, each: people.DemoPerson) -> dict[str, Any]:
    password, secret = made.secrets[each.key]
    on_force = each.place in people.FORCES
    schools = {key: place[1] for key, place in people.SCHOOLS.items()} | more_schools.names()
    name = people.FORCES[each.place] if on_force else schools[each.place]
    return {
        "email": each.email,
        "password": password,
        "totp_secret": secret,
        "name": each.name,
        "roles": [{"role": str(each.role), "held_on": "force" if on_force else "school", "name": name}],
        "proves": each.proves,
    }
