"""Which addresses do agreements and their templates have? Verbs as in their life cycle."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from partnerships.views import agreements, comparisons, issue_rounds, round_details, signing, templates


class PartConverter(StringConverter):
    """The two parts of a wording that are made of clauses."""

    regex = "clauses|annexes"


register_converter(PartConverter, "part")

urlpatterns = [
    path("agreements/", agreements.list_, name="agreement-list"),
    path("agreements/new/", agreements.draft, name="agreement-draft"),
    path("agreements/<int:pk>/", agreements.view, name="agreement-view"),
    path("agreements/<int:pk>/compare/", comparisons.agreements, name="agreement-compare"),
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
    path("agreements/rounds/", issue_rounds.list_, name="round-list"),
    path("agreements/rounds/new/", issue_rounds.new, name="round-new"),
    path("agreements/rounds/<int:pk>/", issue_rounds.view, name="round-view"),
    path("agreements/rounds/<int:pk>/documents/", round_details.documents, name="round-documents"),
    path("agreements/rounds/<int:pk>/schools/", round_details.schools, name="round-schools"),
    path("agreements/rounds/<int:pk>/differing/", round_details.differing, name="round-differing"),
    path("agreements/rounds/<int:pk>/common/", round_details.common, name="round-common"),
    path("agreements/rounds/<int:pk>/details/", round_details.details, name="round-details"),
    path("agreements/rounds/<int:pk>/details/<int:school_id>/", round_details.school, name="round-school"),
    path("agreements/rounds/<int:pk>/details.csv", round_details.table, name="round-table"),
    path("agreements/rounds/<int:pk>/upload/", round_details.upload, name="round-upload"),
    path("agreements/rounds/<int:pk>/preview/", issue_rounds.preview, name="round-preview"),
    path("agreements/rounds/<int:pk>/send/", issue_rounds.send, name="round-send"),
    path("agreements/rounds/<int:pk>/progress/", issue_rounds.progress, name="round-progress"),
    path("agreements/rounds/<int:pk>/stop/", issue_rounds.stop, name="round-stop"),
    path("agreements/rounds/<int:pk>/retry/", issue_rounds.retry, name="round-retry"),
    path("agreements/rounds/<int:pk>/discard/", issue_rounds.discard, name="round-discard"),
    path("agreements/rounds/<int:pk>/round.csv", issue_rounds.export, name="round-export"),
    path("templates/", templates.list_, name="template-list"),
    path("templates/new/", templates.new, name="template-new"),
    path("templates/<int:pk>/", templates.view, name="template-view"),
    path("templates/<int:pk>/compare/", comparisons.templates, name="template-compare"),
    path("templates/<int:pk>/edit/", templates.edit, name="template-edit"),
    path("templates/<int:pk>/edit/variables/new/", templates.variable, name="template-variable-new"),
    path("templates/<int:pk>/edit/variables/<slug:key>/", templates.variable, name="template-variable"),
    path("templates/<int:pk>/edit/<part:part>/new/", templates.clause, name="template-clause-new"),
    path("templates/<int:pk>/edit/<part:part>/<slug:key>/", templates.clause, name="template-clause"),
    path("templates/<int:pk>/edit/<part:part>/<slug:key>/move/", templates.move, name="template-move"),
    path("templates/<int:pk>/edit/<part:part>/<slug:key>/remove/", templates.remove, name="template-remove"),
    path(
        "templates/<int:pk>/edit/variables/<slug:key>/remove/",
        templates.remove,
        {"part": "variables"},
        name="template-variable-remove",
    ),
    path("templates/<int:pk>/publish/", templates.publish, name="template-publish"),
]
