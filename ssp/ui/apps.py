"""Which app holds the components, form markup and error pages every other app's pages are made of?"""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "ssp.ui"
    label = "ui"
    verbose_name = "Pages and components"

    def ready(self) -> None:
        from ssp.ui import navigation

        navigation.register("Today", "ui:home", order=10, prefix="/")
