"""What did one controller give the other, or decide to withhold? The row says when, to whom and why; what it said stands apart.

Four kinds of table, each with a wall of its own: the row without any narrative, which an auditor reads too (N8); the versions of
what was given, which only those read who read children's records and which the receiving side loses on a recall; what the
deciding side keeps for itself (the draft, the reasons, the concern it came from); and who had it and confirmed it.
"""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from incidents.models.concerns import Concern
from incidents.models.incidents import Incident
from incidents.workflow import SHARED, DisclosureStatus
from partnerships.models import Agreement, Party
from ssp.access import decisions
from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import SchoolModel
from ssp.tenancy.walls import IN_FORCE, READS_LOG, RECORDS_HERE, SIDE, Wall

PERSON = settings.AUTH_USER_MODEL
LATEST = 9999  # versions


class RecipientKind(models.TextChoices):
    OFFICER = "officer", "The police officer of the school"
    SPOC = "spoc", "The school’s single point of contact"
    OUTSIDE = "outside", "Another body"


class SharingPurpose(models.TextChoices):
    """The three policing purposes (R3), and the school's own."""

    PREVENTION = "prevention", "Prevent crime"
    INVESTIGATION = "investigation", "Investigate or detect crime"
    SAFEGUARDING = "safeguarding", "Safeguard people, as a policing purpose"
    CHILD = "child", "Safeguard or support a child"


class DisclosureAct(models.TextChoices):
    """What the deciding side decided, and why."""

    GIVEN = "given", "Given"
    WITHHELD = "withheld", "Withheld"
    REASON = "reason", "Reason given for an urgent one"
    CORRECTED = "corrected", "Corrected"
    RECALLED = "recalled", "Recalled"
    RECEIPT = "receipt", "Receipt by another body recorded"


_SHARED = "status in ('sent', 'acknowledged', 'corrected', 'recalled')"
_HERE = f"{IN_FORCE} and ({RECORDS_HERE})"
_MINE_OR_GIVEN = f"(from_side = {SIDE} or ({_SHARED} and recipient_kind <> 'outside'))"
# The service runs the clocks on what was sent, the auditor reads that a decision was made (N8). Neither sees a draft, and there
# is nothing here of what was said. What is withheld, drafted or given elsewhere does not exist for the other side.
HEAD_WALL = Wall(
    read=(
        f"({_HERE} and {_MINE_OR_GIVEN}) or ({IN_FORCE} and {SIDE} = 'system' and {_SHARED})"
        f" or ({IN_FORCE} and {READS_LOG} = 'yes' and status <> 'drafted')"
    ),
    write=f"{_HERE} and {_MINE_OR_GIVEN}",
)
_OF = "exists (select from incidents_disclosure d where d.id = disclosure_id{})"  # itself behind the wall of the rows above
_OWN = _OF.format(f" and d.from_side = {SIDE}")
_STILL_SHOWN = _OF.format(f" and (d.from_side = {SIDE} or d.status <> 'recalled')")
DRAFT_WALL = Wall.records(side="both").only(_OWN)
VERSION_WALL = Wall(
    read=f"{_HERE} and {_STILL_SHOWN}", write=f"{_HERE} and {_OWN}", rights=("SELECT", "INSERT")
)  # fmt: skip
RECEIPT_WALL = Wall(
    read=f"({_HERE} and {_OF.format('')}) or ({IN_FORCE} and {SIDE} = 'system' and {_OF.format('')})",
    write=f"{_HERE} and {_OF.format('')}",
    rights=("SELECT", "INSERT", "UPDATE"),
)


