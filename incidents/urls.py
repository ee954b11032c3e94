"""Which addresses belong to what happened and who was told?"""

from django.urls import URLPattern, path

from incidents.views import advice, direct, enquiries

urlpatterns: list[URLPattern] = [
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
