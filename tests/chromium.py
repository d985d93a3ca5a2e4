"""The browser of the journeys: the system's Chromium, or the one that playwright installed.

`python -m tests.chromium` says where it is, or how to get one.
"""

import os
import shutil
import sys
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [  # no sandbox inside a container, no traffic of its own
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = (
    "The browser journeys need Chromium. Install it (on Debian: sudo apt install chromium; elsewhere: "
    ".venv/bin/python -m playwright install chromium) or name one: make test CHROMIUM=/path/to/chromium"
)

# Playwright keeps an event loop in the thread of the test, which Django takes for a mistake.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def find():
    """The path of a Chromium, or None."""
    if os.environ.get("CHROMIUM"):
        return shutil.which(os.environ["CHROMIUM"])
    return next(filter(None, map(shutil.which, NAMES)), None) or of_playwright()


def of_playwright():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = find()
    if path is None:
        pytest.fail(MISSING, pytrace=False)
    return browser_type_launch_args | {"executable_path": path, "args": ARGUMENTS}


if __name__ == "__main__":
    path = find()
    print(path) if path else sys.exit(MISSING)
