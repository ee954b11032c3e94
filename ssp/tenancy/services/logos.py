"""Putting up a force's logo, and taking it down."""

import hashlib
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import WrongState
from ssp.tenancy import images
from ssp.tenancy.models import Force, ForceLogo


@transaction.atomic
def put(*, force: Force, file: BinaryIO, by: User) -> ForceLogo:
    """Draw an uploaded picture again and keep that as the force's logo.

    Raises:
        NotPermitted: ``by`` may not change the settings of this force.
        Refused: the file is no PNG or JPEG, or too large.
    """
    decisions.require(by, "settings.edit", force)
    made = images.drawn(file)
    digest = hashlib.sha256(made.png).hexdigest()
    logo, _ = ForceLogo.objects.update_or_create(
        force=force,
        defaults={
            "image": made.png,
            "width": made.width,
            "height": made.height,
            "sha256": digest,
            "changed_at": timezone.now(),
        },
    )
    log.record("logo.put", logo, by=by, details={"document_hash": digest})
    return logo


@transaction.atomic
def remove(*, force: Force, by: User) -> None:
    """Take the logo down.

    Raises:
        NotPermitted: ``by`` may not change the settings of this force.
        WrongState: there is none.
    """
    decisions.require(by, "settings.edit", force)
    logo = ForceLogo.objects.select_for_update(of=("self",)).filter(force=force).first()
    if logo is None:
        raise WrongState("There is no logo to take down.")
    log.record("logo.removed", logo, by=by, details={"document_hash": logo.sha256})
    logo.delete()
