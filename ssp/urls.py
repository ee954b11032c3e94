"""Which address leads where? The list is the table of contents of the service."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
