"""What did a force and a school agree, who signed it, and what exactly did they sign?"""

from datetime import date, timedelta
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower, Now
from django.utils import timezone

from partnerships.models import crimes, need  # noqa: F401 - Django looks for models here
from partnerships.workflow import (
    AGREEMENT,
    FIXED,
    ON_THE_WAY,
    AgreementStatus,
    ListedStatus,
    RoundStatus,
    TemplateStatus,
)
from ssp.access.matrix import roles_with
from ssp.access.models import Membership
from ssp.access.querysets import VisibleQuerySet
from ssp.access.roles import Role
from ssp.tenancy.models import SchoolModel, TenantModel
from ssp.tenancy.walls import Wall
from ssp.ui.dates import months_after

PERSON = settings.AUTH_USER_MODEL
# The table of transitions, for the database to hold as well.
MOVES = ", ".join(sorted(f"'{source!s}>{t.target!s}'" for t in AGREEMENT.transitions for source in t.source))


class AgreementKind(models.TextChoices):
    PROTOCOL = "protocol", "Safer School Partnership protocol"
    DATA_SHARING_AGREEMENT = "data_sharing_agreement", "Data sharing agreement"


def _kind_in_words(kind: str) -> str:
    return "protocol" if kind == AgreementKind.PROTOCOL else "data sharing agreement"


class Party(models.TextChoices):
    SCHOOL = "school", "The school"
    POLICE = "police", "The police"


class Step(models.TextChoices):
    """The acts of signing, in their order (product life cycle: open → read or download → confirm → sign)."""

    OPENED = "opened", "Opened the document"
    READ = "read", "Read to the end, or downloaded"
    CONFIRMED = "confirmed", "Confirmed authority, and consented to sign electronically"


class TemplateVersionQuerySet(VisibleQuerySet["TemplateVersion"]):
    view_permission = "template.view"

    def published(self) -> "TemplateVersionQuerySet":
        return self.filter(status=TemplateStatus.PUBLISHED)


class TemplateVersion(TenantModel):
    """One version of a force's wording for one kind of agreement. Publishing freezes it, in the database too."""

    kind = models.CharField(max_length=30, choices=AgreementKind)
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=TemplateStatus, default=TemplateStatus.DRAFT)
    wording = models.JSONField()
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    objects = TemplateVersionQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.of_force()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["force", "kind", "number"], name="template_version_once"),
            models.CheckConstraint(condition=Q(kind__in=AgreementKind.values), name="template_kind_known"),
            models.CheckConstraint(
                condition=Q(status=TemplateStatus.DRAFT, published_at=None)
                | Q(status=TemplateStatus.PUBLISHED, published_at__isnull=False),
                name="template_published_has_time",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_template_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status=TemplateStatus.PUBLISHED),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, template version {self.number}"

    @property
    def kind_in_words(self) -> str:
        """As it stands inside a sentence."""
        return _kind_in_words(self.kind)


class Partnership(SchoolModel):
    """A force and a school working together, or meaning to. What is agreed hangs on its agreements."""

    created_at = models.DateTimeField(db_default=Now())
    has_single_officer = models.BooleanField(
        null=True,
        help_text="Whether the list it came from marks it as having an officer of its own; null: no list says.",
    )

    wall: ClassVar[Wall] = Wall.school_rows()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["school"], name="partnership_one_per_school")]

    def __str__(self) -> str:
        return f"{self.school} with {self.force}"


class PartnershipListQuerySet(VisibleQuerySet["PartnershipList"]):
    view_permission = "partnership.import"


class PartnershipList(TenantModel):
    """A list of partner schools that somebody gave. Read first; its partnerships are proposed when it is taken in.

    The same file is the same list, whatever its name.
    """

    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    objects = PartnershipListQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.of_force_scope()

    class Meta:
        verbose_name = "list of partner schools"
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["force", "sha256"], name="partnership_list_once")]

    def __str__(self) -> str:
        return self.file_name


