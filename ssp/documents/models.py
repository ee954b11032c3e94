"""Which sealed files exist, and until when does each have effect?"""

from typing import ClassVar

import pgtrigger
from django.db import models

from ssp.tenancy.models import TenantModel
from ssp.tenancy.walls import Wall


class DocumentKind(models.TextChoices):
    PROTOCOL = "protocol", "Safer School Partnership protocol"
    DATA_SHARING_AGREEMENT = "data_sharing_agreement", "Data sharing agreement"


class SealLevel(models.TextChoices):
    B_B = "B-B", "PAdES, without a trusted time stamp"
    B_LTA = "B-LTA", "PAdES, with a trusted time stamp"


class EndReason(models.TextChoices):
    ENDED = "ended", "It was ended by one of its parties"
    SUPERSEDED = "superseded", "A later version took its place"
    LAPSED = "lapsed", "It reached its last day"


class Document(TenantModel):
    """A sealed file. Nothing of it ever changes; that it no longer has effect is a `DocumentEnd` of its own."""

    school = models.ForeignKey("schools.School", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=30, choices=DocumentKind)
    reference = models.CharField(max_length=40, unique=True, help_text="What anybody types to check a paper copy.")
    title = models.CharField(max_length=300)
    parties = models.JSONField(help_text="Roles and organisations, never a person's name.")
    body_sha256 = models.CharField(max_length=64, help_text="Of the file that was read and agreed.")
    sha256 = models.CharField(
        max_length=64, unique=True, help_text="Of the sealed file, which begins with those bytes."
    )
    size = models.PositiveIntegerField(help_text="Of the sealed file, in bytes.")
    pages = models.PositiveIntegerField()
    level = models.CharField(max_length=10, choices=SealLevel)
    storage_key = models.CharField(max_length=120, unique=True)
    sealed_at = models.DateTimeField()
    effective_from = models.DateField()
    last_day = models.DateField(null=True, blank=True, help_text="As agreed; empty when it was agreed without an end.")

    wall: ClassVar[Wall] = Wall.school_rows().append_only().kept_by_owner()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=DocumentKind.values), name="document_kind_known"),
            models.CheckConstraint(condition=models.Q(level__in=SealLevel.values), name="document_level_known"),
            models.CheckConstraint(condition=models.Q(sha256__regex="^[0-9a-f]{64}$"), name="document_sha256_shape"),
        ]
        triggers = [pgtrigger.Protect(name="document_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.title} ({self.reference})"


class DocumentEnd(TenantModel):
    """From when a document has no effect any more, and why. Written once."""

    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="end")
    last_day = models.DateField(help_text="The last day on which it had effect.")
    reason = models.CharField(max_length=20, choices=EndReason)
    recorded_at = models.DateTimeField(auto_now_add=True)

    wall: ClassVar[Wall] = Wall.of_force().append_only().kept_by_owner()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(reason__in=EndReason.values), name="document_end_reason_known")
        ]
        triggers = [pgtrigger.Protect(name="document_end_kept", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.document} to {self.last_day}"
