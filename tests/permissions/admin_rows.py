"""The rows of the admin."""

ADMIN_ROWS = {}


def admin_objects(editor):
    return {}
