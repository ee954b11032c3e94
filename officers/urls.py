"""Which address leads to which page of the officers' work?"""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
