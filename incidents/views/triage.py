"""The pages of triage: decide on a concern with the facts beside it, close it, open it again."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from incidents import guidance
from incidents.models import Concern, ConcernOutcome, ConcernTask
from incidents.queries import concerns as queries
from incidents.queries import triage_page
from incidents.services import triage
from incidents.triage_forms import CloseForm, ReasonForm, TriageForm, posted
from incidents.workflow import ConcernStatus
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.accounts.services import drafts
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused, WrongState

FORM_METHODS = ["GET", "HEAD", "POST"]
# What the latest decision leads to on a page of its own.
FOLLOWED = {ConcernOutcome.DISCLOSE, ConcernOutcome.CRIME, ConcernOutcome.ADVICE, ConcernOutcome.NOTIFY}


@require_http_methods(FORM_METHODS)
@requires("concern.triage")
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """The facts, the questions of the guide, the decision. Its draft is kept on the server while it is typed."""
    concern = _load(request, pk)
    log.consulted("concern.viewed", concern, by=person(request))
    if request.method == "POST" and "forget" in request.POST:
        drafts.discard(key=draft_of(concern), by=person(request))
        return redirect("concern-triage", pk=pk)
    form = _form(request, concern)
    if (
        request.method == "POST"
        and "advise" not in request.POST
        and form.is_valid()
        and _decided(request, concern, form)
    ):
        return redirect("concern-triage", pk=pk)
    return render(request, "incidents/concern_triage.html", _context(concern, form))


@require_POST
@requires("concern.triage")
def advise(request: HttpRequest, pk: int) -> HttpResponse:
    """What the guide suggests of the answers so far: a part of the page, asked for while somebody ticks."""
    concern = _load(request, pk, lightly=True)
    form = _kept(request.POST, concern, owners=[])
    return render(request, "incidents/_triage_advice.html", _advice(form))


@require_http_methods(FORM_METHODS)
@requires("concern.close")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    concern = _load(request, pk)
    log.consulted("concern.viewed", concern, by=person(request))
    form = CloseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            triage.close(concern=concern, **form.cleaned_data, by=person(request))
            messages.success(request, f"{concern.reference} is closed. Whoever reported it sees that.")
            return redirect("concern-triage", pk=pk)
        except (NotPermitted, WrongState):
            raise
        except Refused as error:
            form.add_error(None, str(error))
    waiting = ConcernTask.objects.visible_to(request.user).filter(concern=concern).open().select_related("owner")
    return render(request, "incidents/concern_close.html", {"concern": concern, "form": form, "waiting": waiting})


@require_http_methods(FORM_METHODS)
@requires("concern.triage")
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    concern = _load(request, pk)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        triage.reopen(concern=concern, reason=form.cleaned_data["reason"], by=person(request))
        messages.success(request, f"{concern.reference} is open again.")
        return redirect("concern-triage", pk=pk)
    return render(request, "incidents/concern_reopen.html", {"concern": concern, "form": form})


def draft_of(concern: Concern) -> str:
    """The key under which a decision that is being typed is kept."""
    return f"concern-triage-{concern.pk}"


def _load(request: HttpRequest, pk: int, *, lightly: bool = False) -> Concern:
    rows = Concern.objects.where_may(request.user, "concern.triage") if lightly else triage_page.concerns(request.user)
    found: Concern | None = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    if lightly:
        decisions.require(request.user, "concern.triage", found)
    return found


def _form(request: HttpRequest, concern: Concern) -> TriageForm:
    owners = triage_page.owners(concern.school_id)
    if request.method == "POST":
        if "advise" in request.POST:
            return _kept(request.POST, concern, owners)
        return TriageForm(request.POST, **_of(concern, owners))
    kept = {} if concern.status == ConcernStatus.CLOSED else drafts.load(key=draft_of(concern), by=person(request))
    if kept:
        return _kept(posted(kept), concern, owners)
    known = {f"q-{key}": answer for key, (answer, _) in triage_page.from_the_record(concern).items()}
    return TriageForm(initial=known, **_of(concern, owners))


def _kept(data: Any, concern: Concern, owners: list[Any]) -> TriageForm:
    return TriageForm(data, is_kept=True, **_of(concern, owners))


def _of(concern: Concern, owners: list[Any]) -> dict[str, Any]:
    return {"guide": guidance.on(timezone.localdate()), "children": triage_page.children(concern), "owners": owners}


def _decided(request: HttpRequest, concern: Concern, form: TriageForm) -> bool:
    try:
        triage.decide(
            concern=concern,
            decision=form.decision(),
            press=form.cleaned_data["press"],
            task=form.task(),
            by=person(request),
        )
    except (NotPermitted, WrongState):
        raise
    except Refused as error:
        form.add_error("over_threshold" if error.rule == "R9" else None, str(error))
        return False
    drafts.discard(key=draft_of(concern), by=person(request))
    messages.success(
        request, f"Your decision on {concern.reference} is kept. {concern.reported_by.name} sees “acted on”."
    )
    return True


def _context(concern: Concern, form: TriageForm) -> dict[str, Any]:
    made = triage_page.shown(concern)
    known = triage_page.from_the_record(concern)
    for key, (_, source) in known.items():
        form.fields[f"q-{key}"].help_text = source
    return _advice(form) | {
        "concern": concern,
        "facts": triage_page.facts(concern),
        "later": queries.later(concern),
        "waited": timezone.now() - concern.reported_at,
        "disclosed": triage_page.shared(concern),
        "form": form,
        "children": triage_page.children(concern),
        "decisions": made,
        "follows": {each.value for each in FOLLOWED} & set(made[0].decision.outcomes) if made else set(),
        "serious": triage_page.serious_offences(concern),
        "draft_key": draft_of(concern),
        "is_closed": concern.status == ConcernStatus.CLOSED,
        "is_new": concern.status == ConcernStatus.REPORTED,
        "open_tasks": sum(each.settled_at is None for each in concern.tasks.all()),
    }


def _advice(form: TriageForm) -> dict[str, Any]:
    kinds, answers = form.chosen_kinds(), form.answers()
    advice, because = guidance.advise(form.guide, kinds, answers)
    return {"advice": advice, "because": because, "has_kinds": bool(kinds), "guide": form.guide}