class DisclosureQuerySet(VisibleQuerySet["Disclosure"]):
    view_permission = "disclosure.view"

    def visible_to(self, user: Any) -> "DisclosureQuerySet":
        """What somebody of either side may open: all of their own side, and what the other side gave them."""
        return decisions.visible(self.of_side(user), user, self.view_permission)  # type: ignore[return-value]

    def listed_for(self, user: Any) -> "DisclosureQuerySet":
        """The lines of the ledger; an auditor's are those of every decision, whoever made it."""
        reads_all = bool(user.standing) and user.standing.on_force("audit.search")
        rows = self.exclude(status=DisclosureStatus.DRAFTED) if reads_all else self.of_side(user)
        return decisions.visible(rows, user, "disclosure.ledger")  # type: ignore[return-value]

    def of_side(self, user: Any) -> "DisclosureQuerySet":
        side = user.standing.side if user.standing else ""
        return self.filter(Q(from_side=side) | (Q(status__in=SHARED) & ~Q(recipient_kind=RecipientKind.OUTSIDE)))

    def unacknowledged(self) -> "DisclosureQuerySet":
        """Sent, corrected included, and nobody has confirmed it."""
        return self.filter(status__in=(DisclosureStatus.SENT, DisclosureStatus.CORRECTED), acknowledged_at=None)

    def owing_reason(self) -> "DisclosureQuerySet":
        """Sent urgently, the reason not yet given."""
        return self.filter(is_urgent=True, status__in=SHARED, reason_given_at=None)


