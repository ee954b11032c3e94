"""How do days pass in the demo? Its stories are told in a minute; then the owner's hand sets back when each thing happened."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db import connections, models, transaction
from django.utils import timezone

Moments = dict[tuple[type[models.Model], Any], dict[str, Any]]


class Past:
    """Remembers when things are to have happened, and sets all of them back in one go.

    Nobody else can: triggers keep those moments, the wall hides the rows from the owner too, and the application's role may
    switch neither off. The log is left alone: it says when the demo was made.
    """

    def __init__(self) -> None:
        self._moments: Moments = {}

    def put(self, record: models.Model, **moments: Any) -> None:
        """Let a record's moments be these; said again, the later words hold."""
        self._moments.setdefault((type(record), record.pk), {}).update(moments)

    def put_once(self, record: models.Model, **moments: Any) -> None:
        """The same, unless its moments were said before."""
        self._moments.setdefault((type(record), record.pk), moments)

    def set_back(self) -> None:
        """Do it, in one transaction of the owner's; nothing else may write meanwhile."""
        tables = sorted({model._meta.db_table for model, _ in self._moments})
        with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
                cursor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            for (model, pk), moments in self._moments.items():
                model._base_manager.using("owner").filter(pk=pk).update(**moments)
            for table in tables:
                cursor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
                cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        self._moments.clear()


def ago(*, days: int = 0, at: str = "", minutes: int = 0) -> datetime:
    """So many school weekdays ago at an hour, or so many minutes ago.

    Args:
        days: counted without Saturdays and Sundays; one of today later than now is taken as just now.
        at: "08:40", London time.
    """
    now = timezone.now()
    if minutes:
        return now - timedelta(minutes=minutes)
    day = timezone.localdate()
    for _ in range(days):
        day -= timedelta(days=1)
        while day.weekday() > 4:
            day -= timedelta(days=1)
    return min(timezone.make_aware(datetime.combine(day, time.fromisoformat(at))), now)
