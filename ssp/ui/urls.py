"""Which addresses do the pages of no app have?"""

from django.conf import settings
from django.urls import path

from ssp.ui import gallery, views

app_name = "ui"

urlpatterns = [
    path("", views.home, name="home"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("hidden/", views.hidden, name="hidden"),
    path("robots.txt", views.robots, name="robots"),
    path(".well-known/security.txt", views.security_txt, name="security_txt"),
    path("favicon.ico", views.favicon, name="favicon"),
]

if getattr(settings, "DEMO", False) or getattr(settings, "TESTING", False):
    urlpatterns += [
        path("demo/components/", gallery.components, name="components"),
        path("demo/components/status/", gallery.poll_fragment, name="components_status"),
        path("demo/components/draft/", gallery.save_draft, name="components_draft"),
    ]
