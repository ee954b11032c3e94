"""A force's public page: anybody reads it once it is published; until then its coordinator sees what it would be."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from partnerships import public_page
from ssp.access import decisions
from ssp.access.decorators import public, requires
from ssp.accounts import throttle
from ssp.tenancy.models import Force
from ssp.ui.middleware import for_everybody

BUSY = "Too many people asked for this page from your network. Wait a minute, then try again."


@require_safe
@public("A force tells the public how its partnership works; the page holds no person and is published on purpose.")
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Unknown and unpublished look the same."""
    if busy := _busy(request):
        return busy
    found = public_page.published(slug)
    if found is None:
        raise Http404
    return for_everybody(request, render(request, "partnerships/public_page.html", {"force": found, "slug": slug}))


@require_safe
@public("The logo of a published page.")
def logo(request: HttpRequest, slug: str) -> HttpResponse:
    if busy := _busy(request):
        return busy
    image = public_page.logo_of(slug)
    if image is None:
        raise Http404
    return for_everybody(request, HttpResponse(image, content_type="image/png"))


@require_safe
@requires("settings.view")
def preview(request: HttpRequest) -> HttpResponse:
    """The page as it would be now, for whoever decides whether to publish it."""
    force = decisions.visible(Force.objects.all(), request.user, "settings.view").get()
    context = {"force": public_page.preview(force), "slug": force.slug, "is_preview": True}
    return render(request, "partnerships/public_preview.html", context)


def _busy(request: HttpRequest) -> HttpResponse | None:
    try:
        throttle.attempt_unguessable(request, "public_page")
    except throttle.TooManyTries:
        return HttpResponse(BUSY, status=429, content_type="text/plain; charset=utf-8")
    return None
