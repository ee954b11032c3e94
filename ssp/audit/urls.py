"""Which addresses does the log have?"""

from django.urls import path

from ssp.audit import views

urlpatterns = [
    path("log/", views.search, name="log-search"),
    path("log/export/", views.export, name="log-export"),
]
