from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"

    def ready(self) -> None:
        from incidents import concern_worklist
        from ssp.ui import navigation, worklist

        navigation.register("Report a concern", "concern-start", "concern.report", order=5, prefix="/concerns/new/")
        worklist.register(concern_worklist.begun)
        worklist.register_cards(concern_worklist.own_concerns)
