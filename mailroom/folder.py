"""A mail server that is a folder, for the demo: each message a file, written whole and once."""

import os
import re
from pathlib import Path

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend


def of_demo() -> str:
    """Return the folder in which a demo keeps its letters, for people to look into; empty elsewhere."""
    return str(settings.EMAIL_FILE_PATH) if settings.DEMO else ""


class EmailBackend(BaseEmailBackend):
    def send_messages(self, messages):
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in messages:
            _keep(folder, message.message())
        return len(messages)


def _keep(folder, message):
    """Keep the message under the name that it has for ever; one that is there was sent by a run that was killed."""
    name = re.sub(r"[^A-Za-z0-9.-]", "_", message["Message-ID"].strip("<>").partition("@")[0])
    file, new = folder / f"{name}.eml", folder / f".{name}.new"
    if file.exists():
        return
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as written:
        written.write(message.as_bytes(linesep="\n"))
        written.flush()
        os.fsync(written.fileno())
    new.rename(file)
    _flush(folder)


def _flush(folder):
    """A name is on disk only when its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
