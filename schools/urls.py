"""Which addresses do schools have? Their term dates."""

from django.urls import path

from schools.views import terms

urlpatterns = [
    path("terms/", terms.list_, name="term-list"),
    path("terms/import/", terms.import_, name="term-import"),
    path("terms/authority/<str:la_code>/<int:year>/", terms.authority, name="term-authority"),
    path("terms/school/<int:school_id>/<int:year>/", terms.school, name="term-school"),
    path("terms/<int:pk>/remove/", terms.remove, name="term-remove"),
]
