from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"

    def ready(self) -> None:
        from partnerships import coverage_worklist, duties, list_worklist, reminders
        from partnerships import worklist as agreements
        from ssp.ui import navigation, worklist

        navigation.register("Coverage", "coverage", "coverage.view", order=20, first="All schools")
        navigation.register(
            "Agreements", "agreement-list", "agreement.view", order=30, prefix="/agreements/", first="All agreements"
        )
        navigation.register(
            "Templates", "template-list", "template.view", order=40, prefix="/templates/", section="agreement-list"
        )
        worklist.register(coverage_worklist.schools_to_put_right)
        navigation.register("Lists", "list-list", "partnership.import", order=42, prefix="/lists/", section="coverage")
        navigation.register("Families", "family-list", "family.view", order=44, prefix="/families/", section="coverage")
        navigation.register(
            "Crime",
            "crime-list",
            "crime.view",
            order=56,
            prefix="/crime/",
            first="Crime near schools",
            of_school="crime",
        )
        navigation.register(
            "Need", "need-list", "need.view", order=57, prefix="/need/", section="crime-list", of_school="need"
        )
        for source in (*agreements.SOURCES, *list_worklist.SOURCES):
            worklist.register(source)
        reminders.register()
        worklist.register(duties.to_do)
        worklist.register_cards(agreements.your_partnership)
        worklist.register_checklist(duties.checklist)
        navigation.register("Feedback", "feedback-list", "feedback.view", order=60, prefix="/feedback/")
