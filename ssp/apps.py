from django.apps import AppConfig


class SspConfig(AppConfig):
    name = "ssp"
    label = "ssp"
    verbose_name = "Safer School Partnerships"

    def ready(self) -> None:
        from ssp import checks  # noqa: F401 - registers them
