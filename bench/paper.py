"""What taking an edition away costs: PDF and Markdown against drawing the page, for every item of the library.

Run it on the demo's library, after `make run` has filled it: `.venv/bin/python -m bench.paper`. Each PDF is set once
anew and once more, when the compiler remembers its parts; nothing is asserted on time.
"""

import os
import statistics
import time

from anteroom.cluster import database_for_command


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
    from library.typesetting import _compiled

    items = list(Page.objects.order_by("kind", "slug").values_list("kind", "slug", "badges__number"))
    if not items:
        raise SystemExit("The library is empty: run `make run` first.")
    settings.ALLOWED_HOSTS.append("testserver")
    client = Client(headers={"X-Forwarded-Proto": "https"})
    constant = min(spent(client, "/robots.txt")[0] for _ in range(20))
    rows = []
    for kind, slug, number in items:
        edition = f"/{kind}s/{slug}/{number}"
        page, _ = min(spent(client, f"{edition}/") for _ in range(3))
        first, size = spent(client, f"{edition}.pdf")
        kept, _ = spent(client, f"{edition}.pdf")
        _compiled.cache_clear()
        again, _ = spent(client, f"{edition}.pdf")
        markdown, length = spent(client, f"{edition}.md")
        rows.append((page, first, again, kept, markdown, size, length))
    print(f"{len(items)} items, CPU; a constant answer takes {1000 * constant:.2f} ms")
    names = ("page drawn on demand", "PDF, new", "PDF, set again", "PDF, kept", "Markdown")
    for name, column in zip(names, zip(*rows, strict=True), strict=False):
        middle, most = statistics.median(column), max(column)
        ratio = statistics.median(spent / page for spent, page in zip(column, (row[0] for row in rows), strict=True))
        print(f"{name:22} median {1000 * middle:6.0f} ms, most {1000 * most:6.0f} ms   {ratio:5.1f} x the page")
    for name, column in (("PDF", 5), ("Markdown", 6)):
        sizes = [row[column] / 1000 for row in rows]
        print(f"{name:22} median {statistics.median(sizes):6.0f} kB, most {max(sizes):6.0f} kB")


def spent(client, address):
    """The CPU seconds of one answer and its size."""
    began = time.process_time()
    answer = client.get(address)
    seconds = time.process_time() - began
    assert answer.status_code == 200, address
    return seconds, len(answer.content)


if __name__ == "__main__":
    main()
