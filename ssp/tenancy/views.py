"""The pages of a force's settings: what holds, changing one section, the logo, what was changed when."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from ssp.access import decisions
from ssp.access.decorators import requires
from ssp.accounts.client import person
from ssp.refusals import NotPermitted, Refused, Stale
from ssp.tenancy import catalogue, preferences, queries
from ssp.tenancy.catalogue import Section
from ssp.tenancy.forms import WHAT, WHEN, WHO, LogoForm, SectionForm
from ssp.tenancy.models import Force, ForceLogo
from ssp.tenancy.services import logos
from ssp.tenancy.services import preferences as services
from ssp.tenancy.services.preferences import Confirmation, SettingRefused
from ssp.ui.keyset import Keyset

FORM_METHODS = ["GET", "HEAD", "POST"]
LATEST, PAGE = 10, 50


@require_safe
@requires("settings.view")
def view(request: HttpRequest) -> HttpResponse:
    """Everything the force decided, with what its data protection officer still has to confirm."""
    force = _force(request)
    parts = queries.parts(preferences.of(force.pk))
    latest = list(queries.history(force.pk).order_by("-id")[: LATEST + 1])
    context = {
        "force": force,
        "parts": parts,
        "to_confirm": sum(shown.is_to_confirm for part in parts for shown in part.settings),
        "logo": ForceLogo.objects.filter(force=force).defer("image").first(),
        "history": queries.in_words(latest[:LATEST]),
        "has_more": len(latest) > LATEST,
        "may_edit": person(request).standing.may("settings.edit"),
    }
    return render(request, "tenancy/settings_view.html", context)


@require_http_methods(FORM_METHODS)
@requires("settings.edit")
def edit(request: HttpRequest, section: str) -> HttpResponse:
    """Change one section. Two people at once: the second is told, and keeps what they typed."""
    part = Section(section)
    force = _force(request)
    row = preferences.of(force.pk)
    initial = {each.name: getattr(row, each.name) for each in catalogue.of_section(part)}
    form = SectionForm(
        request.POST or None, section=part, initial=initial | {"shown": services.fingerprint(row, part)}
    )  # fmt: skip
    is_stale = False
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, force, part, form)
        except Stale as error:
            is_stale = True
            _show_again(form, force, part, str(error))
        except NotPermitted:
            raise
        except Refused as error:
            name = error.setting if isinstance(error, SettingRefused) else None
            form.add_error(name if name in form.fields else None, str(error))
        else:
            messages.success(request, f"“{part.heading}” is saved.")
            return redirect("settings-view")
    context = {"force": force, "part": part, "form": form}
    if is_stale:
        context["now"] = next(p for p in queries.parts(preferences.of(force.pk)) if p.section is part).settings
    return render(request, "tenancy/settings_edit.html", context)


@require_http_methods(FORM_METHODS)
@requires("settings.edit")
def logo(request: HttpRequest) -> HttpResponse:
    """Put up a logo, or take it down."""
    force = _force(request)
    if request.method == "POST" and "remove" in request.POST:
        logos.remove(force=force, by=person(request))
        messages.success(request, "The logo is taken down.")
        return redirect("settings-view")
    form = LogoForm(request.POST, request.FILES) if request.method == "POST" else LogoForm()
    if request.method == "POST" and form.is_valid():
        try:
            logos.put(force=force, file=form.cleaned_data["logo"], by=person(request))
        except NotPermitted:
            raise
        except Refused as error:
            form.add_error("logo", str(error))
        else:
            messages.success(request, "The logo is up.")
            return redirect("settings-view")
    found = ForceLogo.objects.filter(force=force).defer("image").first()
    return render(request, "tenancy/settings_logo.html", {"force": force, "form": form, "logo": found})


@require_safe
@requires("settings.view")
def logo_image(request: HttpRequest) -> HttpResponse:
    """The logo itself, for the own force's pages."""
    found = ForceLogo.objects.filter(force=_force(request)).first()
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.image), content_type="image/png")


@require_safe
@requires("settings.view")
def history(request: HttpRequest) -> HttpResponse:
    """Who changed or confirmed what, newest first."""
    page = Keyset(request, queries.history(_force(request).pk), fields=("id",), size=PAGE)
    context = {"history": queries.in_words(page.rows), "older_url": page.older_url, "newer_url": page.newer_url}
    return render(request, "tenancy/settings_history.html", context)


def _force(request: HttpRequest) -> Force:
    return decisions.visible(Force.objects.all(), request.user, "settings.view").get()


def _change(request: HttpRequest, force: Force, part: Section, form: SectionForm) -> None:
    given = form.cleaned_data
    confirmation = Confirmation(tuple(given[WHAT]), given[WHO], given[WHEN]) if given.get(WHAT) else None
    services.change(
        force=force,
        section=part,
        values=form.values,
        shown=given["shown"],
        by=person(request),
        confirmation=confirmation,
    )


def _show_again(form: Any, force: Force, part: Section, why: str) -> None:
    """What was typed stays; the page now knows what is there, so that saving again is a decision."""
    preferences.forget(force.pk)
    form.data = form.data.copy()
    form.data["shown"] = services.fingerprint(preferences.of(force.pk), part)
    form.add_error(None, f"{why} What you typed is still here: compare it with what is saved now, then save again.")
