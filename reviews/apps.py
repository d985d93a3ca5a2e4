from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from history import notices
        from reviews.notices import what_blocks, what_was_said

        notices.register(what_blocks)
        notices.register(what_was_said)
