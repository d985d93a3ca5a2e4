from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    name = "reviews"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from history import corrections as changes
        from history import notices
        from reviews import corrections
        from reviews.notices import what_blocks, what_is_put_right, what_was_said

        notices.register(what_blocks)
        notices.register(what_was_said)
        notices.register(what_is_put_right)
        changes.register(corrections.keep)
