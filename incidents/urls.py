"""Which addresses belong to what happened and who was told?"""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
