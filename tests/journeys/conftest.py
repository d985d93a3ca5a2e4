"""What every journey needs: a database that nobody uses any more when it is emptied."""

import time

import pytest
from django.db import connection

BUSY = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'
"""


@pytest.fixture(autouse=True)
def last_request_is_answered(request):
    """Wait for what a page sent while it was closed: emptying the tables would deadlock with its transaction."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")  # emptied after this, and after the browser is closed
    yield
    quiet, end = 0, time.monotonic() + 5
    while quiet < 2 and time.monotonic() < end:
        with connection.cursor() as cursor:
            cursor.execute(BUSY)
            quiet = quiet + 1 if cursor.fetchone() == (0,) else 0
        time.sleep(0.02)
