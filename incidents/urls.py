"""Which addresses belong to what happened and who was told?"""

from django.urls import URLPattern, path

from incidents.views import concern_tasks, desk, pupils, triage

TRIAGE = [
    path("desk/", desk.view, name="desk"),
    path("concerns/<int:pk>/triage/", triage.decide, name="concern-triage"),
    path("concerns/<int:pk>/triage/advice/", triage.advise, name="concern-advice"),
    path("concerns/<int:pk>/close/", triage.close, name="concern-close"),
    path("concerns/<int:pk>/reopen/", triage.reopen, name="concern-reopen"),
    path("concerns/<int:pk>/tasks/new/", concern_tasks.give, name="concern-task-give"),
    path("concern-tasks/<int:task_id>/", concern_tasks.view, name="task-view"),
    path("pupils/find/", pupils.find, name="pupil-find"),
    path("pupils/<int:pk>/", pupils.view, name="pupil-view"),
    path("pupils/<int:pk>/details/", pupils.edit, name="pupil-edit"),
    path("pupils/<int:pk>/merge/", pupils.merge, name="pupil-merge"),
    path("pupils/<int:pk>/separate/", pupils.separate, name="pupil-separate"),
    path("concern-people/<int:person_id>/who/", pupils.identify, name="person-identify"),
    path("concern-people/<int:person_id>/enter/", pupils.enter, name="person-enter"),
]

urlpatterns: list[URLPattern] = [*TRIAGE]