class Disclosure(SchoolModel):
    """That one side gave the other, or another body, something; or decided not to. Nothing of what it said stands here (N8)."""

    number = models.PositiveIntegerField(
        null=True, help_text="Counts what was sent; a draft has none, so that no gap tells of one withheld."
    )
    from_side = models.CharField(max_length=10, choices=Party)
    status = models.CharField(max_length=14, choices=DisclosureStatus, default=DisclosureStatus.DRAFTED)
    is_urgent = models.BooleanField(default=False)
    recipient_kind = models.CharField(max_length=10, choices=RecipientKind)
    recipient_name = models.CharField(max_length=120, blank=True, help_text="The other body; never a person.")
    purpose = models.CharField(max_length=16, choices=SharingPurpose, blank=True)
    basis = models.CharField(max_length=40, blank=True, help_text="Its key in the list of that edition.")
    basis_edition = models.CharField(max_length=10, blank=True)
    agreement = models.ForeignKey(
        Agreement, on_delete=models.PROTECT, null=True, related_name="+",
        help_text="The data sharing agreement in force when it was sent (N5).",
    )  # fmt: skip
    version = models.PositiveSmallIntegerField(default=0, help_text="The newest version that was sent.")
    press = models.UUIDField(help_text="Of the form it was made on: pressed twice, it is one.")
    drafted_at = models.DateTimeField(db_default=Now())
    drafted_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, help_text="Sent, or withheld.")
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    acknowledge_by = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    reason_due_at = models.DateTimeField(null=True, help_text="Of an urgent one: 24 hours after it went (R4).")
    reason_given_at = models.DateTimeField(null=True)
    look_again_on = models.DateField(null=True, help_text="Of one withheld.")

    objects = DisclosureQuerySet.as_manager()

    wall: ClassVar[Wall] = HEAD_WALL

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["school", "number"], name="disclosure_number_once"),
            models.UniqueConstraint(fields=["school", "press"], name="disclosure_made_once"),
            models.CheckConstraint(condition=Q(status__in=DisclosureStatus.values), name="disclosure_status_known"),
            models.CheckConstraint(condition=Q(from_side__in=Party.values), name="disclosure_side_known"),
            models.CheckConstraint(
                condition=Q(purpose__in=("", *SharingPurpose.values)), name="disclosure_purpose_known"
            ),
            models.CheckConstraint(
                condition=Q(recipient_kind=RecipientKind.OFFICER, from_side=Party.SCHOOL, recipient_name="")
                | Q(recipient_kind=RecipientKind.SPOC, from_side=Party.POLICE, recipient_name="")
                | (Q(recipient_kind=RecipientKind.OUTSIDE) & ~Q(recipient_name="")),
                name="disclosure_goes_to_the_other_side",
            ),
            models.CheckConstraint(
                condition=Q(status=DisclosureStatus.DRAFTED, decided_at=None, decided_by=None)
                | (~Q(status=DisclosureStatus.DRAFTED) & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="disclosure_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(status__in=SHARED) & Q(number__isnull=False, acknowledge_by__isnull=False, version__gte=1))
                | (~Q(status__in=SHARED) & Q(number=None, acknowledge_by=None, version=0)),
                name="disclosure_numbered_when_sent",
            ),
            # N5: whatever the code does, a routine one to the other side is not sent without naming the agreement that covered it.
            models.CheckConstraint(
                condition=~Q(status__in=SHARED)
                | Q(is_urgent=True, reason_due_at__isnull=False)
                | (
                    (Q(agreement__isnull=False) | Q(recipient_kind=RecipientKind.OUTSIDE))
                    & Q(is_urgent=False)
                    & ~Q(purpose="")
                    & ~Q(basis="")
                ),
                name="disclosure_routine_under_an_agreement",
            ),
            models.CheckConstraint(
                condition=~Q(recipient_kind=RecipientKind.OUTSIDE) | Q(agreement=None),
                name="disclosure_agreement_covers_two_sides",
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="disclosure_acknowledged_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(status=DisclosureStatus.ACKNOWLEDGED) | Q(acknowledged_at__isnull=False),
                name="disclosure_acknowledged_when",
            ),
            # N3: nobody acknowledges their own. What another body says, the sender writes down.
            models.CheckConstraint(
                condition=Q(acknowledged_by=None)
                | Q(recipient_kind=RecipientKind.OUTSIDE)
                | ~Q(acknowledged_by=F("decided_by")),
                name="disclosure_not_acknowledged_by_the_sender",
            ),
            models.CheckConstraint(
                condition=Q(status=DisclosureStatus.WITHHELD) | Q(look_again_on=None),
                name="disclosure_looked_at_again_when_withheld",
            ),
        ]
        indexes = [
            models.Index(fields=["force", "-drafted_at", "-id"], name="disclosure_newest"),
            models.Index(fields=["force", "school", "-drafted_at", "-id"], name="disclosure_of_a_school"),
            models.Index(
                fields=["force", "acknowledge_by"],
                condition=Q(acknowledged_at=None, status__in=("sent", "corrected")),
                name="disclosure_to_acknowledge",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="disclosure_begins_as_a_draft",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func="""
                    IF NEW.status <> 'drafted'
                    THEN RAISE EXCEPTION 'a disclosure begins as a draft'; END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="disclosure_kept",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                func="""
                    IF OLD.status <> 'drafted'
                    THEN RAISE EXCEPTION 'what was decided is kept'; END IF;
                    RETURN OLD;
                """,
            ),
            pgtrigger.Trigger(
                name="disclosure_moves_forward",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func="""
                    IF (NEW.force_id, NEW.school_id, NEW.from_side, NEW.press, NEW.drafted_by_id, NEW.drafted_at)
                       IS DISTINCT FROM
                       (OLD.force_id, OLD.school_id, OLD.from_side, OLD.press, OLD.drafted_by_id, OLD.drafted_at)
                    THEN RAISE EXCEPTION 'whose disclosure this is does not change'; END IF;
                    IF OLD.status <> 'drafted' AND
                       (NEW.number, NEW.is_urgent, NEW.recipient_kind, NEW.recipient_name, NEW.agreement_id,
                        NEW.decided_at, NEW.decided_by_id, NEW.acknowledge_by, NEW.reason_due_at)
                       IS DISTINCT FROM
                       (OLD.number, OLD.is_urgent, OLD.recipient_kind, OLD.recipient_name, OLD.agreement_id,
                        OLD.decided_at, OLD.decided_by_id, OLD.acknowledge_by, OLD.reason_due_at)
                    THEN RAISE EXCEPTION 'what was decided is kept'; END IF;
                    IF OLD.status <> 'drafted' AND (NEW.purpose, NEW.basis, NEW.basis_edition)
                       IS DISTINCT FROM (OLD.purpose, OLD.basis, OLD.basis_edition)
                       AND NOT (OLD.is_urgent AND OLD.reason_given_at IS NULL AND NEW.reason_given_at IS NOT NULL)
                    THEN RAISE EXCEPTION 'purpose and basis are kept'; END IF;
                    IF NEW.status IS DISTINCT FROM OLD.status AND (OLD.status, NEW.status) NOT IN (
                        ('drafted', 'sent'), ('drafted', 'withheld'), ('sent', 'acknowledged'), ('sent', 'corrected'),
                        ('sent', 'recalled'), ('acknowledged', 'corrected'), ('acknowledged', 'recalled'),
                        ('corrected', 'recalled'))
                    THEN RAISE EXCEPTION 'a disclosure does not go from % to %', OLD.status, NEW.status; END IF;
                    IF OLD.acknowledged_at IS NOT NULL AND (NEW.acknowledged_at, NEW.acknowledged_by_id)
                       IS DISTINCT FROM (OLD.acknowledged_at, OLD.acknowledged_by_id)
                    THEN RAISE EXCEPTION 'an acknowledgement is kept'; END IF;
                    IF OLD.reason_given_at IS NOT NULL AND NEW.reason_given_at IS DISTINCT FROM OLD.reason_given_at
                    THEN RAISE EXCEPTION 'a reason is given once'; END IF;
                    IF NEW.status IN ('corrected', 'recalled', 'sent', 'withheld') AND NEW.status <> OLD.status
                       AND current_setting('app.side', true) IS DISTINCT FROM NEW.from_side
                    THEN RAISE EXCEPTION 'only the side that gave it decides on it'; END IF;
                    IF NEW.acknowledged_at IS NOT NULL AND OLD.acknowledged_at IS NULL
                       AND (current_setting('app.side', true) = NEW.from_side) <> (NEW.recipient_kind = 'outside')
                    THEN RAISE EXCEPTION 'the side that received it acknowledges it'; END IF;
                    RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """How people name it aloud; no child's name in it."""
        if self.number is not None:
            return f"D-{self.number:04d}"
        return "Withheld" if self.status == DisclosureStatus.WITHHELD else "Draft"

    @property
    def is_outside(self) -> bool:
        return self.recipient_kind == RecipientKind.OUTSIDE

    @property
    def other_side(self) -> Party:
        return Party.POLICE if self.from_side == Party.SCHOOL else Party.SCHOOL


class DisclosureDraft(SchoolModel):
    """What somebody has chosen and written so far. Of the deciding side alone, and gone when it is decided."""

    disclosure = models.OneToOneField(Disclosure, on_delete=models.PROTECT, related_name="draft")
    typed = models.JSONField()
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = DRAFT_WALL

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Draft of {self.disclosure_id}"


class DisclosureVersion(SchoolModel):
    """Exactly what was given: canonical JSON with its SHA-256. A correction is another version beside it."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    content = models.TextField(help_text="Canonical JSON (see incidents/extracts.py).")
    sha256 = models.CharField(max_length=64)
    reason = models.TextField(blank=True, help_text="Of a correction: what was wrong. The recipient reads it.")
    press = models.UUIDField()
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = VERSION_WALL

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["disclosure", "number"], name="disclosure_version_once"),
            models.UniqueConstraint(fields=["disclosure", "press"], name="disclosure_version_pressed_once"),
            models.CheckConstraint(condition=Q(number__range=(1, LATEST)), name="disclosure_version_number"),
            models.CheckConstraint(condition=Q(number=1, reason="") | (Q(number__gt=1) & ~Q(reason="")),
                                   name="disclosure_corrected_for_a_reason"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="disclosure_version_hashed"),
        ]  # fmt: skip
        triggers = [pgtrigger.Protect(name="disclosure_version_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.disclosure_id}"


class Decision(SchoolModel):
    """What the deciding side keeps for itself: why it gave or withheld, what it weighed. Written once."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=10, choices=DisclosureAct)
    reason = models.TextField(blank=True)
    proportionality = models.TextField(blank=True, help_text="Why it is needed, and no more than is needed.")
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.get_act_display()}: {self.disclosure_id}"


def _decision_rules(side: str) -> dict[str, Any]:
    return {
        "constraints": [
            models.CheckConstraint(condition=Q(act__in=DisclosureAct.values), name=f"{side}_decision_act_known"),
            models.CheckConstraint(
                condition=Q(act=DisclosureAct.GIVEN) | ~Q(reason=""), name=f"{side}_decision_has_a_reason"
            ),
        ],
        "indexes": [models.Index(fields=["disclosure", "made_at"], name=f"{side}_decision_in_order")],
        "triggers": [
            pgtrigger.Protect(name=f"{side}_decision_kept", operation=pgtrigger.Update | pgtrigger.Delete),
        ],
    }


class SchoolDecision(Decision):
    """The school's: with the concern it came from, which no police role ever reads (N2)."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, null=True, related_name="decisions_to_share")

    wall: ClassVar[Wall] = Wall.records(side="school").append_only()

    class Meta:
        default_permissions = ()
        constraints = _decision_rules("school")["constraints"]
        indexes = _decision_rules("school")["indexes"]
        triggers = _decision_rules("school")["triggers"]


class PoliceDecision(Decision):
    """The police's own, with the incident it came from; no school role reads it (N2)."""

    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="decisions_to_share")

    wall: ClassVar[Wall] = Wall.records(side="police").append_only()

    class Meta:
        default_permissions = ()
        constraints = _decision_rules("police")["constraints"]
        indexes = _decision_rules("police")["indexes"]
        triggers = _decision_rules("police")["triggers"]


