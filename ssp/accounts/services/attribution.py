"""Who was it that somebody tried to sign in as? Found later by the worker, so that the page takes as long for everybody (C6)."""

import uuid

from django.utils import timezone

from ssp import outbox
from ssp.access.models import Membership
from ssp.accounts.models import User
from ssp.audit import log
from ssp.tenancy import context
from ssp.tenancy.context import Context


def note(*, email: str) -> None:
    """Let the worker show a refused sign-in to the auditors of whoever has this account. Known and unknown cost the same."""
    tried_at = timezone.now().isoformat(timespec="seconds")
    outbox.enqueue("accounts.attribute_refusal", key=f"refusal:{uuid.uuid4()}", email=email, tried_at=tried_at)


def attribute(*, email: str, tried_at: str) -> None:
    """Write the line into the log of each force the person holds a role in today; into none when nobody has the address."""
    person = User.objects.filter(email=email).first()
    if person is None:
        return
    with context.entered(Context(user_id=person.pk)):
        rows = Membership.objects.filter(user=person).current(on=timezone.localdate())
        forces = sorted(set(rows.values_list("force_id", flat=True)))
    for force_id in forces:
        with context.entered(context.system(force_id)):
            log.record(
                "account.sign_in_refused",
                person,
                by=None,
                subject=person,
                details={"method": "password", "tried_at": tried_at},
            )
