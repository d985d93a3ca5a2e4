"""What a search costs as the library grows: wall time against a constant answer, for the corpus once and many times.

Run it on the demo's library, after `make run` has filled it: `.venv/bin/python -m bench.searching [TIMES]`. The
copies live in a transaction that is taken back. All figures come from one run in one process and are printed as
ratios; nothing is asserted on time.
"""

import os
import sys
import time

from anteroom.cluster import database_for_command

ROUNDS, REQUESTS, TIMES = 3, 10, 20
QUERIES = {
    "one word": "q=exclusivity",
    "a word of nearly every section": "q=openai",
    "a phrase and a word": "q=%22right+of+first+refusal%22+OpenAI",
    "a code": "q=STC-K3",
    "narrowed by two facets": "q=openai&kind=partnership&country=US",
    "misspelt": "q=soverign+trade",
    "nothing": "q=qwxzqwxz",
}
COPIES = """
    WITH copied AS (
        INSERT INTO library_standing ({columns}, code)
        SELECT {columns}, code || '~' || copy FROM library_standing, generate_series(2, %s) copy
        WHERE until_position IS NULL RETURNING id, code
    )
    INSERT INTO library_passage (standing_id, {passage})
    SELECT copied.id, {passage} FROM copied
    JOIN library_standing original ON original.code = split_part(copied.code, '~', 1) AND until_position IS NULL
    JOIN library_passage passage ON passage.standing_id = original.id
"""


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anteroom.settings")
    with database_for_command():
        import django

        django.setup()
        compare(int(sys.argv[1]) if len(sys.argv) > 1 else TIMES)


def compare(times):
    from django.conf import settings
    from django.db import transaction
    from django.test import Client

    from library.models import Passage

    if not Passage.objects.exists():
        raise SystemExit("The library is empty: run `make run` first.")
    settings.ALLOWED_HOSTS.append("testserver")
    client = Client(headers={"X-Forwarded-Proto": "https"})
    with transaction.atomic():
        measure(client, f"the corpus, {Passage.objects.count()} sections")
        copy_library(times)
        measure(client, f"{times} times the corpus, {Passage.objects.count()} sections")
        transaction.set_rollback(True)


def copy_library(times):
    """Let every standing edition and its sections stand `times` times, as if they were other items."""
    from django.db import connection

    from library.models import Passage, Standing

    columns = {model: [field.column for field in model._meta.concrete_fields] for model in (Standing, Passage)}
    standing = ", ".join(f'"{name}"' for name in columns[Standing] if name not in ("id", "code"))
    passage = ", ".join(f'"{name}"' for name in columns[Passage] if name not in ("id", "standing_id"))
    with connection.cursor() as cursor:
        qualified = ", ".join(f"passage.{name}" for name in passage.split(", "))
        statement = COPIES.replace("SELECT copied.id, {passage}", f"SELECT copied.id, {qualified}")
        cursor.execute(statement.format(columns=standing, passage=passage), [times])
        cursor.execute("ANALYZE library_standing, library_passage")


def measure(client, library):
    constant = best(lambda: client.get("/robots.txt"))
    print(f"{library}; a constant answer takes {1000 * constant:.2f} ms")
    for what, query in QUERIES.items():
        seconds = best(lambda query=query: client.get(f"/search/?{query}"))
        print(f"  {what:32} {1000 * seconds:8.1f} ms   {seconds / constant:7.1f} x")


def best(request):
    """The least seconds of a request over several rounds: what it costs without the machine's noise."""
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(REQUESTS):
            request()
        rounds.append((time.perf_counter() - began) / REQUESTS)
    return min(rounds)


if __name__ == "__main__":
    main()
