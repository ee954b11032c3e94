from django.apps import AppConfig


class OfficersConfig(AppConfig):
    name = "officers"

    def ready(self) -> None:
        from officers import navigation, request_worklist
        from officers.services import postings
        from ssp.access.roles import Role
        from ssp.accounts.services import leavers
        from ssp.ui import worklist

        leavers.register_ender(Role.OFFICER, postings.end_role)
        navigation.register()
        request_worklist.register()
        worklist.register(request_worklist.refusals)
