from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "ssp.documents"
    label = "documents"
