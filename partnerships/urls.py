"""Which addresses do agreements have? Verbs as in their life cycle."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
