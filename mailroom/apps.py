from django.apps import AppConfig
from django.utils import timezone


class MailroomConfig(AppConfig):
    name = "mailroom"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        self.started_at = timezone.now()
