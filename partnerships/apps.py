from django.apps import AppConfig


class PartnershipsConfig(AppConfig):
    name = "partnerships"

    def ready(self) -> None:
        from partnerships import coverage_worklist, reminders
        from partnerships import worklist as agreements
        from ssp.ui import navigation, worklist

        navigation.register("Coverage", "coverage", "coverage.view", order=20)
        navigation.register("Agreements", "agreement-list", "agreement.view", order=30, prefix="/agreements/")
        navigation.register("Templates", "template-list", "template.view", order=40, prefix="/templates/")
        worklist.register(coverage_worklist.schools_to_put_right)
        for source in agreements.SOURCES:
            worklist.register(source)
        reminders.register()
        worklist.register_cards(agreements.your_partnership)
