"""Which address leads where? The list is the table of contents of the service."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("officers.urls")),
    path("", include("incidents.urls")),
    path("", include("partnerships.urls")),
    path("", include("schools.urls")),
    path("", include("ssp.documents.urls")),
    path("", include("ssp.accounts.urls")),
    path("", include("ssp.audit.urls")),
    path("", include("ssp.tenancy.urls")),
    path("", include("ssp.notifications.urls")),
    path("", include("ssp.ui.urls")),
]

handler400 = "ssp.ui.errors.bad_request"
handler403 = "ssp.ui.errors.permission_denied"
handler404 = "ssp.ui.errors.not_found"
handler500 = "ssp.ui.errors.server_error"
