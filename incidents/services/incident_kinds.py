"""Which kinds of incident does a force record besides the nine (R8)? Its coordinator keeps the list, as one of its settings."""

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone

from incidents.models import OwnKind
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused
from ssp.tenancy.models import Force

MOST = 30


@transaction.atomic
def add(*, force: Force, name: str, by: User) -> OwnKind:
    """Add a kind of the force's own.

    Raises:
        NotPermitted: ``by`` does not change the force's settings.
        Refused: it is there already; there are 30.
    """
    decisions.require(by, "settings.edit", force)
    Force.objects.select_for_update(of=("self",)).only("pk").get(pk=force.pk)
    names = set(OwnKind.objects.filter(force=force).annotate(small=Lower("name")).values_list("small", flat=True))
    if name.lower() in names:
        raise Refused("This kind is on the list already.")
    if len(names) >= MOST:
        raise Refused(f"There are {MOST} kinds already. Fewer are easier to choose from: take one up again instead.")
    kind = OwnKind.objects.create(force=force, name=name, added_by=by)
    log.record("incident_kind.added", kind, by=by)
    return kind


@transaction.atomic
def retire(*, kind: OwnKind, by: User) -> OwnKind:
    """Let nobody choose a kind any more, or take it up again where it was retired. Incidents that name it keep it.

    Raises:
        NotPermitted: ``by`` does not change the force's settings.
    """
    decisions.require(by, "settings.edit", kind)
    locked = OwnKind.objects.select_for_update(of=("self",)).get(pk=kind.pk)
    is_in_use = locked.retired_at is None
    locked.retired_at = timezone.now() if is_in_use else None
    locked.save(update_fields=["retired_at"])
    if is_in_use:
        log.record("incident_kind.retired", locked, by=by)
    else:
        log.record("incident_kind.restored", locked, by=by)
    return locked
