"""What differs between two versions of a template, or between two agreements of one school? Clause by clause, to be printed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships import queries, wording
from partnerships.models import Agreement, TemplateVersion
from partnerships.wording import ChangeKind, ClauseChange, FactChange, Piece
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log


@dataclass(frozen=True)
class Comparison:
    """Everything that differs between two texts, and how much does not."""

    title: tuple[Piece, ...]
    changed: tuple[ClauseChange, ...]
    moved: tuple[ClauseChange, ...]
    renumbered: tuple[ClauseChange, ...]
    unchanged: int
    facts: tuple[FactChange, ...]

    @property
    def is_same(self) -> bool:
        return not (self.title or self.changed or self.moved or self.renumbered or self.facts)

    @property
    def counts(self) -> dict[str, int]:
        return {kind.value: sum(each.kind is kind for each in self.changed) for kind in ChangeKind}


@require_safe
@requires("template.view")
def templates(request: HttpRequest, pk: int) -> HttpResponse:
    """One version of a template beside an earlier one: the one before it, or another asked for."""
    joined = TemplateVersion.objects.select_related("force")
    new: TemplateVersion = decisions.load(request.user, joined, "template.view", pk=pk)
    earlier = TemplateVersion.objects.visible_to(request.user).filter(kind=new.kind, number__lt=new.number)
    others = list(earlier.order_by("-number"))
    old = _asked(request, others)
    context: dict[str, Any] = {"new": new, "old": old, "others": others, "kind": new.get_kind_display()}
    if old is not None:
        before, after = (wording.parse(each.wording, is_draft=True) for each in (old, new))
        facts = wording.compare_blanks(before, after)
        context["comparison"] = _compared(wording.unfilled(before), wording.unfilled(after), facts)
    return render(request, "partnerships/template_compare.html", context)


@require_safe
@requires("agreement.view")
def agreements(request: HttpRequest, pk: int) -> HttpResponse:
    """An agreement beside an earlier one of its kind with the school: the last that came into force, or another asked for."""
    joined = Agreement.objects.select_related("school", "force", "template").exclude(document="")
    new: Agreement = decisions.load(request.user, joined, "agreement.view", pk=pk)
    log.consulted("agreement.viewed", new, by=person(request))
    earlier = Agreement.objects.visible_to(request.user).filter(school_id=new.school_id, kind=new.kind)
    others = list(earlier.filter(number__lt=new.number).exclude(document="").order_by("-number"))
    in_force_once = [each for each in others if each.sealed_id is not None]
    old = _asked(request, others) if "with" in request.GET else next(iter(in_force_once or others), None)
    context: dict[str, Any] = {"new": new, "old": old, "others": others, "kind": new.get_kind_display()}
    if old is not None:
        before, after = queries.document_of(old), queries.document_of(new)
        labels = {each["name"]: each["label"] for each in new.template.wording["variables"]}
        context["comparison"] = _compared(before, after, wording.compare_values(before, after, labels))
    return render(request, "partnerships/agreement_compare.html", context)


def _compared(before: dict[str, Any], after: dict[str, Any], facts: Sequence[FactChange]) -> Comparison:
    changes = wording.compare(before, after)
    kept = [each for each in changes if each.kind in (ChangeKind.UNCHANGED, ChangeKind.MOVED)]
    return Comparison(
        title=wording.compare_titles(before, after),
        changed=tuple(wording.changed_only(changes)),
        moved=tuple(each for each in kept if each.is_out_of_order),
        renumbered=tuple(each for each in kept if each.kind is ChangeKind.MOVED and not each.is_out_of_order),
        unchanged=len(kept),
        facts=tuple(facts),
    )


def _asked(request: HttpRequest, others: Sequence[Any]) -> Any:
    """The one that was asked for among those there are; otherwise the newest of them."""
    asked = request.GET.get("with", "")
    return next((each for each in others if str(each.pk) == asked), others[0] if others else None)
