"""Why does somebody who was an officer of a school find nothing there any more?"""

from datetime import date
from typing import Any

from django.utils import timezone

from ssp.access.models import Membership
from ssp.access.roles import Role
from ssp.tenancy import context


def last_posting(user: Any) -> tuple[str, date] | None:
    """The school and the last day of somebody's newest posting that has ended; None where there was none.

    The service asks: whoever holds no role today sees no school.
    """
    rows = Membership.objects.filter(user=user, role=Role.OFFICER, ends_on__lt=timezone.localdate())
    ended = rows.order_by("-ends_on", "-id").first()
    if ended is None or ended.ends_on is None:
        return None
    with context.entered(context.system(ended.force_id)):
        name = Membership.objects.filter(pk=ended.pk).values_list("school__name", flat=True).first()
    return (str(name), ended.ends_on) if name else None
