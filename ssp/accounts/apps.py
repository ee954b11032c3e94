from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ssp.accounts"
    label = "accounts"

    def ready(self) -> None:
        from ssp.accounts import reminders
        from ssp.accounts import worklist as people
        from ssp.ui import navigation, worklist

        navigation.register("People", "accounts:people", "people.view", order=60)
        for source in people.SOURCES:
            worklist.register(source)
        reminders.register()
