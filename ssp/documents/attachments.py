"""What is a file that somebody put to a record? A row beside the bytes; each app makes its own, walled like its record."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from ssp.tenancy import context
from ssp.tenancy.context import Context
from ssp.tenancy.models import SchoolModel


class FileKind(models.TextChoices):
    """The short list of what is taken, told by the bytes and never by the name."""

    PDF = "application/pdf", "PDF"
    JPEG = "image/jpeg", "Photo (JPEG)"
    PNG = "image/png", "Picture (PNG)"
    WEBP = "image/webp", "Picture (WebP)"
    MP4 = "video/mp4", "Video (MP4)"
    MOV = "video/quicktime", "Video (MOV)"
    M4A = "audio/mp4", "Sound (M4A)"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "Word document"


class Scan(models.TextChoices):
    """What the malware scanner said. Nothing is handed out before it said "clean"."""

    WAITING = "waiting", "Being checked"
    HELD = "held", "Held: it could not be checked"
    CLEAN = "clean", "Checked"
    REFUSED = "refused", "Refused and deleted"


UNSETTLED = (Scan.WAITING, Scan.HELD)


class Attachment(SchoolModel):
    """The row of one file. A subclass adds the record it hangs on, its ``wall``, and says in ``OF`` the field that names it.

    ``SIDE`` says under whose context the service scans it: the school's (``"school"``) or the police's (``"police"``).
    """

    name = models.CharField(max_length=120, help_text="As it was given, made safe; the ending is that of the kind.")
    kind = models.CharField(max_length=80, choices=FileKind)
    size = models.PositiveIntegerField(help_text="Of what is kept, in bytes.")
    sha256 = models.CharField(max_length=64, help_text="Of what is kept.")
    storage_key = models.CharField(max_length=120)
    scan = models.CharField(max_length=10, choices=Scan, default=Scan.WAITING)
    scanned_at = models.DateTimeField(null=True)
    entered_at = models.DateTimeField(db_default=Now())
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    press = models.UUIDField()

    OF: ClassVar[str]
    SIDE: ClassVar[str] = "school"

    class Meta:
        abstract = True
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @property
    def can_be_opened(self) -> bool:
        return self.scan == Scan.CLEAN

    @classmethod
    def service(cls, force_id: int, school_id: int) -> Context:
        """The context in which the service checks these files."""
        return context.desk(force_id, school_id) if cls.SIDE == "school" else context.station(force_id)


def constraints(prefix: str, of: str) -> list[Any]:
    """The constraints every table of attachments has, under names of its own."""
    return [
        models.UniqueConstraint(fields=[of, "press", "sha256"], name=f"{prefix}_once"),
        models.CheckConstraint(condition=Q(kind__in=FileKind.values), name=f"{prefix}_kind_known"),
        models.CheckConstraint(condition=Q(scan__in=Scan.values), name=f"{prefix}_scan_known"),
        models.CheckConstraint(
            condition=Q(scan__in=UNSETTLED, scanned_at=None) | (~Q(scan__in=UNSETTLED) & Q(scanned_at__isnull=False)),
            name=f"{prefix}_settled_when_scanned",
        ),
    ]


def triggers(prefix: str) -> list[Any]:
    """A file is kept as it was given; only what the scanner said of it changes, and that once."""
    return [
        pgtrigger.Protect(name=f"{prefix}_kept", operation=pgtrigger.Delete),
        pgtrigger.Trigger(
            name=f"{prefix}_fixed",
            when=pgtrigger.Before,
            operation=pgtrigger.Update,
            func="""
                IF to_jsonb(NEW) - 'scan' - 'scanned_at' IS DISTINCT FROM to_jsonb(OLD) - 'scan' - 'scanned_at'
                   OR OLD.scan IN ('clean', 'refused')
                THEN RAISE EXCEPTION 'a file is kept as it was given'; END IF;
                RETURN NEW;
            """,
        ),
    ]