class ListedSchoolQuerySet(VisibleQuerySet["ListedSchool"]):
    view_permission = "partnership.import"

    def waiting(self) -> "ListedSchoolQuerySet":
        """Lines of lists taken in that a person has to decide."""
        return self.filter(status=ListedStatus.WAITING, partner_list__taken_at__isnull=False)


class ListedSchool(TenantModel):
    """One line of a list: the school as printed, and what was decided about it, by whom and when."""

    partner_list = models.ForeignKey(PartnershipList, on_delete=models.PROTECT, related_name="lines")
    line = models.PositiveIntegerField(help_text="Where it ends in the file, counted from 1.")
    place = models.CharField(max_length=200, blank=True, help_text="As printed.")
    name = models.CharField(max_length=200, blank=True, help_text="As printed.")
    urn = models.PositiveIntegerField(null=True, help_text="Where the list gives the register number.")
    is_single_officer = models.BooleanField(null=True, help_text="The single-officer mark; null: the list has none.")
    status = models.CharField(max_length=10, choices=ListedStatus, default=ListedStatus.WAITING)
    confidence = models.PositiveSmallIntegerField(default=0, help_text="Of the likeliest school, out of 100.")
    why = models.TextField(blank=True, help_text="Why a person is asked, or why it was refused.")
    reason = models.TextField(blank=True, help_text="Why a person said that it means no school of the register.")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ListedSchoolQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.of_force_scope()

    class Meta:
        verbose_name = "line of a list"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["partner_list", "line"], name="listed_school_line_once"),
            models.CheckConstraint(condition=Q(status__in=ListedStatus.values), name="listed_school_status_known"),
            models.CheckConstraint(condition=Q(confidence__lte=100), name="listed_school_confidence_out_of_100"),
            models.CheckConstraint(
                condition=~Q(status__in=(ListedStatus.CHOSEN, ListedStatus.SET_ASIDE))
                | Q(decided_at__isnull=False, decided_by__isnull=False),
                name="listed_school_decided_has_who_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(status=ListedStatus.SET_ASIDE) | ~Q(reason=""), name="listed_school_set_aside_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(status=ListedStatus.REFUSED) | ~Q(why=""), name="listed_school_refused_has_reason"
            ),
        ]
        indexes = [models.Index(fields=["partner_list", "status", "line"])]

    def __str__(self) -> str:
        return f"{self.name}, {self.place}" if self.place else self.name


class ListedMatch(SchoolModel):
    """A line means this school. One line may name several schools, and several lines one."""

    listed = models.ForeignKey(ListedSchool, on_delete=models.PROTECT, related_name="matches")
    has_proposed = models.BooleanField(default=False, help_text="Whether the partnership was proposed because of it.")

    wall: ClassVar[Wall] = Wall.school_rows()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["listed", "school"], name="listed_match_once")]


class SchoolFamilyQuerySet(VisibleQuerySet["SchoolFamily"]):
    view_permission = "family.view"


class SchoolFamily(TenantModel):
    """Several schools that work with the same one or more officers, under a name of the force's own."""

    name = models.CharField(max_length=100)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    objects = SchoolFamilyQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.of_force()

    class Meta:
        verbose_name = "school family"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint("force", Lower("name"), name="school_family_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="school_family_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SchoolFamilyMember(SchoolModel):
    """A school belongs to a family; to one at a time."""

    family = models.ForeignKey(SchoolFamily, on_delete=models.PROTECT, related_name="members")
    added_at = models.DateTimeField(db_default=Now())
    added_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    wall: ClassVar[Wall] = Wall.school_rows()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["school"], name="school_family_one_per_school")]


