"""Which address leads to which page of the officers' work?"""

from django.urls import URLPattern, path

from officers.views import (
    activities,
    activity_returns,
    briefings,
    postings,
    proposals,
    records,
    requests,
    teams,
    term_plans,
)

OFFICERS = [
    path("officers/", records.list_, name="officer-list"),
    path("officers/new/", records.new, name="officer-new"),
    path("officers/<int:pk>/", records.view, name="officer-view"),
    path("officers/<int:pk>/edit/", records.edit, name="officer-edit"),
    path("officers/<int:pk>/vetting/new/", records.vet, name="officer-vet"),
    path("officers/<int:pk>/training/new/", records.train, name="officer-train"),
    path("officers/<int:pk>/colleagues/new/", records.colleague, name="officer-colleague"),
    path("officers/colleagues/<int:colleague_id>/end/", records.end_colleague, name="officer-colleague-end"),
    path("teams/", teams.list_, name="team-list"),
    path("teams/new/", teams.new, name="team-new"),
    path("teams/<int:pk>/edit/", teams.edit, name="team-edit"),
]

POSTINGS = [
    path("postings/", postings.planning_page, name="posting-planning"),
    path("postings/new/", postings.new, name="posting-new"),
    path("postings/<int:posting_id>/cover/", postings.cover, name="posting-cover"),
    path("postings/<int:posting_id>/end/", postings.end, name="posting-end"),
    path("postings/<int:posting_id>/hand-over/", postings.hand_over, name="posting-hand-over"),
    path("schools/<int:pk>/postings/", postings.school, name="posting-school"),
    path("postings/proposals/new/", proposals.new, name="proposal-new"),
    path("postings/proposals/<int:pk>/", proposals.view, name="proposal-view"),
    path("postings/proposals/<int:pk>/progress/", proposals.progress, name="proposal-progress"),
    path("postings/proposals/<int:pk>/schools/<int:school_id>/", proposals.school, name="proposal-school"),
    path("postings/proposals/<int:pk>/apply/", proposals.apply, name="proposal-apply"),
    path("postings/proposals/<int:pk>/discard/", proposals.discard, name="proposal-discard"),
]

BRIEFINGS = [
    path("briefing/", briefings.view, name="briefing"),
    path("briefing/read/", briefings.confirm, name="briefing-confirm"),
    path("briefing/readers/", briefings.readers, name="briefing-readers"),
]
ACTIVITIES = [
    path("activities/", activities.list_, name="activity-list"),
    path("activities/new/", activities.new, name="activity-log"),
    path("activities/return/", activity_returns.view, name="activity-return"),
    path("activities/return/csv/", activity_returns.as_csv, name="activity-return-csv"),
    path("activities/return/pdf/", activity_returns.as_pdf, name="activity-return-pdf"),
    path("activities/<int:activity_id>/", activities.view, name="activity-view"),
    path("activities/<int:activity_id>/add/", activities.add, name="activity-add"),
    path("refusals/", activity_returns.refusals, name="refusal-list"),
]
PLANS = [
    path("plans/", term_plans.list_, name="plan-list"),
    path("schools/<int:pk>/plan/new/", term_plans.new, name="plan-new"),
    path("plans/<int:item_id>/cancel/", term_plans.cancel, name="plan-cancel"),
    path("calendar/", term_plans.calendar, name="calendar-link"),
    path("calendar/<str:token>.ics", term_plans.feed, name="calendar-feed"),
]
REQUESTS = [
    path("requests/", requests.list_, name="request-list"),
    path("schools/<int:pk>/requests/new/", requests.new, name="request-make"),
    path("requests/<int:request_id>/", requests.view, name="request-view"),
    path("requests/<int:request_id>/accept/", requests.accept, name="request-accept"),
    path("requests/<int:request_id>/propose/", requests.propose, name="request-propose"),
    path("requests/<int:request_id>/agree/", requests.agree, name="request-agree"),
    path("requests/<int:request_id>/decline/", requests.decline, name="request-decline"),
    path("requests/<int:request_id>/withdraw/", requests.withdraw, name="request-withdraw"),
    path("requests/<int:request_id>/feedback/", requests.feed_back, name="request-feed-back"),
]

urlpatterns: list[URLPattern] = [*OFFICERS, *POSTINGS, *BRIEFINGS, *ACTIVITIES, *PLANS, *REQUESTS]
