"""The pages of templates: versions, one version beside the one before, writing a draft part by part, publishing."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from partnerships import wording
from partnerships.models import AgreementKind, TemplateVersion
from partnerships.services import templates
from partnerships.template_forms import BeginForm, ClauseForm, PartForm, TitleForm, VariableForm
from partnerships.wording import editing
from partnerships.workflow import TEMPLATE
from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.refusals import Stale
from ssp.tenancy.models import Force
from ssp.ui.acting import acted

FORM_METHODS = ["GET", "HEAD", "POST"]
PARTS = {"clauses": "clause", "annexes": "annex"}
Data = dict[str, Any]


@require_safe
@requires("template.view")
def list_(request: HttpRequest) -> HttpResponse:
    """Every version of each kind, newest first; a force has few."""
    rows = (
        TemplateVersion.objects.visible_to(request.user)
        .select_related("created_by", "published_by")
        .order_by("-number")
    )
    versions = list(rows)
    kinds = [(label, [v for v in versions if v.kind == kind]) for kind, label in AgreementKind.choices]
    return render(request, "partnerships/template_list.html", {"kinds": kinds, "may_edit": _may_edit(request)})


@require_safe
@requires("template.view")
def view(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a version, with what changed since the one before it."""
    version = _load(request, pk, "template.view")
    context = {
        "version": version,
        "may_edit": _may_edit(request),
        "agreements": version.agreements.visible_to(request.user).count(),
        **_reading(version),
    }
    return render(request, "partnerships/template_view.html", context)


@require_http_methods(FORM_METHODS)
@requires("template.edit")
def new(request: HttpRequest) -> HttpResponse:
    """Begin the next draft of one document."""
    form = BeginForm(request.POST or None, initial={"kind": request.GET.get("kind", "")})

    def begin() -> TemplateVersion:
        force = Force.objects.get(pk=person(request).standing.force_id)
        return templates.draft(force=force, kind=AgreementKind(form.cleaned_data["kind"]), by=person(request))

    if request.method == "POST" and form.is_valid():
        made = acted(form, begin)
        if made is not None:
            return redirect("template-edit", pk=made.pk)
    return render(request, "partnerships/template_new.html", {"form": form})


