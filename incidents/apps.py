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
            navigation,
            police_worklist,
            waiting,
        )
        from ssp.ui import worklist

        navigation.register()
        desk_sections.register()
        desk_shared.register()
        waiting.register("concern", waiting.concerns, waiting.concern_line)
        waiting.register("task", waiting.tasks, waiting.task_line)
        waiting.register("enquiry", enquiry_worklist.rows, enquiry_worklist.line)
        waiting.register("disclosure", disclosure_worklist.rows, disclosure_worklist.line)
        waiting.register("notice", police_worklist.notices_to_read, police_worklist.notice_line)
        waiting.register("unread", police_worklist.notices_not_read, police_worklist.unread_line)
        waiting.register("police", police_worklist.of_officers, police_worklist.record_line)
        for source in (concern_worklist.begun, police_worklist.powers_to_review, waiting.items):
            worklist.register(source)
        worklist.register_cards(concern_worklist.own_concerns)
