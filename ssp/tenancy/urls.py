"""Which addresses do the settings of a force have?"""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from ssp.tenancy import views
from ssp.tenancy.catalogue import Section


class SectionConverter(StringConverter):
    """The sections of the settings page."""

    regex = "|".join(Section)


register_converter(SectionConverter, "settings_section")

urlpatterns = [
    path("settings/", views.view, name="settings-view"),
    path("settings/history/", views.history, name="settings-history"),
    path("settings/logo/", views.logo, name="settings-logo"),
    path("settings/logo.png", views.logo_image, name="settings-logo-image"),
    path("settings/<settings_section:section>/", views.edit, name="settings-edit"),
]
