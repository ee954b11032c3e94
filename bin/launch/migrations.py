"""Would a migration lock a busy table or break the version still running? Asks django-migration-linter of each."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))


def main() -> int:
    import django

    django.setup()
    from django_migration_linter import MigrationLinter

    linter = MigrationLinter(
        str(Path(__file__).resolve().parents[2]), database="owner", no_cache=True, quiet=["ok", "ignore"]
    )
    linter.lint_all_migrations()
    linter.print_summary()
    return int(linter.has_errors)


sys.exit(main())
