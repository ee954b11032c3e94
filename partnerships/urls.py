"""Which addresses do agreements and their templates have? Verbs as in their life cycle."""

from django.urls import path

from partnerships.views import agreements, signing

urlpatterns = [
    path("agreements/", agreements.list_, name="agreement-list"),
    path("agreements/new/", agreements.draft, name="agreement-draft"),
    path("agreements/<int:pk>/", agreements.view, name="agreement-view"),
    path("agreements/<int:pk>/edit/", agreements.edit, name="agreement-edit"),
    path("agreements/<int:pk>/issue/", agreements.issue, name="agreement-issue"),
    path("agreements/<int:pk>/withdraw/", agreements.withdraw, name="agreement-withdraw"),
    path("agreements/<int:pk>/end/", agreements.end, name="agreement-end"),
    path("agreements/<int:pk>/text.pdf", agreements.download_text, name="agreement-text"),
    path("agreements/<int:pk>/sealed.pdf", agreements.download_sealed, name="agreement-sealed"),
    path("agreements/<int:pk>/progress/", agreements.progress, name="agreement-progress"),
    path("agreements/<int:pk>/retry-seal/", agreements.retry_seal, name="agreement-retry-seal"),
    path("agreements/<int:pk>/read/", signing.read, name="agreement-read"),
    path("agreements/<int:pk>/confirm/", signing.confirm, name="agreement-confirm"),
    path("agreements/<int:pk>/sign/", signing.sign, name="agreement-sign"),
    path("agreements/<int:pk>/countersign/", signing.countersign, name="agreement-countersign"),
    path("agreements/<int:pk>/signed/", signing.signed, name="agreement-signed"),
    path("agreements/<int:pk>/decline/", signing.decline, name="agreement-decline"),
]
