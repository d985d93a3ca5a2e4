from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from accounts import witness
        from accounts.roles import make_roles

        post_migrate.connect(make_roles, sender=self)
        witness.connect()
