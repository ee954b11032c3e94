"""What did the police tell a school before the school day, was it in time, and who has read it (R19)?"""

from dataclasses import replace
from typing import Any, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Now

from ssp.access import decisions
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import SIDE, USER_ID, Wall

# Shared between one school's desk and those of the police who read records there; nobody else of either side.
SHARED = Wall.records(side="both")
BY_POLICE = replace(SHARED, write=f"({SHARED.write}) and {SIDE} = 'police'")
BY_READER = replace(SHARED, write=f"({SHARED.write}) and {SIDE} = 'school' and reader_id = {USER_ID}")


class Whereabouts(models.TextChoices):
    PRESENT = "present", "In the room, or saw it"
    NEAR = "near", "In the home, and may have heard it"
    ELSEWHERE = "elsewhere", "Not there, but lives in the home"
    UNKNOWN = "unknown", "Not known"


class MorningNoticeQuerySet(VisibleQuerySet["MorningNotice"]):
    view_permission = "morning_notice.view"

    def visible_to(self, user: Any) -> Self:
        """The police see what they sent; the school's desk sees what it got. Each side by its own right."""
        standing = getattr(user, "standing", None)
        is_school = standing is not None and standing.side == "school"
        return decisions.visible(self, user, "morning_notice.read" if is_school else self.view_permission)  # type: ignore[return-value]

    def unread(self) -> "MorningNoticeQuerySet":
        """Those whose newest words nobody at the school has confirmed."""
        read = MorningReceipt.objects.filter(notice=OuterRef("pk"), version=OuterRef("version"))
        return self.filter(~Exists(read))


class MorningNotice(SchoolModel):
    """A notice from the police to a school about a child and domestic abuse, before the school day begins.

    It does not replace the force's statutory channel. What was sent stays as it was sent; a correction is an addendum, which
    the school confirms again.
    """

    child_name = models.CharField(max_length=120)
    born_on = models.DateField(null=True, blank=True)
    year_group = models.CharField(max_length=20, blank=True)
    happened_on = models.DateField()
    happened_at_time = models.TimeField(null=True, blank=True, help_text="Europe/London; unknown when null.")
    whereabouts = models.CharField(max_length=10, choices=Whereabouts)
    circumstances = models.TextField(help_text="Fact, as little as the school needs.")
    child_said = models.TextField(blank=True, help_text="The voice of the child, in their words.")
    take_care = models.TextField(blank=True, help_text="What the school should not do, such as ringing home.")
    force_reference = models.CharField(max_length=40)
    version = models.PositiveSmallIntegerField(default=1, help_text="Counts up with each correction.")
    for_day = models.DateField(help_text="The school day before which the school should know.")
    read_by_at = models.DateTimeField(help_text="Half past eight of that day: what “in time” is counted by.")
    look_at = models.DateTimeField(
        null=True, help_text="Not read by then, the deputy, the head and the sergeant are told."
    )
    is_in_time = models.BooleanField(help_text="Delivered by the hour set for it.")
    sent_at = models.DateTimeField(db_default=Now())
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    escalated_at = models.DateTimeField(null=True)
    press = models.UUIDField()

    objects = MorningNoticeQuerySet.as_manager()

    wall: ClassVar[Wall] = BY_POLICE

    class Meta:
        default_permissions = ()
        verbose_name = "notice before the school day"
        constraints = [
            models.UniqueConstraint(fields=["school", "press"], name="morning_notice_sent_once"),
            models.CheckConstraint(condition=Q(whereabouts__in=Whereabouts.values), name="morning_notice_where_known"),
            models.CheckConstraint(
                condition=~Q(child_name="") & ~Q(circumstances="") & ~Q(force_reference=""),
                name="morning_notice_is_whole",
            ),
            models.CheckConstraint(condition=Q(for_day__gte=F("happened_on")), name="morning_notice_for_a_day_after"),
        ]
        indexes = [
            models.Index(fields=["force", "school", "-sent_at"], name="morning_notice_newest"),
            models.Index(fields=["force", "look_at"], name="morning_notice_due"),
        ]
        triggers = [
            pgtrigger.Protect(name="morning_notice_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="morning_notice_words_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (NEW.child_name, NEW.born_on, NEW.year_group, NEW.happened_on, NEW.happened_at_time,
                        NEW.whereabouts, NEW.circumstances, NEW.child_said, NEW.take_care, NEW.force_reference,
                        NEW.for_day, NEW.read_by_at, NEW.is_in_time, NEW.sent_at, NEW.sent_by_id, NEW.school_id, NEW.force_id)
                       IS DISTINCT FROM
                       (OLD.child_name, OLD.born_on, OLD.year_group, OLD.happened_on, OLD.happened_at_time,
                        OLD.whereabouts, OLD.circumstances, OLD.child_said, OLD.take_care, OLD.force_reference,
                        OLD.for_day, OLD.read_by_at, OLD.is_in_time, OLD.sent_at, OLD.sent_by_id, OLD.school_id, OLD.force_id)
                    THEN RAISE EXCEPTION 'what was sent is corrected by an addendum, never edited'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"Notice before {self.for_day}"


class MorningReceipt(SchoolModel):
    """Somebody at the school confirmed that they read a notice, as it then stood. Written once."""

    notice = models.ForeignKey(MorningNotice, on_delete=models.PROTECT, related_name="receipts")
    version = models.PositiveSmallIntegerField()
    reader = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    read_at = models.DateTimeField(db_default=Now())

    wall: ClassVar[Wall] = BY_READER.append_only()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["notice", "version", "reader"], name="morning_receipt_once")]
        triggers = [pgtrigger.Protect(name="morning_receipt_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Receipt of {self.notice_id}"


class MorningAddendum(SchoolModel):
    """A correction of a notice. Written once; it reaches everybody the notice reached."""

    notice = models.ForeignKey(MorningNotice, on_delete=models.PROTECT, related_name="addenda")
    text = models.TextField()
    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()

    wall: ClassVar[Wall] = BY_POLICE.append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["notice", "press"], name="morning_addendum_once"),
            models.CheckConstraint(condition=~Q(text=""), name="morning_addendum_says_something"),
        ]
        triggers = [pgtrigger.Protect(name="morning_addendum_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Correction of {self.notice_id}"
