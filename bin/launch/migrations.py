"""Would a migration lock a busy table or break the version still running? Asks django-migration-linter of each."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# No installation has a table these could lock. Nothing may be added here after the first release.
BEFORE_FIRST_RELEASE = (
    "0002_initial",  # the halves of first migrations that need each other
    "0002_mail_log",  # mail is listed from when it is asked for
    "0003_head_page",  # an appointment begins on a day
    "0004_guards_hold",  # an officer may be in the books of a force they left
)
sys.path.insert(0, str(ROOT))


def main() -> int:
    import django

    django.setup()
    from django.apps import apps
    from django_migration_linter import MigrationLinter

    own = [
        app.label for app in apps.get_app_configs() if Path(app.path).is_relative_to(ROOT) and ".local" not in app.path
    ]
    # A first migration makes tables that nobody uses yet; the libraries' migrations are theirs to answer for.
    linter = MigrationLinter(
        str(ROOT),
        database="owner",
        include_apps=own,
        ignore_initial_migrations=True,
        ignore_name=BEFORE_FIRST_RELEASE,
        no_cache=True,
        quiet=["ok", "ignore"],
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return int(linter.has_errors)


sys.exit(main())
