"""How great is a school's need of an officer, by which weights, who was asked, and what is offered where it is small? (R14)"""

from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from ssp.access.querysets import VisibleQuerySet
from ssp.tenancy.models import BY_THE_FORCE, SchoolModel, TenantModel
from ssp.tenancy.walls import SIDE, Wall

PERSON = settings.AUTH_USER_MODEL


class Indicator(models.TextChoices):
    """What need is told by. The unit stands in the words, so that nobody compares a rate with a number."""

    CRIME = "crime", "Crimes within 1 km of the school, a month"
    INCIDENTS = "incidents", "Incidents at the school in the last 12 months"
    EXCLUSIONS = "exclusions", "Suspensions and exclusions in the last school year, for each 100 pupils"
    ABSENCE = "absence", "Overall absence in the last school year, per cent"
    DEPRIVATION = "deprivation", "Pupils from poor families, per cent"
    SURVEY = "survey", "Pupils who say in a survey that they do not feel safe, per cent"


class Tier(models.TextChoices):
    """What a school's need leads to."""

    PRIORITY = "priority", "Priority school"
    STANDARD = "standard", "Non-priority school"
    OFFER = "offer", "Under the line: youth engagement"
    UNKNOWN = "unknown", "Too little known"


class ConsultedParty(models.TextChoices):
    SCHOOL = "school", "The school"
    POLICE = "police", "The police"
    LOCAL_AUTHORITY = "local_authority", "The local authority"
    COMMUNITY_SAFETY = "community_safety", "The community safety partnership"
    GOVERNORS = "governors", "The governors"
    PUPILS = "pupils", "Pupils"
    PARENTS = "parents", "Parents and carers"


class Says(models.TextChoices):
    AGREES = "agrees", "Agrees"
    DISAGREES = "disagrees", "Does not agree"


class NeedWeightsQuerySet(VisibleQuerySet["NeedWeights"]):
    view_permission = "need.view"


class NeedWeights(TenantModel):
    """One version of how a force weighs the indicators. Written once: an assessment names the version it was made with."""

    version = models.PositiveSmallIntegerField()
    line = models.PositiveSmallIntegerField(help_text="Under this score a school gets the youth-engagement offer.")
    priority_from = models.PositiveSmallIntegerField(help_text="From this score on a school is a priority school.")
    note = models.TextField(help_text="Why these weights.")
    set_at = models.DateTimeField(db_default=Now())
    set_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    objects = NeedWeightsQuerySet.as_manager()
    wall: ClassVar[Wall] = Wall(read=Wall.of_force().read, write=BY_THE_FORCE).append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["force", "version"], name="need_weights_version_once"),
            models.CheckConstraint(
                condition=Q(line__lte=F("priority_from"), priority_from__lte=100),
                name="need_weights_line_below_priority",
            ),
        ]
        triggers = [pgtrigger.Protect(name="need_weights_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Weights of need, version {self.version}"


class NeedWeight(TenantModel):
    """How one indicator counts: its weight, and the values at which it gives 0 and 100 points; in between in proportion."""

    weights = models.ForeignKey(NeedWeights, on_delete=models.PROTECT, related_name="indicators")
    indicator = models.CharField(max_length=20, choices=Indicator)
    weight = models.PositiveSmallIntegerField()
    none_at = models.DecimalField(max_digits=8, decimal_places=2)
    full_at = models.DecimalField(max_digits=8, decimal_places=2)

    wall: ClassVar[Wall] = Wall(read=Wall.of_force().read, write=BY_THE_FORCE).append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["weights", "indicator"], name="need_weight_once"),
            models.CheckConstraint(condition=Q(indicator__in=Indicator.values), name="need_weight_indicator_known"),
            models.CheckConstraint(
                condition=Q(weight__lte=100, none_at__lt=F("full_at")), name="need_weight_in_bounds"
            ),
        ]
        triggers = [pgtrigger.Protect(name="need_weight_kept", operation=pgtrigger.Update | pgtrigger.Delete)]


class NeedAssessmentQuerySet(VisibleQuerySet["NeedAssessment"]):
    view_permission = "need.view"

    def newest(self) -> "NeedAssessmentQuerySet":
        """The newest of each school; those before it are history."""
        later = NeedAssessment.objects.filter(school=models.OuterRef("school"), pk__gt=models.OuterRef("pk"))
        return self.filter(~models.Exists(later))


