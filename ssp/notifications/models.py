"""Which e-mails were sent, to whom and when? Not what they said."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now

from ssp.tenancy.walls import FORCE_ID, READS_LOG, SIDE, Wall


class SentMail(models.Model):
    """One e-mail that the mail server took."""

    force = models.ForeignKey("tenancy.Force", on_delete=models.PROTECT, null=True, related_name="+")
    template = models.CharField(max_length=60)
    recipient = models.EmailField()
    sent_at = models.DateTimeField(db_default=Now())

    # Mail about signing in is of no force: only the service itself sees those rows.
    wall: ClassVar[Wall] = Wall(
        read=f"(force_id = {FORCE_ID} and ({READS_LOG} = 'yes' or {SIDE} = 'system')) or (force_id is null and {SIDE} = 'system')",
        write=f"force_id = {FORCE_ID} or force_id is null",
        rights=("SELECT", "INSERT"),
    )

    class Meta:
        indexes = [models.Index(fields=["recipient", "sent_at"])]

    def __str__(self) -> str:
        return f"{self.template} to {self.recipient}"