class AgreementQuerySet(VisibleQuerySet["Agreement"]):
    view_permission = "agreement.view"

    def in_force(self, *, on: date) -> "AgreementQuerySet":
        """Those in force on a day: sealed, not ended, and not past their last day. No clock stands between."""
        return self.filter(status=AgreementStatus.IN_FORCE, ends_on__gte=on)

    def past_their_end(self, *, on: date) -> "AgreementQuerySet":
        """Those whose last day is over and whose record does not say so yet."""
        return self.filter(status=AgreementStatus.IN_FORCE, ends_on__lt=on)

    def to_acknowledge(self, *, by: Any, on: date) -> "AgreementQuerySet":
        """Those in force that a person still has to acknowledge: in a role that does, and not signed by themself."""
        done = Acknowledgement.objects.filter(agreement=OuterRef(OuterRef("pk")), person=by, role=OuterRef("role"))
        held = Membership.objects.filter(user=by, role__in=roles_with("agreement.acknowledge"))
        owing = held.current(on=on).filter(~Exists(done), school=OuterRef("school"))
        signed = Signature.objects.filter(agreement=OuterRef("pk"), person=by)
        return self.in_force(on=on).filter(Exists(owing), ~Exists(signed))

    def newest_first(self) -> "AgreementQuerySet":
        return self.order_by("-created_at", "-id")

    def with_last_review(self) -> "AgreementQuerySet":
        """Each with ``last_review_on``, the day of its last review or None."""
        held = AgreementReview.objects.filter(agreement=models.OuterRef("pk")).order_by("-held_on")
        return self.annotate(last_review_on=models.Subquery(held.values("held_on")[:1]))

    def to_review(self, *, by: date, months_first: int, months_then: int) -> "AgreementQuerySet":
        """Those in force whose review may be due by a day: a few days too many, never one too few (months differ in length)."""
        began, last = (months_after(by, -months) + timedelta(days=3) for months in (months_first, months_then))
        due = Q(last_review_on=None, sealed__sealed_at__date__lte=began) | Q(last_review_on__lte=last)
        return self.in_force(on=timezone.localdate()).with_last_review().filter(due)

    def without_text(self) -> "AgreementQuerySet":
        """For lists: the whole text of each agreement is not read for a line about it."""
        return self.defer("document", "variables")