class DisclosureRecipient(SchoolModel):
    """Somebody who has had it: named when it was sent, or the first time they opened it; or the other body."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="recipients")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    is_named = models.BooleanField(default=False)
    added_at = models.DateTimeField(db_default=Now())
    opened_at = models.DateTimeField(null=True)

    wall: ClassVar[Wall] = RECEIPT_WALL

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["disclosure", "person"], nulls_distinct=False, name="disclosure_recipient_once"
            ),
            models.CheckConstraint(
                condition=Q(is_named=True) | Q(opened_at__isnull=False), name="disclosure_recipient_had_it"
            ),
        ]
        indexes = [models.Index(fields=["person", "disclosure"], name="disclosure_recipient_person")]
        triggers = [
            pgtrigger.Protect(name="disclosure_recipient_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="disclosure_recipient_opened_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__opened_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Recipient of {self.disclosure_id}"


class NoticeQuerySet(models.QuerySet["DisclosureNotice"]):
    def outstanding(self) -> "NoticeQuerySet":
        return self.filter(acknowledged_at=None)


class DisclosureNotice(SchoolModel):
    """One recipient is told that it was corrected or recalled; outstanding until they confirm."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="notices")
    recipient = models.ForeignKey(DisclosureRecipient, on_delete=models.PROTECT, related_name="notices")
    act = models.CharField(
        max_length=10, choices=((DisclosureAct.CORRECTED, "Corrected"), (DisclosureAct.RECALLED, "Recalled"))
    )
    version = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField(db_default=Now())
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    objects = NoticeQuerySet.as_manager()

    wall: ClassVar[Wall] = RECEIPT_WALL

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["recipient", "act", "version"], name="disclosure_notice_once"),
            models.CheckConstraint(
                condition=Q(act__in=(DisclosureAct.CORRECTED, DisclosureAct.RECALLED)), name="disclosure_notice_act"
            ),
            models.CheckConstraint(
                condition=Q(acknowledged_at=None, acknowledged_by=None)
                | Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False),
                name="disclosure_notice_acknowledged_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["force", "school"], condition=Q(acknowledged_at=None), name="disclosure_notice_open")
        ]
        triggers = [
            pgtrigger.Protect(name="disclosure_notice_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="disclosure_notice_confirmed_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__acknowledged_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()}, version {self.version}"
