"""What did one side ask the other, and what was let through? Words cross by a release of the SPOC and in no other way (N1)."""

# ruff: noqa: S608 - SQL of our own constants
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from incidents.models.concerns import AT_THE_DESK
from incidents.workflow import ENQUIRY, EnquiryStatus
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import IN_FORCE, RECORDS_HERE, SCHOOL_IDS, SIDE, USER_ID, Wall

PERSON = settings.AUTH_USER_MODEL
MOVES = ", ".join(sorted(f"'{source!s}>{t.target!s}'" for t in ENQUIRY.transitions for source in t.source))
TODAY = "(now() at time zone 'Europe/London')::date"
# Somebody who holds the role of SPOC at the row's school today and is not away: the SPOC, or the deputy.
KEPT = f"""
    EXISTS (SELECT FROM access_membership m WHERE m.school_id = NEW.school_id AND m.role = 'spoc' AND m.starts_on <= {TODAY}
        AND (m.ends_on IS NULL OR m.ends_on >= {TODAY})
        AND NOT EXISTS (SELECT FROM schools_spocabsence a JOIN schools_spocappointment p ON p.id = a.appointment_id
            WHERE p.membership_id = m.id AND a.ended_at IS NULL AND a.starts_on <= {TODAY}
            AND (a.ends_on IS NULL OR a.ends_on >= {TODAY})))
"""

# Who asks the database: the desk reads all of its school, the police what is theirs, anybody else of the school what is their own.
DESK = f"({SIDE} = 'school' and {RECORDS_HERE})"
POLICE = f"({SIDE} = 'police' and {RECORDS_HERE})"
STAFF = f"({SIDE} = 'school' and school_id = any ({SCHOOL_IDS}))"


def _released(key: str, of: str, whom: str) -> str:
    """A release of this row (``key`` of the release names it) to the police, or to the person who asks."""
    to = "r.to_side = 'police'" if whom == "police" else f"r.to_side = 'staff' and r.to_person_id = {USER_ID}"
    return f"exists (select from incidents_enquiryrelease r where r.{key} = {of}.id and {to})"


class Purpose(models.TextChoices):
    """Every activity of an officer has a policing purpose (R3)."""

    PREVENTION = "prevention", "Crime prevention"
    INVESTIGATION = "investigation", "Investigation and detection"
    SAFEGUARDING = "safeguarding", "Safeguarding"


class Side(models.TextChoices):
    """Whose words they are. The desk is the SPOC, the deputy, or the head who stands in for them."""

    POLICE = "police", "The police"
    DESK = "desk", "The SPOC’s desk"
    STAFF = "staff", "Staff of the school"


class Act(models.TextChoices):
    """What somebody did by writing."""

    QUESTION = "question", "asked"
    REPLY = "reply", "replied"
    FORWARD = "forward", "asked a colleague"
    ANSWER = "answer", "answered"
    PASS_ON = "pass_on", "passed on"
    SENT_BACK = "sent_back", "sent it back"


class EnquiryQuerySet(VisibleQuerySet["Enquiry"]):
    view_permission = "enquiry.view"

    def visible_to(self, user: Any) -> "EnquiryQuerySet":
        """The desk: its school's. The police: what they asked and what was passed on. Staff: what they asked or were asked."""
        found, standing = super().visible_to(user), getattr(user, "standing", None)
        if standing is None:
            return found.none()
        let_through = EnquiryRelease.objects.filter(enquiry=OuterRef("pk"))
        if standing.side == "police":
            return found.filter(Q(opened_side=Side.POLICE) | Exists(let_through.filter(to_side=Side.POLICE)))
        desk = Q(school_id__in=standing.schools_where("enquiry.release"))
        own = Q(opened_by=user.pk) & ~Q(opened_side=Side.POLICE)
        return found.filter(desk | own | Exists(let_through.filter(to_side=Side.STAFF, to_person=user.pk)))

    def open(self) -> "EnquiryQuerySet":
        return self.exclude(status=EnquiryStatus.CLOSED)

    def waiting(self) -> "EnquiryQuerySet":
        """Those the desk must see to, the one due first before the others."""
        return self.filter(status=EnquiryStatus.WITH_SPOC).order_by("due_at", "id")


