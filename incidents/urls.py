"""Which addresses belong to what happened and who was told?"""

from django.urls import URLPattern, path

from incidents.views import concern_reports, concerns

urlpatterns: list[URLPattern] = [
    path("concerns/new/", concern_reports.start, name="concern-start"),
    path("concerns/mine/", concerns.mine, name="concern-mine"),
    path("concerns/<int:pk>/", concerns.view, name="concern-view"),
    path("concerns/<int:pk>/mine/", concerns.own, name="concern-own"),
    path("concerns/<int:pk>/sent/", concern_reports.sent, name="concern-sent"),
    path("concerns/<int:pk>/add/", concerns.add, name="concern-add"),
    path("concerns/<int:pk>/files/new/", concerns.attach, name="concern-attach"),
    path("concerns/files/<int:attachment_id>/", concerns.attachment, name="concern-attachment"),
    path("concerns/files/<int:attachment_id>/check/", concerns.check_attachment, name="concern-attachment-check"),
    path("schools/<int:school_pk>/concerns/new/", concern_reports.report, name="concern-report"),
    path("schools/<int:school_pk>/concerns/new/check/", concern_reports.check, name="concern-check"),
    path("schools/<int:school_pk>/concerns/new/again/", concern_reports.start_again, name="concern-again"),
    path("schools/<int:school_pk>/concerns/new/<slug:step>/", concern_reports.report, name="concern-report-step"),
]
