from django.apps import AppConfig

from library import converters


class LibraryConfig(AppConfig):
    name = "library"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        converters.register()
