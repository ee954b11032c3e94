from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"

    def ready(self) -> None:
        from incidents import concern_worklist, enquiry_worklist
        from ssp.ui import navigation, worklist

        navigation.register("Report a concern", "concern-start", "concern.report", order=5, prefix="/concerns/new/")
        worklist.register(concern_worklist.begun)
        worklist.register_cards(concern_worklist.own_concerns)
        navigation.register(
            "Enquiries", "enquiry-list", "enquiry.view", order=12, prefix="/enquiries/", first="Enquiries"
        )
        navigation.register(
            "Said directly", "direct-list", "direct_contact.view", order=13, prefix="/direct/", section="enquiry-list"
        )
        navigation.register("Advice", "advice-list", "advice.ask", order=14, section="enquiry-list")
        navigation.register(
            "Questions for advice", "advice-queue", "advice.answer", order=14, prefix="/advice/", section="enquiry-list"
        )
        worklist.register(enquiry_worklist.to_do)
