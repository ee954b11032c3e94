"""Writing and publishing the wording agreements are made from. Publishing freezes a version."""

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from partnerships import wording
from partnerships.models import AgreementKind, TemplateVersion
from partnerships.workflow import TEMPLATE, TemplateStatus
from ssp.access import decisions
from ssp.accounts.models import User
from ssp.audit import log
from ssp.refusals import Refused
from ssp.tenancy.models import Force


@transaction.atomic
def draft(*, force: Force, kind: AgreementKind, by: User | None, data: dict[str, Any] | None = None) -> TemplateVersion:
    """Begin the next version of a force's wording: from ``data``, else the last published version, else the product's own.

    ``by=None`` is the operator who creates a force.

    Raises:
        NotPermitted: ``by`` may not edit templates of this force.
        Refused: another draft of this kind is open, or the wording does not hold together.
    """
    if by is not None:
        decisions.require(by, "template.edit", force)
    versions = TemplateVersion.objects.filter(force=force, kind=kind)
    if versions.filter(status=TemplateStatus.DRAFT).exists():
        raise Refused("A draft of the next version is open already. Finish or change that one.")
    number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    source = data or _last_wording(versions) or wording.load(kind).to_data()
    version = TemplateVersion.objects.create(
        force=force, kind=kind, number=number, wording=_checked(source, kind, number), created_by=by
    )
    log.record("template.drafted", version, by=by)
    return version


@transaction.atomic
def edit(*, version: TemplateVersion, data: dict[str, Any], by: User) -> TemplateVersion:
    """Replace the wording of a draft.

    Raises:
        NotPermitted, WrongState (published versions are frozen), Refused (the wording does not hold together).
    """
    decisions.require(by, "template.edit", version)
    locked = TemplateVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    TEMPLATE.check(locked, "publish")
    locked.wording = _checked(data, AgreementKind(locked.kind), locked.number)
    locked.save(update_fields=["wording"])
    log.record("template.edited", locked, by=by)
    return locked


@transaction.atomic
def publish(*, version: TemplateVersion, by: User | None) -> TemplateVersion:
    """Freeze a draft so that agreements can be made from it.

    Raises:
        NotPermitted, WrongState (published already), Refused (the wording does not hold together).
    """
    if by is not None:
        decisions.require(by, "template.edit", version)
    locked = TemplateVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    step = TEMPLATE.check(locked, "publish")
    locked.wording = _checked(locked.wording, AgreementKind(locked.kind), locked.number)
    locked.status, locked.published_at, locked.published_by = step.target, timezone.now(), by
    locked.save(update_fields=["wording", "status", "published_at", "published_by"])
    log.record(step.event, locked, by=by)
    return locked


def _last_wording(versions: Any) -> dict[str, Any] | None:
    last = versions.published().order_by("-number").first()
    return last.wording if last else None


def _checked(data: dict[str, Any], kind: AgreementKind, number: int) -> dict[str, Any]:
    try:
        parsed = wording.parse({**data, "kind": str(kind), "version": number}, source="This wording")
    except wording.WordingError as error:
        raise Refused(str(error)) from error
    if not any(v.name == "ends_on" and v.type == wording.VariableType.DATE and v.required for v in parsed.variables):
        raise Refused("This wording must ask for the end date: a required date called ends_on.")
    return parsed.to_data()