class Agreement(SchoolModel):
    """A protocol or a data sharing agreement between one force and one school: an instance of a published template version.

    ``document`` is the canonical text, byte for byte, fixed when it is issued; ``fingerprint`` is its SHA-256 and
    ``body_sha256`` that of the PDF rendered from it then. Both are shown, consented to, and travel inside the sealed file (N4).
    """

    partnership = models.ForeignKey(Partnership, on_delete=models.PROTECT, related_name="agreements")
    kind = models.CharField(max_length=30, choices=AgreementKind)
    number = models.PositiveIntegerField(help_text="Counts the agreements of this kind with this school.")
    reference = models.CharField(max_length=40)
    template = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, related_name="agreements")
    status = models.CharField(max_length=15, choices=AgreementStatus, default=AgreementStatus.DRAFT)
    variables = models.JSONField(default=dict)
    document = models.TextField(blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True)
    verification_code = models.CharField(
        max_length=60, blank=True, help_text="What anybody types to verify the sealed file."
    )
    in_force_on = models.DateField(null=True, help_text="The day it was sealed and came into force.")
    ends_on = models.DateField(help_text="The last day it is in force.")
    sign_by = models.DateField(null=True, blank=True)
    sealed = models.OneToOneField("documents.Document", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    issued_at = models.DateTimeField(null=True)
    issued_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    notice_at = models.DateTimeField(null=True, help_text="When either party gave notice.")
    notice_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    notice_reason = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True, help_text="When it was declined, withdrawn, ended, replaced or lapsed.")
    closed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    closed_reason = models.TextField(blank=True)
    declined_clause = models.CharField(max_length=60, blank=True)

    objects = AgreementQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.school_rows()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(status__in=AgreementStatus.values), name="agreement_status_known"),
            models.CheckConstraint(condition=Q(kind__in=AgreementKind.values), name="agreement_kind_known"),
            models.UniqueConstraint(fields=["partnership", "kind", "number"], name="agreement_number_once"),
            models.UniqueConstraint(fields=["force", "reference"], name="agreement_reference_once"),
            models.UniqueConstraint(
                fields=["partnership", "kind"], condition=Q(status__in=ON_THE_WAY), name="agreement_one_on_the_way"
            ),
            models.UniqueConstraint(
                fields=["partnership", "kind"],
                condition=Q(status=AgreementStatus.IN_FORCE),
                name="agreement_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(status__in=(AgreementStatus.DRAFT, AgreementStatus.WITHDRAWN))
                | (Q(issued_at__isnull=False) & ~Q(document="") & ~Q(fingerprint="")),
                name="agreement_issued_has_its_text",
            ),
            # N4: nothing is in force, or ever was, without its sealed file.
            models.CheckConstraint(
                condition=~Q(
                    status__in=(
                        AgreementStatus.IN_FORCE,
                        AgreementStatus.ENDED,
                        AgreementStatus.SUPERSEDED,
                        AgreementStatus.LAPSED,
                    )
                )
                | Q(sealed__isnull=False),
                name="agreement_in_force_is_sealed",
            ),
            models.CheckConstraint(
                condition=~Q(status=AgreementStatus.DECLINED) | ~Q(closed_reason=""),
                name="agreement_declined_has_reason",
            ),
        ]
        indexes = [
            # Row-level security asks for force and school together: one index must answer both, or each list costs two scans.
            models.Index(fields=["force", "school", "-created_at", "-id"]),
            models.Index(fields=["force", "-created_at", "-id"]),
            # Which schools have what in force is asked of a whole force at once, and answered from the index alone.
            models.Index(
                fields=["force", "status", "ends_on"],
                include=["school", "kind", "in_force_on"],
                name="agreement_in_force",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="issued_text_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__status__in=FIXED),
                func="""
                    IF NEW.document IS DISTINCT FROM OLD.document OR NEW.fingerprint IS DISTINCT FROM OLD.fingerprint
                       OR NEW.variables IS DISTINCT FROM OLD.variables OR NEW.template_id IS DISTINCT FROM OLD.template_id
                       OR NEW.kind IS DISTINCT FROM OLD.kind OR NEW.reference IS DISTINCT FROM OLD.reference
                       OR NEW.partnership_id IS DISTINCT FROM OLD.partnership_id
                       OR NEW.verification_code IS DISTINCT FROM OLD.verification_code
                       OR (OLD.body_sha256 <> '' AND NEW.body_sha256 IS DISTINCT FROM OLD.body_sha256)
                       OR (OLD.sealed_id IS NOT NULL AND NEW.sealed_id IS DISTINCT FROM OLD.sealed_id)
                    THEN RAISE EXCEPTION 'the text of an issued agreement is fixed'; END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Trigger(
                name="agreement_moves_as_told",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.status IS DISTINCT FROM NEW.status"),
                func=f"""
                    IF (OLD.status || '>' || NEW.status) NOT IN ({MOVES})
                    THEN RAISE EXCEPTION 'an agreement does not move from % to %', OLD.status, NEW.status; END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(name="agreement_kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.reference}"

    @property
    def kind_in_words(self) -> str:
        """As it stands inside a sentence."""
        return _kind_in_words(self.kind)

    def is_in_force(self, *, on: date) -> bool:
        return self.status == AgreementStatus.IN_FORCE and self.ends_on >= on


class Protocol(Agreement):
    class Meta:
        proxy = True
        default_permissions = ()


class DataSharingAgreement(Agreement):
    class Meta:
        proxy = True
        default_permissions = ()


class ReviewOutcome(models.TextChoices):
    CONTINUES = "continues", "It goes on as it is"
    CHANGES = "changes", "It goes on until a changed version replaces it"
    ENDS = "ends", "It should end"


class AgreementReview(SchoolModel):
    """Both parties looked at an agreement in force and said how it goes on. Append-only."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="reviews")
    due_on = models.DateField(help_text="When it was due.")
    held_on = models.DateField()
    outcome = models.CharField(max_length=10, choices=ReviewOutcome)
    for_school = models.CharField(max_length=200, help_text="Who took part for the school.")
    for_police = models.CharField(max_length=200, help_text="Who took part for the police.")
    note = models.TextField(blank=True)
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = Wall.school_rows().append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(outcome__in=ReviewOutcome.values), name="review_outcome_known"),
            # Two people who record the same review at once: the second is told.
            models.UniqueConstraint(fields=["agreement", "due_on"], name="review_once_for_each_due_day"),
        ]
        triggers = [pgtrigger.Protect(name="agreement_review_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Review of {self.agreement} on {self.held_on}"


class ExitState(models.TextChoices):
    OPEN = "open", "To do"
    DONE = "done", "Done"
    KEPT = "kept", "Kept, with a reason"
    NOT_NEEDED = "not_needed", "Does not apply"


class ExitLine(SchoolModel):
    """One thing a party does because an agreement ends. The words are fixed when notice is given."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="exit_lines")
    party = models.CharField(max_length=6, choices=Party)
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    state = models.CharField(max_length=10, choices=ExitState, default=ExitState.OPEN)
    note = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    wall: ClassVar[Wall] = Wall.school_rows()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ExitState.values), name="exit_state_known"),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="exit_party_known"),
            models.UniqueConstraint(fields=["agreement", "party", "position"], name="exit_line_once"),
            models.CheckConstraint(
                condition=Q(state=ExitState.OPEN, settled_at=None, settled_by=None)
                | (~Q(state=ExitState.OPEN) & Q(settled_at__isnull=False, settled_by__isnull=False)),
                name="exit_settled_has_time_and_person",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(ExitState.KEPT, ExitState.NOT_NEEDED)) | ~Q(note=""),
                name="exit_kept_says_why",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="exit_line_kept", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="exit_words_fixed",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("text", "party", "position", "agreement"),
            ),
        ]

    def __str__(self) -> str:
        return self.text


