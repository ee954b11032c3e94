"""The pages of pupils: find one, the chronology, facts, who somebody in a concern is, entries put together and apart."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from incidents.models import ConcernPerson, PersonRole, PupilMerge
from incidents.pupil_forms import NEW, NO_PUPIL, FindForm, IdentifyForm, MergeForm, PupilForm, WhyForm
from incidents.queries import chronologies, likeness
from incidents.services import pupils
from incidents.triage_forms import ReasonForm
from incidents.views import consulting
from schools.models import Pupil
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.audit import log
from ssp.refusals import NotPermitted, Refused, WrongState
from ssp.ui.dates import short_date

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
@requires("pupil.view")
def find(request: HttpRequest) -> HttpResponse:
    """Search by name. It is posted, so that no child's name stands in an address."""
    form = FindForm(request.POST or None)
    found: list[likeness.Suggestion] | None = None
    rows = Pupil.objects.visible_to(request.user).present().select_related("school")
    if request.method == "POST" and form.is_valid():
        found = likeness.suggestions(rows, name=form.cleaned_data["name"], born_on=form.cleaned_data["born_on"])
        log.consulted("pupil.searched", by=person(request), details={"found": len(found)})
    return render(request, "incidents/pupil_find.html", {"form": form, "found": found})


@require_http_methods(FORM_METHODS)
@requires("pupil.view")
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """The chronology, newest event first, once its reader has said why (R18). A role belongs to one record alone."""
    pupil = _load(request, pk)
    if pupil.merged_into_id is not None:
        return redirect("pupil-view", pk=pupil.merged_into_id)
    reason = consulting.given(request, pupil)
    if request.method == "POST" or (not reason and consulting.is_asked(pupil)):
        return _why(request, pupil)
    others = list(pupil.merged.order_by("name", "pk"))
    log.consulted("pupil.viewed", pupil, by=person(request), reason=reason)
    role, state = request.GET.get("role", ""), request.GET.get("state", "")
    chronology = chronologies.of(pupil, others=others, role=role, state=state)
    context = {
        "pupil": pupil,
        "others": others,
        "chronology": chronology,
        "roles": [
            (each.value, each.label, chronology.roles.get(each, 0)) for each in PersonRole if each in chronology.roles
        ],
        "role": role,
        "state": state,
        "alike": _alike(request, pupil)[:3],
    }
    return render(request, "incidents/pupil_view.html", context)


def _why(request: HttpRequest, pupil: Pupil) -> HttpResponse:
    """Nothing of the child stands on the page that asks."""
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        consulting.keep(request, pupil, **form.cleaned_data)
        return redirect("pupil-view", pk=pupil.pk)
    return render(request, "incidents/pupil_why.html", {"form": form})


@require_http_methods(FORM_METHODS)
@requires("pupil.identify")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    pupil = _load(request, pk)
    log.consulted("pupil.viewed", pupil, by=person(request), reason=consulting.given(request, pupil))
    form = PupilForm(request.POST or None, initial={name: getattr(pupil, name) for name in pupils.FACTS})
    if request.method == "POST" and form.is_valid():
        pupils.change(pupil=pupil, facts=form.cleaned_data, by=person(request))
        messages.success(request, "The details are kept.")
        return redirect("pupil-view", pk=pk)
    return render(request, "incidents/pupil_edit.html", {"pupil": pupil, "form": form})


@require_http_methods(FORM_METHODS)
@requires("pupil.identify")
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Put another entry together with this one, which is kept."""
    pupil = _load(request, pk)
    log.consulted("pupil.suggested", pupil, by=person(request), reason=consulting.given(request, pupil))
    alike = _alike(request, pupil)
    form = MergeForm(request.POST or None, pupils=_offered(alike))
    if request.method == "POST" and form.is_valid():
        other = next(each.pupil for each in alike if str(each.pupil.pk) == form.cleaned_data["other"])
        try:
            pupils.merge(kept=pupil, merged=other, reason=form.cleaned_data["reason"], by=person(request))
            messages.success(request, "The two entries are one child now. It can be taken apart again.")
            return redirect("pupil-view", pk=pk)
        except NotPermitted:
            raise
        except Refused as error:
            form.add_error(None, str(error))
    return render(request, "incidents/pupil_merge.html", {"pupil": pupil, "form": form, "alike": alike})


@require_http_methods(FORM_METHODS)
@requires("pupil.identify")
def separate(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an entry apart again from the one it was put together with."""
    pupil = _load(request, pk)
    log.consulted("pupil.viewed", pupil, by=person(request), reason=consulting.given(request, pupil))
    form = ReasonForm(request.POST or None)
    form.fields["reason"].label = "How do you know that they are two children?"
    if request.method == "POST" and form.is_valid():
        row = pupils.separate(merged=pupil, reason=form.cleaned_data["reason"], by=person(request))
        messages.success(request, "They are two entries again. Each keeps the records made under it.")
        return redirect("pupil-view", pk=row.kept_id)
    history = PupilMerge.objects.filter(merged=pupil).select_related("by").order_by("-at")[:20]
    return render(request, "incidents/pupil_separate.html", {"pupil": pupil, "form": form, "history": history})


