"""Which address leads to which page of the officers' work?"""

from django.urls import URLPattern, path

from officers.views import activities, activity_returns, requests, term_plans

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

urlpatterns: list[URLPattern] = [*ACTIVITIES, *PLANS, *REQUESTS]