class Enquiry(SchoolModel):
    """One side asks the other through the SPOC. The row holds no words: those are in its messages, each closed until released."""

    number = models.PositiveIntegerField(help_text="Counts up within the school; makes the reference.")
    status = models.CharField(max_length=12, choices=EnquiryStatus, default=EnquiryStatus.WITH_SPOC)
    opened_side = models.CharField(max_length=6, choices=Side)
    opened_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(db_default=Now())
    press = models.UUIDField(help_text="Of the form it was sent from: sent twice, it is asked once.")
    due_at = models.DateTimeField(help_text="When the desk should have seen to it; then the deputy is told.")
    deputy_told_at = models.DateTimeField(null=True)
    head_told_at = models.DateTimeField(null=True, help_text="From then on the head may release too (escalated cover).")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    objects = EnquiryQuerySet.as_manager()

    _seen = (
        f"{IN_FORCE} and ({DESK}"
        f" or {POLICE} and (opened_side = 'police' or {_released('enquiry_id', 'incidents_enquiry', 'police')})"
        f" or {STAFF} and (opened_by_id = {USER_ID} and opened_side <> 'police'"
        f" or {_released('enquiry_id', 'incidents_enquiry', 'staff')}))"
    )
    wall: ClassVar[Wall] = Wall(read=_seen, write=_seen, rights=("SELECT", "INSERT", "UPDATE"))

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "number"], name="enquiry_number_once"),
            models.UniqueConstraint(fields=["school", "opened_by", "press"], name="enquiry_asked_once"),
            models.CheckConstraint(condition=Q(status__in=EnquiryStatus.values), name="enquiry_status_known"),
            models.CheckConstraint(condition=Q(opened_side__in=Side.values), name="enquiry_side_known"),
            models.CheckConstraint(
                condition=Q(status=EnquiryStatus.CLOSED, closed_at__isnull=False, closed_by__isnull=False)
                | ~Q(status=EnquiryStatus.CLOSED) & Q(closed_at=None, closed_by=None),
                name="enquiry_closed_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["force", "school", "status", "due_at"], name="enquiry_desk"),
            models.Index(fields=["force", "school", "-opened_at", "-id"], name="enquiry_newest"),
        ]
        triggers = [
            pgtrigger.Protect(name="enquiry_kept", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="enquiry_moves_as_told",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=f"""
                    IF OLD.status IS DISTINCT FROM NEW.status AND (OLD.status || '>' || NEW.status) NOT IN ({MOVES})
                    THEN RAISE EXCEPTION 'an enquiry does not move from % to %', OLD.status, NEW.status; END IF;
                    IF OLD.status IS DISTINCT FROM NEW.status AND NEW.status <> 'with_spoc' AND NOT {AT_THE_DESK}
                    THEN RAISE EXCEPTION 'the desk answers, passes on, sends back and closes'; END IF;
                    IF (NEW.number, NEW.school_id, NEW.force_id, NEW.opened_side, NEW.opened_by_id, NEW.opened_at, NEW.press)
                       IS DISTINCT FROM
                       (OLD.number, OLD.school_id, OLD.force_id, OLD.opened_side, OLD.opened_by_id, OLD.opened_at, OLD.press)
                    THEN RAISE EXCEPTION 'who asked and when is fixed'; END IF;
                    IF OLD.due_at IS DISTINCT FROM NEW.due_at AND OLD.status = NEW.status
                    THEN RAISE EXCEPTION 'the clock begins anew only when an enquiry comes back to the desk'; END IF;
                    IF OLD.head_told_at IS NULL AND NEW.head_told_at IS NOT NULL AND OLD.due_at > now() AND {KEPT}
                    THEN RAISE EXCEPTION 'it goes to the head when it is overdue, or where neither SPOC nor deputy is there';
                    END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How people name it aloud."""
        return f"E-{self.number:04d}"

    @property
    def is_polices(self) -> bool:
        """Whether the police asked."""
        return self.opened_side == Side.POLICE


class EnquiryMessageQuerySet(VisibleQuerySet["EnquiryMessage"]):
    view_permission = "enquiry.view"

    def visible_to(self, user: Any) -> "EnquiryMessageQuerySet":
        """One's own side's as `Enquiry`, and of the other side's what was released."""
        found, standing = super().visible_to(user), getattr(user, "standing", None)
        if standing is None:
            return found.none()
        let_through = EnquiryRelease.objects.filter(message=OuterRef("pk"))
        if standing.side == "police":
            return found.filter(Q(side=Side.POLICE) | Exists(let_through.filter(to_side=Side.POLICE)))
        desk = Q(school_id__in=standing.schools_where("enquiry.release"))
        own = Q(author=user.pk) & ~Q(side=Side.POLICE)
        return found.filter(desk | own | Exists(let_through.filter(to_side=Side.STAFF, to_person=user.pk)))

    def in_order(self) -> "EnquiryMessageQuerySet":
        return self.order_by("written_at", "id")


class EnquiryMessage(SchoolModel):
    """What somebody wrote. Written once, never changed; whoever is of another side sees it once it is released to them."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="messages")
    side = models.CharField(max_length=6, choices=Side)
    act = models.CharField(max_length=10, choices=Act)
    author = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    subject = models.CharField(max_length=120, blank=True)
    purpose = models.CharField(
        max_length=15, choices=Purpose, blank=True, help_text="Of a question of the police (R3)."
    )
    text = models.TextField()
    written_at = models.DateTimeField(db_default=Now())
    press = models.UUIDField(help_text="Of the form it was sent from: sent twice, it is written once.")

    objects = EnquiryMessageQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall(
        read=(
            f"{IN_FORCE} and ({DESK}"
            f" or {POLICE} and (side = 'police' or {_released('message_id', 'incidents_enquirymessage', 'police')})"
            f" or {STAFF} and (author_id = {USER_ID} and side <> 'police'"
            f" or {_released('message_id', 'incidents_enquirymessage', 'staff')}))"
        ),
        write=(
            f"{IN_FORCE} and author_id = {USER_ID} and (side = 'police' and {POLICE} or side = 'desk' and {DESK}"
            f" or side = 'staff' and {STAFF})"
        ),
    ).append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["enquiry", "author", "press"], name="enquiry_message_once"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="enquiry_message_side_known"),
            models.CheckConstraint(condition=Q(act__in=Act.values), name="enquiry_message_act_known"),
            models.CheckConstraint(
                condition=Q(purpose__in=("", *Purpose.values)), name="enquiry_message_purpose_known"
            ),
            models.CheckConstraint(
                condition=~Q(side=Side.POLICE, act=Act.QUESTION) | ~Q(purpose=""), name="enquiry_has_a_policing_purpose"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="enquiry_message_says_something"),
        ]
        indexes = [models.Index(fields=["enquiry", "written_at", "id"], name="enquiry_message_in_order")]
        triggers = [
            pgtrigger.Protect(name="enquiry_message_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="enquiry_message_of_its_enquiry",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                # Asked under the wall of whoever writes: nobody writes into an enquiry they cannot see.
                func="""
                    IF NOT EXISTS (SELECT FROM incidents_enquiry e
                                   WHERE e.id = NEW.enquiry_id AND e.school_id = NEW.school_id AND e.status <> 'closed')
                    THEN RAISE EXCEPTION 'no such enquiry is open to this person'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk} of {self.enquiry_id}"


class EnquiryRelease(SchoolModel):
    """Somebody at the desk let a message through, to the police or to one named member of staff. Never taken back (N1)."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.PROTECT, related_name="releases")
    message = models.ForeignKey(EnquiryMessage, on_delete=models.PROTECT, related_name="releases")
    to_side = models.CharField(max_length=6, choices=Side)
    to_person = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(db_default=Now())
    released_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = Wall(
        read=(
            f"{IN_FORCE} and ({DESK} or {POLICE} and to_side = 'police'"
            f" or {STAFF} and to_side = 'staff' and to_person_id = {USER_ID})"
        ),
        write=f"{IN_FORCE} and {DESK} and released_by_id = {USER_ID}",
    ).append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["message"], condition=Q(to_side=Side.POLICE), name="enquiry_release_to_police_once"
            ),
            models.UniqueConstraint(
                fields=["message", "to_person"], condition=Q(to_side=Side.STAFF), name="enquiry_release_to_one_once"
            ),
            models.CheckConstraint(
                condition=Q(to_side=Side.POLICE, to_person=None) | Q(to_side=Side.STAFF, to_person__isnull=False),
                name="enquiry_release_to_police_or_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["message", "to_side", "to_person"], name="enquiry_release_message"),
            models.Index(fields=["enquiry", "to_side", "to_person"], name="enquiry_release_enquiry"),
        ]
        triggers = [
            pgtrigger.Protect(name="enquiry_release_kept", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                # N1: by the SPOC or the deputy; by the head where neither is there, or once the enquiry went to the head.
                # N3: nobody releases what they wrote as staff or as an officer.
                name="enquiry_released_by_the_desk",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                declare=[("said", "incidents_enquirymessage%ROWTYPE"), ("asked", "incidents_enquiry%ROWTYPE")],
                func=f"""
                    SELECT * INTO said FROM incidents_enquirymessage WHERE id = NEW.message_id;
                    SELECT * INTO asked FROM incidents_enquiry WHERE id = NEW.enquiry_id;
                    IF said.id IS NULL OR asked.id IS NULL OR said.enquiry_id <> asked.id
                       OR said.school_id <> NEW.school_id OR asked.school_id <> NEW.school_id OR asked.status = 'closed'
                    THEN RAISE EXCEPTION 'a message is released in its own enquiry, while it is open'; END IF;
                    IF said.side = NEW.to_side
                    THEN RAISE EXCEPTION 'what one side wrote is released to the other'; END IF;
                    IF said.side <> 'desk' AND said.author_id = NEW.released_by_id
                    THEN RAISE EXCEPTION 'nobody releases their own words (N3)'; END IF;
                    IF NEW.to_person_id IS NOT NULL AND NOT EXISTS (
                        SELECT FROM access_membership m WHERE m.user_id = NEW.to_person_id AND m.school_id = NEW.school_id
                        AND m.role IN ('staff', 'spoc', 'head_teacher') AND m.starts_on <= {TODAY}
                        AND (m.ends_on IS NULL OR m.ends_on >= {TODAY}))
                    THEN RAISE EXCEPTION 'a message is released to staff of its school alone'; END IF;
                    IF EXISTS (
                        SELECT FROM access_membership m WHERE m.user_id = NEW.released_by_id
                        AND m.school_id = NEW.school_id AND m.role = 'spoc' AND m.starts_on <= {TODAY}
                        AND (m.ends_on IS NULL OR m.ends_on >= {TODAY}))
                    THEN RETURN NEW; END IF;
                    IF EXISTS (
                        SELECT FROM access_membership m WHERE m.user_id = NEW.released_by_id
                        AND m.school_id = NEW.school_id AND m.role = 'head_teacher' AND m.starts_on <= {TODAY}
                        AND (m.ends_on IS NULL OR m.ends_on >= {TODAY}))
                    AND (asked.head_told_at IS NOT NULL OR NOT {KEPT})
                    THEN RETURN NEW; END IF;
                    RAISE EXCEPTION 'released by the SPOC in post, the deputy, or the head in their place (N1)';
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"Release of message {self.message_id} to {self.to_side}"
