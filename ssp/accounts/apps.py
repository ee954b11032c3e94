from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ssp.accounts"
    label = "accounts"

    def ready(self) -> None:
        from ssp.ui import navigation

        navigation.register("People", "accounts:people", "people.view", order=60)
