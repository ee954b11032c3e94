"""How is a long list paged? By the key of its last row: page 1,000 costs what page 1 costs, and nothing is counted."""

from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

SALT = "ssp.ui.keyset"


class Keyset:
    """One page of ``rows``, newest first by ``fields`` (the last of them unique), or from A to Z where ``is_ascending``.

    Where the page begins stands signed in the address (``after`` or ``before``), so that nobody can ask odd questions with
    it; an address that does not fit shows the first page. With ``is_private`` it holds the row's number alone, for a list in
    the order of people's names: a name has no place in an address.
    """

    def __init__(
        self,
        request: HttpRequest,
        rows: QuerySet[Any],
        *,
        fields: Sequence[str],
        size: int,
        is_ascending: bool = False,
        is_private: bool = False,
    ) -> None:
        self.request, self.fields, self.size = request, tuple(fields), size
        self.is_ascending, self.is_private, self._all = is_ascending, is_private, rows
        after, before = self._mark("after"), self._mark("before")
        if before is not None and after is None:
            found = self._first(self._beyond(rows, before, newer=True), self._order(newer=True))
            self.has_newer = len(found) > size
            self.has_older = True
            self.rows: list[Any] = found[:size][::-1]
        else:
            older = self._beyond(rows, after, newer=False) if after is not None else rows
            found = self._first(older, self._order(newer=False))
            self.has_older = len(found) > size
            self.has_newer = after is not None
            self.rows = found[:size]

    @property
    def older_url(self) -> str:
        return self._url("after", self.rows[-1]) if self.has_older and self.rows else ""

    @property
    def newer_url(self) -> str:
        return self._url("before", self.rows[0]) if self.has_newer and self.rows else ""

    def _first(self, rows: QuerySet[Any], order: Sequence[str]) -> list[Any]:
        """The first rows: their keys from one index, and only then whatever is joined to so few. A join planned behind row-level
        security is thought to find next to nothing, and would read and sort everything."""
        keys = rows.select_related(None).order_by(*order).values("pk")[: self.size + 1]
        return list(rows.filter(pk__in=keys).order_by(*order))

    def _beyond(self, rows: QuerySet[Any], mark: Sequence[Any], *, newer: bool) -> QuerySet[Any]:
        """Rows strictly on one side of a mark: (a, b) < (x, y), written out."""
        compare, condition, same = "gt" if newer != self.is_ascending else "lt", Q(pk__in=()), Q()
        for field, value in zip(self.fields, mark, strict=True):
            condition |= same & Q(**{f"{field}__{compare}": value})
            same &= Q(**{field: value})
        return rows.filter(condition)

    def _order(self, *, newer: bool) -> list[str]:
        sign = "" if newer != self.is_ascending else "-"
        return [f"{sign}{field}" for field in self.fields]

    def _mark(self, name: str) -> list[Any] | None:
        if not self.is_private:
            return mark_in(self.request, name, length=len(self.fields), salt=SALT)
        try:
            mark = signing.loads(self.request.GET[name], salt=SALT)
        except (KeyError, signing.BadSignature):
            return None
        row = self._all.filter(pk=mark).values_list(*self.fields).first() if isinstance(mark, int) else None
        return list(row) if row else None

    def _url(self, name: str, row: Model) -> str:
        query = self.request.GET.copy()
        query.pop("after", None)
        query.pop("before", None)
        values = [getattr(row, field) for field in self.fields]
        marks = [value.isoformat() if hasattr(value, "isoformat") else value for value in values]
        query[name] = signing.dumps(row.pk if self.is_private else marks, salt=SALT)
        return f"?{query.urlencode()}"


def mark_in(request: HttpRequest, name: str, *, length: int, salt: str) -> list[Any] | None:
    """The key that an address carries under ``name``; None when there is none, or it was not signed with ``salt``."""
    try:
        mark = signing.loads(request.GET[name], salt=salt)
    except (KeyError, signing.BadSignature):
        return None
    return mark if isinstance(mark, list) and len(mark) == length else None
