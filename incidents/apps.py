from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"

    def ready(self) -> None:
        from incidents import (
            concern_worklist,
            desk_sections,
            desk_shared,
            disclosure_worklist,
            enquiry_worklist,
            police_worklist,
            waiting,
        )
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
        for source in police_worklist.SOURCES:
            worklist.register(source)
        navigation.register(
            "Incidents", "incident-list", "incident.view", order=24, prefix="/incidents/", first="All incidents"
        )
        for label, url_name, prefix in (
            ("Powers used", "power-list", "/powers/"),
            ("Referrals", "referral-list", "/referrals/"),
            ("Conferences", "conference-list", "/conferences/"),
        ):
            navigation.register(label, url_name, "incident.view", order=25, prefix=prefix, section="incident-list")
        navigation.register(
            "Morning notices", "morning-notice-list", "morning_notice.view", order=26, prefix="/morning-notices/",
            section="incident-list",
        )  # fmt: skip
        navigation.register(
            "Police notices", "morning-notice-received", "morning_notice.read", order=26,
            prefix="/morning-notices/received/",
        )  # fmt: skip
        navigation.register(
            "Kinds of incident", "incident-kind-list", "settings.view", order=74, section="settings-view"
        )
        navigation.register("Desk", "desk", "concern.triage", order=12, prefix="/desk/", first="The desk")
        navigation.register("Pupils", "pupil-find", "pupil.view", order=13, prefix="/pupils/", section="desk")
        desk_sections.register()
        desk_shared.register()
        waiting.register("concern", waiting.concerns, waiting.concern_line)
        waiting.register("task", waiting.tasks, waiting.task_line)
        waiting.register("enquiry", enquiry_worklist.rows, enquiry_worklist.line)
        waiting.register("disclosure", disclosure_worklist.rows, disclosure_worklist.line)
        waiting.register("notice", police_worklist.notices_to_read, police_worklist.notice_line)
        worklist.register(waiting.items)
        navigation.register("Disclosures", "disclosure-list", "disclosure.ledger", order=16, prefix="/disclosures/")
