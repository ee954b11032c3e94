from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    name = "ssp.tenancy"
    label = "tenancy"

    def ready(self) -> None:
        from ssp.tenancy import guard
        from ssp.ui import navigation

        post_migrate.connect(raise_second_wall, dispatch_uid="second wall")
        connection_created.connect(guard.refuse_strong_role, dispatch_uid="weak role")
        navigation.register(
            "Settings", "settings-view", "settings.view", order=70, prefix="/settings/", first="This force"
        )


def raise_second_wall(sender: AppConfig, using: str, **kwargs: Any) -> None:
    """After the last app of a migrate run: privileges and policies follow the models."""
    from django.apps import apps

    from ssp.tenancy.walls import raise_wall

    last = [config for config in apps.get_app_configs() if config.models_module is not None][-1]
    if using != "owner" or sender is not last:
        return
    app_role = connections["default"].settings_dict["USER"]
    with connections[using].cursor() as cursor:
        raise_wall(cursor, app_role=app_role, owner_role=connections[using].settings_dict["USER"])
