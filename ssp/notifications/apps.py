from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "ssp.notifications"
    label = "notifications"
