"""Writing and publishing the wording agreements are made from. Publishing freezes a version."""

from collections.abc import Callable
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
def edit(*, version: TemplateVersion, change: Callable[[dict[str, Any]], dict[str, Any]], by: User) -> TemplateVersion:
    """Change the wording of a draft. It may still be incomplete; `publish` asks whether it holds together.

    Args:
        change: given the wording as it is now, returns the new one; it may raise a `Refused` of its own.

    Raises:
        NotPermitted, WrongState (published versions are frozen), Refused (a part of it cannot stand).
    """
    decisions.require(by, "template.edit", version)
    locked = TemplateVersion.objects.select_for_update(of=("self",)).get(pk=version.pk)
    TEMPLATE.check(locked, "publish")
    locked.wording = _parsed(change(locked.wording), AgreementKind(locked.kind), locked.number, is_draft=True).to_data()
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


def gap(version: TemplateVersion) -> str:
    """What keeps a draft from being published, in words; empty when nothing does."""
    try:
        _checked(version.wording, AgreementKind(version.kind), version.number)
    except Refused as error:
        return str(error)
    return ""


def _parsed(data: dict[str, Any], kind: AgreementKind, number: int, *, is_draft: bool = False) -> wording.Wording:
    try:
        return wording.parse({**data, "kind": str(kind), "version": number}, source="This wording", is_draft=is_draft)
    except wording.WordingError as error:
        raise Refused(f"In {error.place}: {error.problem}.") from error


def _checked(data: dict[str, Any], kind: AgreementKind, number: int) -> dict[str, Any]:
    parsed = _parsed(data, kind, number)
    if not any(v.name == "ends_on" and v.type == wording.VariableType.DATE and v.required for v in parsed.variables):
        raise Refused("This wording must ask for the end date: a required date called ends_on.")
    return parsed.to_data()
