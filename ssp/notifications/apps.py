from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "ssp.notifications"
    label = "notifications"

    def ready(self) -> None:
        from ssp.ui import navigation

        navigation.register("Mail", "mail-list", "mail.view", order=75, prefix="/mail/", section="settings-view")
