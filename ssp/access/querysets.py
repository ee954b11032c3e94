"""How does a list hold only what its user may see? `visible_to`, the same words on every record."""

from typing import Any, ClassVar, Self, TypeVar

from django.db import models

from ssp.access import decisions

M = TypeVar("M", bound=models.Model)


class VisibleQuerySet(models.QuerySet[M]):
    """Adds `visible_to`; ``view_permission`` is what somebody needs to see a record at all."""

    view_permission: ClassVar[str]

    def visible_to(self, user: Any) -> Self:
        """The records this person may see today."""
        return decisions.visible(self, user, self.view_permission)  # type: ignore[return-value]

    def where_may(self, user: Any, permission: str) -> Self:
        """The visible records on which this person also holds ``permission``."""
        return decisions.visible(self.visible_to(user), user, permission)  # type: ignore[return-value]