class RoundItemState(models.TextChoices):
    QUEUED = "queued", "Queued"
    SENT = "sent", "Sent"
    FAILED = "failed", "Failed"
    STOPPED = "stopped", "Stopped"


class IssueRoundQuerySet(VisibleQuerySet["IssueRound"]):
    view_permission = "agreement.issue"


class IssueRound(TenantModel):
    """Agreements sent to many schools at once: what is being prepared, and afterwards what came of it.

    ``common`` holds the details that are the same for every school, ``per_school`` names those that are not; both by the keys of
    `partnerships.round_details.blanks_of`. ``version`` grows with every change while it is prepared, so that nobody sends what
    somebody else has just changed.
    """

    status = models.CharField(max_length=10, choices=RoundStatus, default=RoundStatus.PREPARING)
    protocol_template = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, null=True, related_name="+")
    dsa_template = models.ForeignKey(TemplateVersion, on_delete=models.PROTECT, null=True, related_name="+")
    sign_by = models.DateField(null=True)
    common = models.JSONField(default=dict)
    per_school = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)
    tries = models.PositiveIntegerField(default=0, help_text="How often it was sent or tried again.")
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")

    objects = IssueRoundQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.of_force_scope()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RoundStatus.values), name="issue_round_status_known"),
            models.CheckConstraint(
                condition=Q(status__in=(RoundStatus.PREPARING, RoundStatus.DISCARDED), sent_at=None)
                | Q(status__in=(RoundStatus.SENT, RoundStatus.STOPPED), sent_at__isnull=False),
                name="issue_round_sent_has_time",
            ),
        ]
        indexes = [models.Index(fields=["force", "-created_at", "-id"])]

    def __str__(self) -> str:
        return f"round {self.pk}"

    @property
    def templates(self) -> list[TemplateVersion]:
        """The wordings it sends, the protocol first."""
        return [each for each in (self.protocol_template, self.dsa_template) if each is not None]


