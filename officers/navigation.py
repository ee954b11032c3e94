"""Where do officers and postings stand in the navigation?"""

from ssp.ui import navigation


def register() -> None:
    """Called when the app is ready."""
    add, planning = navigation.register, "posting-planning"
    add("Postings", planning, "posting.plan", order=46, prefix="/postings/", first="Planning")
    add("Officers", "officer-list", "officer.view", order=47, prefix="/officers/", section=planning)
    add("Teams", "team-list", "officer.view", order=48, prefix="/teams/", section=planning)
