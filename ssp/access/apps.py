from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "ssp.access"
    label = "access"
