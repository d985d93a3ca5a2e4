from django.apps import AppConfig


class HistoryConfig(AppConfig):
    name = "history"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        import reversion

        from history.models import Draft

        reversion.register(Draft)
