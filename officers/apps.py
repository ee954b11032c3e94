from django.apps import AppConfig


class OfficersConfig(AppConfig):
    name = "officers"

    def ready(self) -> None:
        from officers import navigation
        from officers.services import postings
        from ssp.access.roles import Role
        from ssp.accounts.services import leavers

        leavers.register_ender(Role.OFFICER, postings.end_role)
        navigation.register()
