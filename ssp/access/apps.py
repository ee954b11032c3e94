from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccessConfig(AppConfig):
    name = "ssp.access"
    label = "access"

    def ready(self) -> None:
        post_migrate.connect(name_permissions, sender=self, dispatch_uid="permission names")


def name_permissions(sender: AppConfig, using: str, **kwargs: Any) -> None:
    from ssp.access.grants import sync_permission_names

    if using == "owner":
        sync_permission_names(using)
