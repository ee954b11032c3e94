"""Which officer is posted to which school?"""

from datetime import timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from officers.models.officers import Officer
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import Wall


class PostingQuerySet(VisibleQuerySet["Posting"]):
    view_permission = "posting.view"


class Posting(SchoolModel):
    """An officer works with a school from a day to a day, both included. The officer's role there has the same dates."""

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="postings")
    membership = models.OneToOneField("access.Membership", on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    objects = PostingQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.school_rows()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                # One called off before it began ends the day before, as its role does.
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on") - timedelta(days=1)),
                name="posting_ends_after_start",
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="no_probationer_posted",  # R5: no local assessment overrides this, so nothing in the code can either
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func="""
                    IF NOT EXISTS (SELECT FROM officers_officer o
                                   WHERE o.id = NEW.officer_id AND o.probation_ends_on < NEW.starts_on)
                    THEN RAISE EXCEPTION 'an officer cannot be posted within probation'; END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.officer} at {self.school}"