class IssueRoundSchool(SchoolModel):
    """A school chosen for a round, with the details somebody typed for it alone. What is known of it besides is not copied."""

    issue_round = models.ForeignKey(IssueRound, on_delete=models.PROTECT, related_name="chosen")
    details = models.JSONField(default=dict)

    # Not the school's to see before it is sent.
    wall: ClassVar[Wall] = Wall.of_force_scope()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["issue_round", "school"], name="issue_round_school_once")]


class IssueRoundItem(SchoolModel):
    """One agreement of a round that was sent: queued, sent, failed with its reason, or stopped.

    ``attempt`` grows when it is tried again, so that what an older attempt still says is not listened to.
    """

    issue_round = models.ForeignKey(IssueRound, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=30, choices=AgreementKind)
    state = models.CharField(max_length=10, choices=RoundItemState, default=RoundItemState.QUEUED)
    attempt = models.PositiveIntegerField(default=1)
    asked_at = models.DateTimeField(null=True, help_text="When this attempt was given to the worker.")
    settled_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=600, blank=True)
    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, null=True, related_name="+")

    wall: ClassVar[Wall] = Wall.of_force_scope()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["issue_round", "school", "kind"], name="issue_round_item_once"),
            models.CheckConstraint(condition=Q(state__in=RoundItemState.values), name="issue_round_item_state_known"),
            models.CheckConstraint(condition=Q(kind__in=AgreementKind.values), name="issue_round_item_kind_known"),
            models.CheckConstraint(
                condition=Q(state=RoundItemState.SENT, agreement__isnull=False)
                | (~Q(state=RoundItemState.SENT) & Q(agreement=None)),
                name="issue_round_item_sent_has_agreement",
            ),
            models.CheckConstraint(
                condition=(Q(state=RoundItemState.FAILED) & ~Q(failure=""))
                | (~Q(state=RoundItemState.FAILED) & Q(failure="")),
                name="issue_round_item_failed_has_reason",
            ),
        ]
        indexes = [models.Index(fields=["issue_round", "state", "id"])]
        triggers = [
            pgtrigger.Protect(
                name="issue_round_item_sent_kept",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state=RoundItemState.SENT),
            )
        ]


