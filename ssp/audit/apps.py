from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "ssp.audit"
    label = "audit"

    def ready(self) -> None:
        from ssp.ui import navigation

        navigation.register("Log", "log-search", "audit.search", order=80, prefix="/log/")
