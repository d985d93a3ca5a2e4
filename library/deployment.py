"""What `manage.py check --deploy` asks of the machine on behalf of the library."""

import os

from django.conf import settings
from django.core.checks import CheckMessage, Warning


def downloads_can_be_kept(app_configs: object, **kwargs: object) -> list[CheckMessage]:
    """Return a warning when settings.DOWNLOADS_DIR can neither be written nor be made: /downloads/ would be 503."""
    there = next(path for path in (settings.DOWNLOADS_DIR, *settings.DOWNLOADS_DIR.parents) if path.exists())
    if there.is_dir() and os.access(there, os.W_OK | os.X_OK):
        return []
    hint = "Set DOWNLOADS_DIR to a directory that the web server may write; until then /downloads/ answers 503."
    return [Warning(f"{settings.DOWNLOADS_DIR} cannot be written.", hint=hint, id="library.W001")]