@require_http_methods(FORM_METHODS)
@requires("pupil.identify")
def identify(request: HttpRequest, person_id: int) -> HttpResponse:
    """Say which child somebody in a concern is. What is alike is suggested; a person decides."""
    somebody = _somebody(request, person_id)
    log.consulted("pupil.suggested", somebody, by=person(request))
    rows = Pupil.objects.visible_to(request.user).present().filter(school=somebody.school_id)
    alike = likeness.suggestions(rows, name=somebody.name, born_on=somebody.born_on, year_group=somebody.year_group)
    form = IdentifyForm(request.POST or None, pupils=_offered(alike))
    if request.method == "POST" and form.is_valid():
        who = form.cleaned_data["who"]
        if who == NEW:
            return redirect("person-enter", person_id=person_id)
        try:
            if who == NO_PUPIL:
                pupils.set_aside(person=somebody, by=person(request))
            else:
                child = next(each.pupil for each in alike if str(each.pupil.pk) == who)
                pupils.identify(person=somebody, pupil=child, by=person(request))
            return redirect("concern-triage", pk=somebody.concern_id)
        except (NotPermitted, WrongState):
            raise
        except Refused as error:
            form.add_error("who", str(error))
    return render(request, "incidents/person_identify.html", {"somebody": somebody, "form": form, "alike": alike})


@require_http_methods(FORM_METHODS)
@requires("pupil.identify")
def enter(request: HttpRequest, person_id: int) -> HttpResponse:
    """Make an entry for a child who has none, with what is known of it."""
    somebody = _somebody(request, person_id)
    log.consulted("pupil.suggested", somebody, by=person(request))
    given = {"name": somebody.name, "year_group": somebody.year_group, "born_on": somebody.born_on}
    form = PupilForm(request.POST or None, initial=given)
    if request.method == "POST" and form.is_valid():
        pupils.enter(person=somebody, facts=form.cleaned_data, by=person(request))
        messages.success(request, "The child has an entry now.")
        return redirect("concern-triage", pk=somebody.concern_id)
    return render(request, "incidents/person_enter.html", {"somebody": somebody, "form": form})


def _load(request: HttpRequest, pk: int) -> Pupil:
    found: Pupil = decisions.load(
        request.user, Pupil.objects.select_related("school", "merged_into"), "pupil.view", pk=pk
    )
    return found


def _alike(request: HttpRequest, pupil: Pupil) -> list[likeness.Suggestion]:
    """Other entries of the school that may be the same child, the likeliest first."""
    rows = Pupil.objects.visible_to(request.user).present().filter(school=pupil.school_id).exclude(pk=pupil.pk)
    return likeness.suggestions(rows, name=pupil.name, born_on=pupil.born_on, year_group=pupil.year_group)


def _somebody(request: HttpRequest, pk: int) -> ConcernPerson:
    rows = ConcernPerson.objects.select_related("concern", "school")
    found = decisions.visible(rows, request.user, "pupil.identify").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _offered(alike: Iterable[likeness.Suggestion]) -> list[tuple[Pupil, str]]:
    return [(each.pupil, _words(each)) for each in alike]


def _words(each: likeness.Suggestion) -> str:
    born = f"Born {short_date(each.pupil.born_on)}" if each.pupil.born_on else "Date of birth not recorded"
    return ". ".join(filter(None, [each.pupil.year_group, born, *each.speaks_for, *each.speaks_against])) + "."
