from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "ssp.ui"
    label = "ui"
