from django.apps import AppConfig


class SchoolsConfig(AppConfig):
    name = "schools"

    def ready(self) -> None:
        from schools import reminders, school_days
        from schools import worklist as schools
        from ssp.notifications.reminders import go_by
        from ssp.ui import navigation, worklist

        navigation.register("Term dates", "term-list", "term.view", order=72, prefix="/terms/", section="settings-view")
        worklist.register(schools.term_dates)
        worklist.register(schools.notices_to_read)
        reminders.register()
        go_by(school_days.calendar_of_force)
