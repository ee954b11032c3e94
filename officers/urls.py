"""Which address leads to which page of the officers' work?"""

from django.urls import URLPattern, path

from officers.views import postings, proposals, records, teams

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

urlpatterns: list[URLPattern] = [
    *OFFICERS,
    *POSTINGS,
]
