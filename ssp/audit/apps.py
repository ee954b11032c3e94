from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "ssp.audit"
    label = "audit"