@require_http_methods(FORM_METHODS)
@requires("template.edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft at a glance: its title and summary here, each clause, annex and blank on a page of its own."""
    version = _draft(request, pk)
    shown = _part(version.wording, "title")
    initial = {"title": shown["title"], "summary": "\n".join(shown["summary"])}
    form = TitleForm(request.POST or None, initial=initial | {"shown": wording.fingerprint(shown)})

    def change(data: Data) -> Data:
        _same(form, _part(data, "title"))
        return data | {"title": form.cleaned_data["title"], "summary": form.cleaned_data["summary"]}

    if request.method == "POST" and form.is_valid() and _edited(request, version, form, change):
        messages.success(request, "Title and summary are saved.")
        return redirect("template-edit", pk=pk)
    context = {"version": version, "form": form, "parts": _outline(version), "gap": templates.gap(version)}
    return render(request, "partnerships/template_edit.html", context)


@require_http_methods(FORM_METHODS)
@requires("template.edit")
def clause(request: HttpRequest, pk: int, part: str, key: str = "") -> HttpResponse:
    """Write one clause or annex; without a key, a new one at the end."""
    version = _draft(request, pk)
    shown = _part(version.wording, part, key) if key else None
    initial = {"heading": shown["heading"], "paragraphs": editing.typed(shown["paragraphs"])} if shown else {}
    form = ClauseForm(request.POST or None, initial=initial | {"shown": wording.fingerprint(shown) if shown else ""})

    def change(data: Data) -> Data:
        written = {name: form.cleaned_data[name] for name in ("heading", "paragraphs")}
        if key:
            _same(form, _part(data, part, key))
            return _replaced(data, part, key, written)
        taken = [each["key"] for name in PARTS for each in data[name]]
        made = editing.key_for(written["heading"], [*taken, *wording.RESERVED_KEYS])
        return data | {part: [*data[part], {"key": made, **written}]}

    if request.method == "POST" and form.is_valid() and _edited(request, version, form, change):
        messages.success(request, f"“{form.cleaned_data['heading']}” is saved.")
        return redirect("template-edit", pk=pk)
    context = {"version": version, "form": form, "part": part, "noun": PARTS[part], "key": key}
    context["variables"] = version.wording["variables"]
    return render(request, "partnerships/template_clause.html", context)


@require_http_methods(FORM_METHODS)
@requires("template.edit")
def variable(request: HttpRequest, pk: int, key: str = "") -> HttpResponse:
    """Describe one blank; without a name, a new one."""
    version = _draft(request, pk)
    shown = _part(version.wording, "variables", key) if key else None
    initial: Data = {**shown, "choices": "\n".join(shown["choices"])} if shown else {"required": True}
    initial["shown"] = wording.fingerprint(shown) if shown else ""
    form = VariableForm(request.POST or None, is_new=not key, initial=initial)

    def change(data: Data) -> Data:
        described = {name: value for name, value in form.cleaned_data.items() if name != "shown"}
        if not key:
            return data | {"variables": [*data["variables"], described]}
        _same(form, _part(data, "variables", key))
        return _replaced(data, "variables", key, described)

    if request.method == "POST" and form.is_valid() and _edited(request, version, form, change):
        messages.success(request, f"“{form.cleaned_data['label']}” is saved.")
        return redirect("template-edit", pk=pk)
    return render(
        request, "partnerships/template_variable.html", {"version": version, "form": form, "key": key, "shown": shown}
    )


@require_POST
@requires("template.edit")
def move(request: HttpRequest, pk: int, part: str, key: str) -> HttpResponse:
    """Move a clause or annex one place up or down."""
    version = _draft(request, pk)
    step = -1 if request.POST.get("to") == "up" else 1

    def change(data: Data) -> Data:
        rows = list(data[part])
        place = rows.index(_part(data, part, key))
        target = place + step
        if 0 <= target < len(rows):
            rows[place], rows[target] = rows[target], rows[place]
        return data | {part: rows}

    templates.edit(version=version, change=change, by=person(request))
    return redirect("template-edit", pk=pk)


@require_http_methods(FORM_METHODS)
@requires("template.edit")
def remove(request: HttpRequest, pk: int, part: str, key: str) -> HttpResponse:
    """Take a clause, an annex or a blank out of a draft, after a look at what goes."""
    version = _draft(request, pk)
    shown = _part(version.wording, part, key)
    form = PartForm(request.POST or None, initial={"shown": wording.fingerprint(shown)})

    def change(data: Data) -> Data:
        found = _part(data, part, key)
        _same(form, found)
        return data | {part: [each for each in data[part] if each != found]}

    if request.method == "POST" and form.is_valid() and _edited(request, version, form, change):
        messages.success(request, f"“{_name(shown)}” is removed.")
        return redirect("template-edit", pk=pk)
    typed = editing.typed(shown["paragraphs"]) if part in PARTS else shown["hint"]
    context = {"version": version, "form": form, "name": _name(shown), "typed": typed, "noun": PARTS.get(part, "blank")}
    return render(request, "partnerships/template_remove.html", context)


@require_http_methods(FORM_METHODS)
@requires("template.edit")
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Read what changed, then freeze the version."""
    version = _draft(request, pk)
    form = PartForm(request.POST or None, initial={"shown": wording.fingerprint(version.wording)})

    def act() -> TemplateVersion:
        _same(form, version.wording)
        return templates.publish(version=version, by=person(request))

    if request.method == "POST" and form.is_valid() and acted(form, act) is not None:
        messages.success(request, f"{version} is published. Agreements can be made from it.")
        return redirect("template-view", pk=pk)
    context = {"version": version, "form": form, "gap": templates.gap(version), **_reading(version)}
    return render(request, "partnerships/template_publish.html", context)


def _load(request: HttpRequest, pk: int, permission: str) -> TemplateVersion:
    joined = TemplateVersion.objects.select_related("force", "created_by", "published_by")
    found: TemplateVersion = decisions.load(request.user, joined, permission, pk=pk)
    return found


def _draft(request: HttpRequest, pk: int) -> TemplateVersion:
    """A draft somebody may write; what is published is frozen."""
    version = _load(request, pk, "template.edit")
    TEMPLATE.check(version, "publish")
    return version


def _may_edit(request: HttpRequest) -> bool:
    return bool(person(request).standing.may("template.edit"))


def _reading(version: TemplateVersion) -> dict[str, Any]:
    document = wording.unfilled(wording.parse(version.wording, is_draft=True))
    before = TemplateVersion.objects.published().filter(
        force_id=version.force_id, kind=version.kind, number__lt=version.number
    )
    previous = before.order_by("-number").first()
    changes = wording.compare(wording.unfilled(wording.parse(previous.wording)), document) if previous else []
    return {
        "previous": previous,
        "changed": wording.changed_only(changes),
        "reading": wording.reading(document, changes=changes, compared_version=previous.number if previous else None),
    }


def _outline(version: TemplateVersion) -> list[tuple[str, str, list[Data]]]:
    return [(part, noun, version.wording[part]) for part, noun in PARTS.items()]


def _part(data: Data, part: str, key: str = "") -> Data:
    """One part of a wording: the title with the summary, or a clause, an annex or a blank by its key or name."""
    if part == "title":
        return {"title": data["title"], "summary": data["summary"]}
    for each in data[part]:
        if key in (each.get("key"), each.get("name")):
            return dict(each)
    raise Http404


def _replaced(data: Data, part: str, key: str, written: Data) -> Data:
    return data | {
        part: [{**each, **written} if key in (each.get("key"), each.get("name")) else each for each in data[part]]
    }


def _same(form: Any, now: Data) -> None:
    if form.cleaned_data["shown"] != wording.fingerprint(now):
        raise Stale(
            "Somebody changed this meanwhile. Nothing was saved. Open it in another window, then put your words in again."
        )


def _name(shown: Data) -> str:
    return str(shown.get("heading") or shown.get("label"))


def _edited(request: HttpRequest, version: TemplateVersion, form: Any, change: Callable[[Data], Data]) -> bool:
    return acted(form, lambda: templates.edit(version=version, change=change, by=person(request))) is not None
