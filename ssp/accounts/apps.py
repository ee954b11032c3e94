from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "ssp.accounts"
    label = "accounts"
