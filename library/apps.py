from django.apps import AppConfig
from django.core import checks

from library import converters, deployment


class LibraryConfig(AppConfig):
    name = "library"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        converters.register()
        checks.register(deployment.downloads_can_be_kept, deploy=True)
