"""Which addresses belong to what happened and who was told?"""

from django.urls import path

from incidents.views import advice, concern_reports, concerns, direct, enquiries

urlpatterns = [
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
    path("enquiries/", enquiries.list_, name="enquiry-list"),
    path("schools/<int:pk>/enquiries/new/", enquiries.new, name="enquiry-new"),
    path("enquiries/<int:enquiry_id>/", enquiries.view, name="enquiry-view"),
    path("enquiries/<int:enquiry_id>/reply/", enquiries.reply, name="enquiry-reply"),
    path("enquiries/<int:enquiry_id>/forward/", enquiries.forward, name="enquiry-forward"),
    path("enquiries/<int:enquiry_id>/answer/", enquiries.answer, name="enquiry-answer"),
    path("enquiries/<int:enquiry_id>/pass-on/", enquiries.pass_on, name="enquiry-pass-on"),
    path("enquiries/<int:enquiry_id>/send-back/", enquiries.send_back, name="enquiry-send-back"),
    path("enquiries/<int:enquiry_id>/close/", enquiries.close, name="enquiry-close"),
    path("direct/", direct.list_, name="direct-list"),
    path("schools/<int:pk>/emergency/", direct.emergency, name="direct-emergency"),
    path("schools/<int:pk>/duty-to-notify/", direct.duty, name="direct-duty"),
    path("direct/<int:contact_id>/", direct.view, name="direct-view"),
    path("direct/<int:contact_id>/received/", direct.receive, name="direct-receive"),
    path("schools/<int:pk>/complaints/new/", direct.complain, name="complaint-new"),
    path("complaints/mine/", direct.mine, name="complaint-mine"),
    path("complaints/<int:complaint_id>/", direct.complaint, name="complaint-view"),
    path("schools/<int:pk>/advice/new/", advice.new, name="advice-new"),
    path("advice/", advice.list_, name="advice-list"),
    path("advice/questions/", advice.queue, name="advice-queue"),
    path("advice/<int:advice_id>/answer/", advice.answer, name="advice-answer"),
]
