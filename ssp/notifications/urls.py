"""Which addresses does the list of e-mails have?"""

from django.urls import path

from ssp.notifications import views

urlpatterns = [
    path("mail/", views.list_, name="mail-list"),
    path("mail/export/", views.export, name="mail-export"),
    path("mail/<int:pk>/retry/", views.retry, name="mail-retry"),
]
