"""Is there a month for tomorrow's lines? The log's partitions, made ahead, and the alarm on the one nothing should reach."""

import logging

from django.db import connection

MONTHS_AHEAD = 3
logger = logging.getLogger(__name__)


def make_ahead(months: int = MONTHS_AHEAD) -> list[str]:
    """Make the partitions of this month and ``months`` to come; returns the names of those that were missing.

    Raises:
        django.db.IntegrityError: lines of such a month already lie in the default partition; an operator must move them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_months(%s)", [months])
        return [name for (name,) in cursor.fetchall()]


def has_strays() -> bool:
    """Whether the default partition holds anything: lines for which no month had been made."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_has_strays()")
        return bool(cursor.fetchone()[0])


def alarm_on_strays() -> bool:
    """Say loudly when lines went to the default partition; nothing is lost, but the months are not being made."""
    if found := has_strays():
        logger.error(
            "The log's default partition holds lines: its months were not made ahead (see docs/how-to/check-the-log.md)."
        )
    return found
