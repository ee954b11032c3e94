"""Which files were put to a concern?"""

from typing import ClassVar

from django.db import models

from incidents.models.concerns import OF_A_CONCERN, Concern
from ssp.access.querysets import VisibleQuerySet
from ssp.documents import attachments
from ssp.documents.attachments import Attachment
from ssp.tenancy.walls import Wall


class ConcernAttachmentQuerySet(VisibleQuerySet["ConcernAttachment"]):
    view_permission = "concern.view"


class ConcernAttachment(Attachment):
    """A file put to a concern, by its reporter or at the desk: the school's record like the concern itself (N2)."""

    concern = models.ForeignKey(Concern, on_delete=models.PROTECT, related_name="attachments")

    objects = ConcernAttachmentQuerySet.as_manager()

    wall: ClassVar[Wall] = OF_A_CONCERN
    OF = "concern"

    class Meta(Attachment.Meta):
        constraints = attachments.constraints("concern_attachment", "concern")
        indexes = [models.Index(fields=["concern", "entered_at"], name="concern_attachment_in_order")]
        triggers = attachments.triggers("concern_attachment")
