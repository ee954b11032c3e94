from django.apps import AppConfig


class IncidentsConfig(AppConfig):
    name = "incidents"

    def ready(self) -> None:
        from incidents import desk_sections, waiting
        from ssp.ui import navigation, worklist

        navigation.register("Desk", "desk", "concern.triage", order=12, prefix="/desk/", first="The desk")
        navigation.register("Pupils", "pupil-find", "pupil.view", order=13, prefix="/pupils/", section="desk")
        desk_sections.register()
        waiting.register("concern", waiting.concerns, waiting.concern_line)
        waiting.register("task", waiting.tasks, waiting.task_line)
        worklist.register(waiting.items)
