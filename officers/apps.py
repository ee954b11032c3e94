from django.apps import AppConfig


class OfficersConfig(AppConfig):
    name = "officers"

    def ready(self) -> None:
        from officers import navigation, request_worklist
        from officers import worklist as officers_worklist
        from officers.services import postings
        from ssp.access.roles import Role
        from ssp.accounts.services import leavers
        from ssp.ui import worklist

        leavers.register_ender(Role.OFFICER, postings.end_role)
        navigation.register()
        worklist.register(officers_worklist.briefing_to_read)
        worklist.register(officers_worklist.posting_ended)
        worklist.register(officers_worklist.to_see_to)
        request_worklist.register()
        worklist.register(request_worklist.refusals)
