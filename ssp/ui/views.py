"""Which pages belong to no app: accessibility, privacy, the hidden page, and the files robots and browsers ask for?"""

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils import timezone
from django.views.decorators.http import require_safe

from ssp.access.decorators import public, signed_in
from ssp.ui import worklist
from ssp.ui.worklist import Urgency

SECURITY_TXT_DAYS = 180  # RFC 9116 advises an expiry of less than a year


@require_safe
@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """What must I do now? The most urgent first, each line one link to the one page that does it."""
    with worklist.looking():
        items = worklist.items_for(request.user)
        beside = {
            "cards": worklist.cards_for(request.user),
            "checklists": worklist.checklists_for(request.user),
        }
    to_do = [item for item in items if item.urgency != Urgency.TO_KNOW]
    to_know = [item for item in items if item.urgency == Urgency.TO_KNOW]
    return render(request, "ui/home.html", {"to_do": to_do, "to_know": to_know, **beside})


@require_safe
@public("The accessibility statement is for everybody (R24).")
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/accessibility.html", {"contact": contact()})


@require_safe
@public("The privacy notice is for everybody.")
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/privacy.html", {"contact": contact()})


@require_safe
@public("Shows nothing: where the hide key leads.")
def hidden(request: HttpRequest) -> HttpResponse:
    return render(request, "ui/hidden.html")


@require_safe
@public("Tells search engines to stay out.")
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain; charset=utf-8")


@require_safe
@public("Tells whoever finds a weakness whom to tell (RFC 9116).")
def security_txt(request: HttpRequest) -> HttpResponse:
    address = getattr(settings, "SECURITY_CONTACT", "")
    if not address:
        raise Http404
    expires = (timezone.now() + timedelta(days=SECURITY_TXT_DAYS)).strftime("%Y-%m-%dT00:00:00Z")
    lines = [f"Contact: {_as_uri(address)}", f"Expires: {expires}", "Preferred-Languages: en"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
@public("The icon of the browser's tab.")
def favicon(request: HttpRequest) -> HttpResponse:
    return redirect(static("ssp/favicon.svg"))


def contact() -> str:
    """The address people may write to about the service; empty when the installation gives none."""
    return str(getattr(settings, "CONTACT_EMAIL", ""))


def _as_uri(address: str) -> str:
    return address if ":" in address else f"mailto:{address}"
