"""Where does the officers' work stand in the navigation?"""

from ssp.ui import navigation


def register() -> None:
    """Called when the app is ready."""
    add, planning, activities = navigation.register, "posting-planning", "activity-list"
    add("Briefing", "briefing", "briefing.read", order=5, prefix="/briefing/", first="This morning")
    add(
        "Briefings", "briefing-readers", "briefing.supervise", order=23, prefix="/briefing/readers/", section=activities
    )
    add("Requests", "request-list", "request.view", order=18, prefix="/requests/", first="Requests")
    add("Term plan", "plan-list", "plan.view", order=19, prefix="/plans/", section="request-list")
    add("Activities", activities, "activity.view", order=20, prefix="/activities/", first="All activities")
    add(
        "Monthly return", "activity-return", "activity.view", order=21, prefix="/activities/return/", section=activities
    )
    add("Refusals", "refusal-list", "refusal.view", order=22, prefix="/refusals/", section=activities)
    add("Postings", planning, "posting.plan", order=46, prefix="/postings/", first="Planning")
    add("Officers", "officer-list", "officer.view", order=47, prefix="/officers/", section=planning)
    add("Teams", "team-list", "officer.view", order=48, prefix="/teams/", section=planning)
