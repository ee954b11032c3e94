"""Which addresses do agreements and their templates have? Verbs as in their life cycle."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from partnerships.views import agreements, coverage, endings, families, lists, public, signing, templates


class PartConverter(StringConverter):
    """The two parts of a wording that are made of clauses."""

    regex = "clauses|annexes"


register_converter(PartConverter, "part")

urlpatterns = [
    path("coverage/", coverage.view, name="coverage"),
    path("coverage/export.csv", coverage.export, name="coverage-export"),
    path("coverage/schools/<int:pk>/propose/", coverage.propose, name="partnership-propose"),
    path("agreements/", agreements.list_, name="agreement-list"),
    path("agreements/new/", agreements.draft, name="agreement-draft"),
    path("agreements/<int:pk>/", agreements.view, name="agreement-view"),
    path("agreements/<int:pk>/edit/", agreements.edit, name="agreement-edit"),
    path("agreements/<int:pk>/issue/", agreements.issue, name="agreement-issue"),
    path("agreements/<int:pk>/withdraw/", agreements.withdraw, name="agreement-withdraw"),
    path("agreements/<int:pk>/end/", agreements.end, name="agreement-end"),
    path("agreements/<int:pk>/review/", endings.review, name="agreement-review"),
    path("agreements/<int:pk>/exit/", endings.exit_view, name="agreement-exit"),
    path("agreements/<int:pk>/exit/<int:position>/", endings.exit_settle, name="agreement-exit-settle"),
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
    path("lists/", lists.list_, name="list-list"),
    path("lists/new/", lists.new, name="list-new"),
    path("lists/<int:pk>/", lists.view, name="list-view"),
    path("lists/<int:pk>/take/", lists.take, name="list-take"),
    path("lists/<int:pk>/discard/", lists.discard, name="list-discard"),
    path("lists/<int:pk>/lines.csv", lists.export, name="list-export"),
    path("lists/lines/<int:pk>/", lists.line, name="line-view"),
    path("lists/lines/<int:pk>/choose/", lists.choose, name="line-choose"),
    path("lists/lines/<int:pk>/set-aside/", lists.set_aside, name="line-set-aside"),
    path("families/", families.list_, name="family-list"),
    path("families/new/", families.new, name="family-new"),
    path("families/<int:pk>/", families.view, name="family-view"),
    path("families/<int:pk>/rename/", families.rename, name="family-rename"),
    path("families/<int:pk>/add/", families.add, name="family-add"),
    path("families/<int:pk>/remove/", families.remove, name="family-remove"),
    path("templates/", templates.list_, name="template-list"),
    path("templates/new/", templates.new, name="template-new"),
    path("templates/<int:pk>/", templates.view, name="template-view"),
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
    path("forces/<slug:slug>/", public.page, name="force-public"),
    path("forces/<slug:slug>/logo.png", public.logo, name="force-logo"),
    path("settings/public-page/preview/", public.preview, name="force-preview"),
]
