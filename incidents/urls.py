"""Which addresses belong to what happened and who was told?"""

from django.urls import URLPattern, path

from incidents.views import disclosures

urlpatterns: list[URLPattern] = [
    path("disclosures/", disclosures.list_, name="disclosure-list"),
    path("disclosures/export/", disclosures.export, name="disclosure-export"),
    path("disclosures/new/", disclosures.start, name="disclosure-start"),
    path("schools/<int:school_id>/disclosures/new/", disclosures.new, name="disclosure-new"),
    path("schools/<int:school_id>/disclosures/urgent/", disclosures.urgent, name="disclosure-urgent"),
    path("disclosures/<int:pk>/", disclosures.view, name="disclosure-view"),
    path("disclosures/<int:pk>/edit/", disclosures.edit, name="disclosure-edit"),
    path("disclosures/<int:pk>/send/", disclosures.send, name="disclosure-send"),
    path("disclosures/<int:pk>/withhold/", disclosures.withhold, name="disclosure-withhold"),
    path("disclosures/<int:pk>/discard/", disclosures.discard, name="disclosure-discard"),
    path("disclosures/<int:pk>/acknowledge/", disclosures.acknowledge, name="disclosure-acknowledge"),
    path(
        "disclosures/<int:pk>/notices/<int:notice_id>/acknowledge/",
        disclosures.notice_acknowledge,
        name="disclosure-notice-acknowledge",
    ),
    path("disclosures/<int:pk>/reason/", disclosures.reason, name="disclosure-reason"),
    path("disclosures/<int:pk>/correct/", disclosures.correct, name="disclosure-correct"),
    path("disclosures/<int:pk>/recall/", disclosures.recall, name="disclosure-recall"),
]