class SigningStep(SchoolModel):
    """One act of one person on the way to a signature, on one text. Append-only: it is part of the evidence."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="steps")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    party = models.CharField(max_length=6, choices=Party)
    step = models.CharField(max_length=10, choices=Step)
    at = models.DateTimeField(db_default=Now())
    fingerprint = models.CharField(max_length=64)
    body_sha256 = models.CharField(max_length=64, blank=True)
    how = models.CharField(max_length=20, blank=True, help_text="For reading: scrolled to the end, or downloaded.")
    statement = models.TextField(blank=True, help_text="For confirming: the words the person agreed to.")
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)

    wall: ClassVar[Wall] = Wall.school_rows().append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(step__in=Step.values), name="signing_step_known"),
            models.CheckConstraint(condition=Q(party__in=Party.values), name="signing_step_party_known"),
        ]
        indexes = [models.Index(fields=["agreement", "person", "step"])]
        triggers = [pgtrigger.Protect(name="signing_step_kept", operation=pgtrigger.Update | pgtrigger.Delete)]


class Signature(SchoolModel):
    """A person signed for one party. Append-only: nothing later removes it.

    What it honestly is: a simple electronic signature with strong evidence; the file is then sealed by the force's certificate.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    party = models.CharField(max_length=6, choices=Party)
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=150, help_text="As the account has it.")
    typed_name = models.CharField(max_length=150, help_text="As typed; the same name but for letter case and spaces.")
    role = models.CharField(max_length=60)
    organisation = models.CharField(max_length=200)
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    fingerprint = models.CharField(max_length=64)
    body_sha256 = models.CharField(max_length=64)
    statement = models.TextField()
    factor = models.CharField(max_length=20)
    signed_in_at = models.DateTimeField(null=True)
    signed_at = models.DateTimeField(db_default=Now())
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=300, blank=True)
    evidence: Any = models.JSONField(default=dict)

    wall: ClassVar[Wall] = Wall.school_rows().append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["agreement", "party"], name="signature_one_per_party"),
            models.UniqueConstraint(fields=["agreement", "person"], name="signature_one_per_person"),  # N3
            models.CheckConstraint(condition=Q(party__in=Party.values), name="signature_party_known"),
        ]
        triggers = [pgtrigger.Protect(name="signature_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.name} for {self.organisation}"


class Acknowledgement(SchoolModel):
    """Somebody new to the partnership read an agreement in force and took note of it. Append-only; signatures stay as they are.

    The head who came after the one who signed, a SPOC or deputy, an officer: each once for a role, on the text in force.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="acknowledgements")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    membership = models.ForeignKey("access.Membership", on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=20, choices=Role)
    name = models.CharField(max_length=150, help_text="As the account has it.")
    role_in_words = models.CharField(max_length=60)
    fingerprint = models.CharField(max_length=64)
    acknowledged_at = models.DateTimeField(db_default=Now())

    wall: ClassVar[Wall] = Wall.school_rows().append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["agreement", "person", "role"], name="acknowledgement_once_for_a_role"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="acknowledgement_role_known"),
        ]
        triggers = [pgtrigger.Protect(name="acknowledgement_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.name}, {self.agreement}"


class InformationConfirmation(SchoolModel):
    """The head confirmed that information is shared as agreed (R1, R4): safety concerns reach the officer by way of the SPOC, and
    families and governors have been told. Append-only; each names the data sharing agreement it rests on."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    statement = models.TextField(help_text="The words the head agreed to.")
    confirmed_at = models.DateTimeField(db_default=Now())

    wall: ClassVar[Wall] = Wall.school_rows().append_only()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["force", "school", "-confirmed_at"])]
        triggers = [
            pgtrigger.Protect(name="information_confirmation_kept", operation=pgtrigger.Update | pgtrigger.Delete)
        ]


class Overall(models.TextChoices):
    """The head's one overall answer about a term."""

    WELL = "well", "It works well"
    MOSTLY = "mostly", "It mostly works"
    PARTLY = "partly", "It works in part; something must change"
    NOT = "not", "It does not work"


class FeedbackQuerySet(VisibleQuerySet["Feedback"]):
    view_permission = "feedback.view"


class Feedback(SchoolModel):
    """What a head told the sergeant about one term of the partnership (R1). Append-only; more can be said, nothing unsaid."""

    term = models.CharField(max_length=20, help_text="For example 2026-autumn.")
    overall = models.CharField(max_length=10, choices=Overall)
    works = models.TextField()
    does_not_work = models.TextField()
    given_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    given_as = models.CharField(max_length=60, help_text="The role, in words.")
    given_at = models.DateTimeField(db_default=Now())
    press = models.UUIDField(help_text="Of the form it was sent from: pressing twice says it once.")

    objects = FeedbackQuerySet.as_manager()

    wall: ClassVar[Wall] = Wall.school_rows().append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(overall__in=Overall.values), name="feedback_overall_known"),
            models.UniqueConstraint(fields=["school", "press"], name="feedback_given_once"),
        ]
        indexes = [
            models.Index(fields=["force", "school", "-given_at", "-id"]),
            models.Index(fields=["force", "-given_at", "-id"]),
        ]
        triggers = [pgtrigger.Protect(name="feedback_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Feedback of {self.school}, {self.term}"