class NeedAssessment(SchoolModel):
    """A school's need as assessed once, with the weights of that day. Both parties read it; a new one takes its place."""

    weights = models.ForeignKey(NeedWeights, on_delete=models.PROTECT, related_name="+")
    score = models.DecimalField(max_digits=5, decimal_places=1, null=True, help_text="0 to 100, over what is known.")
    known_percent = models.PositiveSmallIntegerField(help_text="How much of the weight was known.")
    tier = models.CharField(max_length=10, choices=Tier)
    note = models.TextField(blank=True)
    assessed_at = models.DateTimeField(db_default=Now())
    assessed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField(help_text="Of the form it was sent from: pressing twice says it once.")

    objects = NeedAssessmentQuerySet.as_manager()
    wall: ClassVar[Wall] = Wall(read=Wall.school_rows().read, write=Wall.school_rows(side="police").write).append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(tier__in=Tier.values), name="need_tier_known"),
            models.CheckConstraint(
                condition=Q(score=None, tier=Tier.UNKNOWN) | Q(score__range=(0, 100)), name="need_score_in_bounds"
            ),
            models.CheckConstraint(condition=Q(known_percent__lte=100), name="need_known_percent"),
            models.UniqueConstraint(fields=["school", "press"], name="need_assessed_once"),
        ]
        indexes = [models.Index(fields=["force", "school", "-id"])]
        triggers = [pgtrigger.Protect(name="need_assessment_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Need of {self.school}"


class NeedPart(SchoolModel):
    """One indicator of an assessment: its value, where it is from, and the points it gave. No value is not known, never zero."""

    assessment = models.ForeignKey(NeedAssessment, on_delete=models.PROTECT, related_name="parts")
    indicator = models.CharField(max_length=20, choices=Indicator)
    value = models.DecimalField(max_digits=8, decimal_places=2, null=True)
    source = models.CharField(max_length=200, blank=True, help_text="Where the value is from, and of which time.")
    points = models.DecimalField(max_digits=5, decimal_places=1, null=True)
    weight = models.PositiveSmallIntegerField()

    wall: ClassVar[Wall] = Wall(read=Wall.school_rows().read, write=Wall.school_rows(side="police").write).append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["assessment", "indicator"], name="need_part_once"),
            models.CheckConstraint(condition=Q(indicator__in=Indicator.values), name="need_part_indicator_known"),
            models.CheckConstraint(
                condition=Q(value=None, points=None) | Q(value__isnull=False, points__range=(0, 100)),
                name="need_part_points_of_a_value",
            ),
        ]
        triggers = [pgtrigger.Protect(name="need_part_kept", operation=pgtrigger.Update | pgtrigger.Delete)]


class NeedConsultation(SchoolModel):
    """What one party said on an assessment. Each may say more than once; the last word counts, and none is unsaid."""

    assessment = models.ForeignKey(NeedAssessment, on_delete=models.PROTECT, related_name="consultations")
    party = models.CharField(max_length=20, choices=ConsultedParty)
    says = models.CharField(max_length=10, choices=Says)
    who = models.CharField(max_length=150, help_text="Who spoke for the party.")
    words = models.TextField(blank=True)
    said_on = models.DateField()
    recorded_at = models.DateTimeField(db_default=Now())
    recorded_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    # The school speaks for itself; what everybody else said is recorded by the police.
    wall: ClassVar[Wall] = (
        Wall.school_rows()
        .append_only()
        .written_by("recorded_by_id")
        .written_where(f"case when party = '{ConsultedParty.SCHOOL}' then {SIDE} = 'school' else {SIDE} = 'police' end")
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(party__in=ConsultedParty.values), name="need_party_known"),
            models.CheckConstraint(condition=Q(says__in=Says.values), name="need_says_known"),
            models.CheckConstraint(condition=Q(says=Says.AGREES) | ~Q(words=""), name="need_disagreement_says_why"),
        ]
        triggers = [pgtrigger.Protect(name="need_consultation_kept", operation=pgtrigger.Update | pgtrigger.Delete)]


class EngagementOffer(SchoolModel):
    """What a school under the line is offered in place of a posting: sessions and assemblies until a day."""

    assessment = models.OneToOneField(NeedAssessment, on_delete=models.PROTECT, related_name="offer")
    sessions = models.PositiveSmallIntegerField()
    assemblies = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True)
    until = models.DateField()
    made_at = models.DateTimeField(db_default=Now())
    made_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")

    wall: ClassVar[Wall] = Wall(read=Wall.school_rows().read, write=Wall.school_rows(side="police").write).append_only()

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(sessions__gt=0) | Q(assemblies__gt=0), name="engagement_offer_offers"),
        ]
        triggers = [pgtrigger.Protect(name="engagement_offer_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"Youth engagement at {self.school}"
