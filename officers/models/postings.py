"""Which officer is posted to which school, who covers whom, and what is handed over?"""

from datetime import date, timedelta
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from officers.models.officers import Officer
from partnerships.models import AgreementKind
from partnerships.workflow import AgreementStatus
from schools.models import DAYS, SCHOOL_RANGE
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import Wall

PERSON = settings.AUTH_USER_MODEL


class PostingStatus(models.TextChoices):
    """Derived from the dates, never stored: no clock stands between an ended posting and a refused request."""

    PLANNED = "planned", "Planned"
    ACTIVE = "active", "Posted"
    ENDED = "ended", "Ended"
    CALLED_OFF = "called_off", "Never began"


class PostingQuerySet(VisibleQuerySet["Posting"]):
    view_permission = "posting.view"

    def current(self, *, on: date) -> "PostingQuerySet":
        """Those whose dates cover a day, both ends included."""
        return self.filter(starts_on__lte=on).filter(Q(ends_on=None) | Q(ends_on__gte=on))

    def living(self, *, on: date) -> "PostingQuerySet":
        """Those that run on a day or later, planned ones among them."""
        return self.filter(Q(ends_on=None) | Q(ends_on__gte=on) & Q(ends_on__gte=F("starts_on")))

    def during(self, starts_on: date, ends_on: date | None) -> "PostingQuerySet":
        """Those that share a day with a span; one that was called off shares none."""
        found = self.living(on=starts_on)
        return found if ends_on is None else found.filter(starts_on__lte=ends_on)

    def regular(self) -> "PostingQuerySet":
        """Those that are nobody's cover."""
        return self.filter(covers=None)

    def latest_first(self) -> "PostingQuerySet":
        return self.order_by("-starts_on", "-id")


class Posting(SchoolModel):
    """An officer works with a school from a day to a day, both included. The officer's role there has the same dates.

    ``covers`` names the posting of the absent officer it stands in for; ``is_buddy`` says that two officers share the school.
    """

    officer = models.ForeignKey(Officer, on_delete=models.PROTECT, related_name="postings")
    membership = models.OneToOneField("access.Membership", on_delete=models.PROTECT, related_name="+")
    covers = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="covered_by")
    is_buddy = models.BooleanField(default=False, db_default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    objects = PostingQuerySet.as_manager()

    # Written by those alone who stand in the whole force: nobody at a school moves their own dates.
    wall: ClassVar[Wall] = Wall(
        read=Wall.school_rows().read, write=Wall.of_force_scope().write, rights=("SELECT", "INSERT", "UPDATE")
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                # One called off before it began ends the day before, as its role does.
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on") - timedelta(days=1)),
                name="posting_ends_after_start",
            ),
            models.CheckConstraint(condition=Q(covers=None) | Q(ends_on__isnull=False), name="cover_has_a_last_day"),
            # A school has one officer on a day; a second one shares it as a buddy or covers an absence (R6). One called off
            # before it began has no day at all, and no range either.
            ExclusionConstraint(
                name="posting_one_at_a_time",
                expressions=[(SCHOOL_RANGE, "&&"), (DAYS, "&&")],
                condition=Q(covers=None, is_buddy=False) & (Q(ends_on=None) | Q(ends_on__gte=F("starts_on"))),
            ),
        ]
        indexes = [models.Index(fields=["force", "school", "-starts_on"], name="posting_of_school")]
        triggers = [
            pgtrigger.Trigger(
                name="no_probationer_posted",  # R5: no local assessment overrides this, so nothing in the code can either
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                # Held until the end of the transaction, so that nobody puts probation off meanwhile.
                func="""
                    PERFORM FROM officers_officer o
                    WHERE o.id = NEW.officer_id AND o.probation_ends_on < NEW.starts_on FOR SHARE;
                    IF NOT FOUND THEN RAISE EXCEPTION 'an officer cannot be posted within probation'; END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="posted_under_a_protocol",  # N6
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=f"""
                    IF NOT EXISTS (SELECT FROM partnerships_agreement a
                                   WHERE a.force_id = NEW.force_id AND a.school_id = NEW.school_id
                                     AND a.kind = '{AgreementKind.PROTOCOL}' AND a.status = '{AgreementStatus.IN_FORCE}'
                                     AND a.ends_on >= greatest(NEW.starts_on, current_date))
                    THEN RAISE EXCEPTION 'a school without a protocol in force has no officer posted to it'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer} at {self.school}"

    def status_on(self, day: date) -> PostingStatus:
        """Where it stands on a day."""
        if self.ends_on is not None and self.ends_on < self.starts_on:
            return PostingStatus.CALLED_OFF
        if self.starts_on > day:
            return PostingStatus.PLANNED
        return PostingStatus.ACTIVE if self.ends_on is None or self.ends_on >= day else PostingStatus.ENDED


class HandoverNoteQuerySet(VisibleQuerySet["HandoverNote"]):
    view_permission = "handover.view"


class HandoverNote(SchoolModel):
    """What an officer leaves for whoever comes next or stands in. The police's own; no child's name belongs in it."""

    posting = models.ForeignKey(Posting, on_delete=models.PROTECT, related_name="handover_notes")
    text = models.TextField()
    written_at = models.DateTimeField(db_default=Now())
    written_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField(help_text="Of the form it was sent from: pressing twice writes once.")

    objects = HandoverNoteQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.records(side="police").append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "press"], name="handover_note_once"),
            models.CheckConstraint(condition=~Q(text=""), name="handover_note_says_something"),
        ]
        indexes = [models.Index(fields=["posting", "-id"], name="handover_of_posting")]
        triggers = [pgtrigger.Protect(name="handover_note_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"handover note {self.pk}"
