"""Which addresses belong to what happened and who was told?"""

from django.urls import path

from incidents.views import (
    advice,
    concern_reports,
    concern_tasks,
    concerns,
    conferences,
    desk,
    direct,
    disclosures,
    enquiries,
    incident_kinds,
    incidents,
    morning_notices,
    powers,
    pupils,
    referrals,
    restorative,
    triage,
)

CONCERNS = [
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

DESK = [
    path("desk/", desk.view, name="desk"),
    path("concerns/<int:pk>/triage/", triage.decide, name="concern-triage"),
    path("concerns/<int:pk>/triage/advice/", triage.advise, name="concern-advice"),
    path("concerns/<int:pk>/close/", triage.close, name="concern-close"),
    path("concerns/<int:pk>/reopen/", triage.reopen, name="concern-reopen"),
    path("concerns/<int:pk>/tasks/new/", concern_tasks.give, name="concern-task-give"),
    path("concern-tasks/<int:task_id>/", concern_tasks.view, name="task-view"),
]

PUPILS = [
    path("pupils/find/", pupils.find, name="pupil-find"),
    path("pupils/<int:pk>/", pupils.view, name="pupil-view"),
    path("pupils/<int:pk>/details/", pupils.edit, name="pupil-edit"),
    path("pupils/<int:pk>/merge/", pupils.merge, name="pupil-merge"),
    path("pupils/<int:pk>/separate/", pupils.separate, name="pupil-separate"),
    path("concern-people/<int:person_id>/who/", pupils.identify, name="person-identify"),
    path("concern-people/<int:person_id>/enter/", pupils.enter, name="person-enter"),
]

ENQUIRIES = [
    path("enquiries/", enquiries.list_, name="enquiry-list"),
    path("schools/<int:pk>/enquiries/new/", enquiries.new, name="enquiry-new"),
    path("enquiries/<int:enquiry_id>/", enquiries.view, name="enquiry-view"),
    path("enquiries/<int:enquiry_id>/reply/", enquiries.reply, name="enquiry-reply"),
    path("enquiries/<int:enquiry_id>/forward/", enquiries.forward, name="enquiry-forward"),
    path("enquiries/<int:enquiry_id>/answer/", enquiries.answer, name="enquiry-answer"),
    path("enquiries/<int:enquiry_id>/pass-on/", enquiries.pass_on, name="enquiry-pass-on"),
    path("enquiries/<int:enquiry_id>/send-back/", enquiries.send_back, name="enquiry-send-back"),
    path("enquiries/<int:enquiry_id>/close/", enquiries.close, name="enquiry-close"),
]

DIRECT = [
    path("direct/", direct.list_, name="direct-list"),
    path("schools/<int:pk>/emergency/", direct.emergency, name="direct-emergency"),
    path("schools/<int:pk>/duty-to-notify/", direct.duty, name="direct-duty"),
    path("direct/<int:contact_id>/", direct.view, name="direct-view"),
    path("direct/<int:contact_id>/received/", direct.receive, name="direct-receive"),
    path("schools/<int:pk>/complaints/new/", direct.complain, name="complaint-new"),
    path("complaints/mine/", direct.mine, name="complaint-mine"),
    path("complaints/<int:complaint_id>/", direct.complaint, name="complaint-view"),
]

ADVICE = [
    path("schools/<int:pk>/advice/new/", advice.new, name="advice-new"),
    path("advice/", advice.list_, name="advice-list"),
    path("advice/questions/", advice.queue, name="advice-queue"),
    path("advice/<int:advice_id>/answer/", advice.answer, name="advice-answer"),
]

DISCLOSURES = [
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

INCIDENTS = [
    path("incidents/", incidents.list_, name="incident-list"),
    path("incidents/export/", incidents.export, name="incident-export"),
    path("schools/<int:pk>/incidents/new/", incidents.new, name="incident-new"),
    path("schools/<int:pk>/incidents/draft/", incidents.draft, name="incident-draft"),
    path("incidents/<int:incident_id>/", incidents.view, name="incident-view"),
    path("incidents/<int:incident_id>/add/", incidents.add, name="incident-add"),
    path("incidents/<int:incident_id>/people/new/", incidents.add_person, name="incident-person-new"),
    path("incidents/people/<int:person_id>/strike/", incidents.strike_person, name="incident-person-strike"),
    path("incidents/<int:incident_id>/outcome/", incidents.decide, name="incident-decide"),
    path("incidents/<int:incident_id>/close/", incidents.close, name="incident-close"),
    path("settings/incident-kinds/", incident_kinds.list_, name="incident-kind-list"),
    path("settings/incident-kinds/<int:kind_id>/", incident_kinds.retire, name="incident-kind-retire"),
]

POWERS = [
    path("powers/", powers.list_, name="power-list"),
    path("schools/<int:pk>/powers/new/", powers.new, name="power-new"),
    path("powers/<int:power_id>/", powers.view, name="power-view"),
    path("powers/<int:power_id>/review/", powers.review, name="power-review"),
    path("powers/<int:power_id>/add/", powers.add, name="power-add"),
]

REFERRALS = [
    path("referrals/", referrals.list_, name="referral-list"),
    path("incidents/<int:incident_id>/referrals/new/", referrals.new, name="referral-new"),
    path("referrals/<int:referral_id>/", referrals.view, name="referral-view"),
    path("referrals/<int:referral_id>/send/", referrals.send, name="referral-send"),
    path("referrals/<int:referral_id>/step/<slug:verb>/", referrals.move, name="referral-move"),
    path("referrals/<int:referral_id>/add/", referrals.add, name="referral-add"),
]

CONFERENCES = [
    path("conferences/", conferences.list_, name="conference-list"),
    path("schools/<int:pk>/conferences/new/", conferences.new, name="conference-new"),
    path("conferences/<int:conference_id>/", conferences.view, name="conference-view"),
    path("conferences/<int:conference_id>/record/", conferences.hold, name="conference-hold"),
    path("conferences/<int:conference_id>/cancel/", conferences.cancel, name="conference-cancel"),
    path("conferences/<int:conference_id>/actions/new/", conferences.action, name="conference-action"),
    path("conferences/actions/<int:action_id>/done/", conferences.action_done, name="conference-action-done"),
    path("incidents/<int:incident_id>/restorative/new/", restorative.new, name="restorative-new"),
    path("conferences/restorative/<int:restorative_id>/", restorative.view, name="restorative-view"),
    path("conferences/restorative/<int:restorative_id>/record/", restorative.hold, name="restorative-hold"),
    path("conferences/restorative/<int:restorative_id>/cancel/", restorative.cancel, name="restorative-cancel"),
    path(
        "conferences/restorative/<int:restorative_id>/follow-up/", restorative.follow_up, name="restorative-follow-up"
    ),
]

MORNING_NOTICES = [
    path("morning-notices/", morning_notices.list_, name="morning-notice-list"),
    path("morning-notices/received/", morning_notices.received, name="morning-notice-received"),
    path("schools/<int:pk>/morning-notices/new/", morning_notices.new, name="morning-notice-new"),
    path("morning-notices/<int:notice_id>/", morning_notices.view, name="morning-notice-view"),
    path("morning-notices/<int:notice_id>/correct/", morning_notices.correct, name="morning-notice-correct"),
    path("morning-notices/received/<int:morning_id>/", morning_notices.read, name="morning-notice-read"),
]

SCHOOL = [*CONCERNS, *DESK, *PUPILS]
SHARED = [*ENQUIRIES, *DIRECT, *ADVICE, *DISCLOSURES, *MORNING_NOTICES]
POLICE = [*INCIDENTS, *POWERS, *REFERRALS, *CONFERENCES]

urlpatterns = [*SCHOOL, *SHARED, *POLICE]
