"""Which addresses belong to what happened and who was told?"""

from django.urls import URLPattern, path

from incidents.views import (
    conferences,
    incident_kinds,
    incidents,
    morning_notices,
    powers,
    referrals,
    restorative,
)

# The police's records
POLICE: list[URLPattern] = [
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
    path("powers/", powers.list_, name="power-list"),
    path("schools/<int:pk>/powers/new/", powers.new, name="power-new"),
    path("powers/<int:power_id>/", powers.view, name="power-view"),
    path("powers/<int:power_id>/review/", powers.review, name="power-review"),
    path("powers/<int:power_id>/add/", powers.add, name="power-add"),
    path("referrals/", referrals.list_, name="referral-list"),
    path("incidents/<int:incident_id>/referrals/new/", referrals.new, name="referral-new"),
    path("referrals/<int:referral_id>/", referrals.view, name="referral-view"),
    path("referrals/<int:referral_id>/send/", referrals.send, name="referral-send"),
    path("referrals/<int:referral_id>/step/<slug:verb>/", referrals.move, name="referral-move"),
    path("referrals/<int:referral_id>/add/", referrals.add, name="referral-add"),
    path("conferences/", conferences.list_, name="conference-list"),
    path("schools/<int:pk>/conferences/new/", conferences.new, name="conference-new"),
    path("conferences/<int:conference_id>/", conferences.view, name="conference-view"),
    path("conferences/<int:conference_id>/record/", conferences.hold, name="conference-hold"),
    path("conferences/<int:conference_id>/cancel/", conferences.cancel, name="conference-cancel"),
    path("conferences/<int:conference_id>/actions/new/", conferences.action, name="conference-action"),
    path("conferences/actions/<int:action_id>/done/", conferences.action_done, name="conference-action-done"),
    path("incidents/<int:incident_id>/restorative/new/", restorative.new, name="restorative-new"),
    path("restorative/<int:restorative_id>/", restorative.view, name="restorative-view"),
    path("restorative/<int:restorative_id>/record/", restorative.hold, name="restorative-hold"),
    path("restorative/<int:restorative_id>/cancel/", restorative.cancel, name="restorative-cancel"),
    path("restorative/<int:restorative_id>/follow-up/", restorative.follow_up, name="restorative-follow-up"),
]

# Between the police and a school's desk, before the school day
MORNING: list[URLPattern] = [
    path("morning-notices/", morning_notices.list_, name="morning-notice-list"),
    path("morning-notices/received/", morning_notices.received, name="morning-notice-received"),
    path("schools/<int:pk>/morning-notices/new/", morning_notices.new, name="morning-notice-new"),
    path("morning-notices/<int:notice_id>/", morning_notices.view, name="morning-notice-view"),
    path("morning-notices/<int:notice_id>/correct/", morning_notices.correct, name="morning-notice-correct"),
    path("morning-notices/received/<int:morning_id>/", morning_notices.read, name="morning-notice-read"),
]

urlpatterns: list[URLPattern] = [*POLICE, *MORNING]
