"""What reading costs: CPU of a stored page, a page drawn on demand and a 304, against a constant answer.

Run it on the demo's library, after `make run` has filled it: `.venv/bin/python -m bench.reading`. All figures
come from one run in one process and are printed as ratios; nothing is asserted on time.
"""

import os
import time

from anteroom.cluster import database_for_command

ROUNDS, REQUESTS = 5, 40


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anteroom.settings")
    with database_for_command():
        import django

        django.setup()
        compare()


def compare():
    from django.conf import settings
    from django.test import Client

    from library.models import Page

    page = Page.objects.filter(kind="pattern").order_by("-position").values("slug", "badges").first()
    if page is None:
        raise SystemExit("The library is empty: run `make run` first.")
    settings.ALLOWED_HOSTS.append("testserver")
    latest = f"/patterns/{page['slug']}/"
    edition = f"{latest}{page['badges']['number']}/"
    client = Client(headers={"X-Forwarded-Proto": "https"})
    etag = client.get(latest)["ETag"]
    cost = {
        "constant answer (/robots.txt)": best(lambda: client.get("/robots.txt")),
        "304 of the stored page": best(lambda: client.get(latest, headers={"If-None-Match": etag})),
        "stored page": best(lambda: client.get(latest)),
        "edition, drawn on demand": best(lambda: client.get(edition)),
    }
    constant = cost["constant answer (/robots.txt)"]
    for what, seconds in cost.items():
        print(f"{what:32} {1000 * seconds:7.2f} ms CPU   {seconds / constant:6.1f} x")


def best(request):
    """The least CPU seconds of a request over several rounds: what it costs without the machine's noise."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(REQUESTS):
            request()
        rounds.append((time.process_time() - began) / REQUESTS)
    return min(rounds)


if __name__ == "__main__":
    main()
