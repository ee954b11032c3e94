"""What work do documents give the worker? Each file put to a record is checked for malware; bytes of no record are deleted."""

from datetime import time, timedelta

from django.apps import apps
from django.utils import timezone

from ssp.documents import scanner
from ssp.documents.attachments import UNSETTLED, Attachment
from ssp.documents.scanner import ScannerAway
from ssp.documents.services import attachments
from ssp.schedule import every_day
from ssp.tasks import Job, Retry, handler
from ssp.tenancy import context

SWEPT_AFTER = timedelta(days=1)
every_day("attachment.sweep", at=time(3, 20))
AGAIN_AFTER = 300.0  # seconds, while the scanner is away; for a day, then a person asks again


@handler("attachment.scan")
def scan(job: Job) -> None:
    """Ask the scanner, outside any transaction; what it does not call clean is not handed out."""
    model: type[Attachment] = apps.get_model(job.payload["model"])
    assert job.force_id is not None  # noqa: S101 - a file belongs to a force
    where = {"school_id": job.payload["school"], "force_id": job.force_id}
    with job.transaction(), context.entered(model.service(**where)):
        row = model._default_manager.filter(pk=job.payload["attachment"], scan__in=UNSETTLED).first()
    if row is None:
        return
    data = attachments.bytes_of(row)
    try:
        if data is None:
            raise ScannerAway("the bytes are gone or changed")
        verdict = scanner.scan(data)
    except ScannerAway as error:
        with job.transaction():
            attachments.settle(model=model, pk=row.pk, **where, verdict=None)
        raise Retry(after=AGAIN_AFTER) from error
    with job.settle():
        attachments.settle(model=model, pk=row.pk, **where, verdict=verdict)


@handler("attachment.sweep")
def sweep(job: Job) -> None:
    """Stored bytes no row names, of one force; a day old, so that nobody's transaction still has the row in hand."""
    assert job.force_id is not None  # noqa: S101 - the schedule asks force by force
    with job.settle():
        attachments.sweep(force_id=job.force_id, before=timezone.now() - SWEPT_AFTER)
