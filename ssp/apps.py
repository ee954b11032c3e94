from django.apps import AppConfig


class SspConfig(AppConfig):
    name = "ssp"
    label = "ssp"
    verbose_name = "Safer School Partnerships"
