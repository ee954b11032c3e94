from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"

    def ready(self) -> None:
        from incidents import disclosure_worklist
        from ssp.ui import navigation, worklist

        navigation.register("Disclosures", "disclosure-list", "disclosure.ledger", order=16, prefix="/disclosures/")
        worklist.register(disclosure_worklist.to_do)
