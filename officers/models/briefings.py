"""Who read the briefing about a school, and up to when?"""

from datetime import timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import Wall

PERSON = settings.AUTH_USER_MODEL


class BriefingReceiptQuerySet(VisibleQuerySet["BriefingReceipt"]):
    view_permission = "briefing.supervise"

    def newest_first(self) -> "BriefingReceiptQuerySet":
        return self.order_by("-as_of", "-id")


class BriefingReceipt(SchoolModel):
    """Somebody confirmed the briefing about one school as it stood at a moment. Written once, by the reader alone.

    A receipt a school and not one a morning: whoever covers a school reads for the officer who is absent.
    """

    reader = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateTimeField(help_text="When the page that was read was put together: the next one begins here.")
    read_at = models.DateTimeField(db_default=Now())
    press = models.UUIDField(help_text="Of the page it was confirmed on: pressing twice confirms once.")

    objects = BriefingReceiptQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.school_rows(side="police").append_only().written_by("reader_id")

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "reader", "press"], name="briefing_confirmed_once"),
            models.CheckConstraint(
                condition=Q(as_of__lte=F("read_at"), as_of__gte=F("read_at") - timedelta(days=7)),
                name="briefing_read_after_it_was_made",
            ),
        ]
        indexes = [
            models.Index(fields=["force", "school", "-as_of"], name="briefing_newest"),
            models.Index(fields=["school", "reader", "-as_of"], name="briefing_of_reader"),
        ]
        triggers = [pgtrigger.Protect(name="briefing_receipt_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Briefing about {self.school_id}, read by {self.reader_id}"
