"""The permission matrix, generated from the URL resolver: every address, every role, every method."""

import re
from copy import deepcopy
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver
from django.utils import timezone

from accounts import roles
from history import saving
from history.models import Draft
from library.models import Edition, LedgerEntry, Standing
from mailroom import letters
from mailroom.models import Letter, Tick
from readers import links
from readers.models import Subscription
from reviews import absences, acts, comments, corrections, sharing, workflow
from reviews.models import Correction, Event, SignOff, Submission
from tests.conftest import make_person
from tests.factories import make_draft, make_edition, make_source, partnership_document, pattern_document
from tests.permissions.admin_rows import ACCOUNT_ROWS, ADMIN_ROWS, admin_objects
from tests.permissions.rows import CAST, DESK_ROWS, MEANS, PUBLIC_ROWS
from tests.readers.factories import make_report
from tests.readers.following import STC, ask, follow

ROWS = {**PUBLIC_ROWS, **DESK_ROWS, **ACCOUNT_ROWS, **ADMIN_ROWS}
OTHER_METHODS = ("PUT", "DELETE")
SIGN_IN = re.compile(r"/(accounts|admin)/login/")
ROLES = {
    "editor": roles.EDITOR,
    "reviewer": roles.REVIEWER,
    "legal": roles.LEGAL_REVIEWER,
    "chief": roles.CHIEF_EDITOR,
    "administrator": roles.ADMINISTRATOR,
}


def routes(resolver=None, before=""):
    """Every route that the project answers, as one text."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from routes(pattern, route)
        else:
            yield route


def test_every_route_has_a_row_and_every_row_a_route():
    found = set(routes())
    assert sorted(found - set(ROWS)) == [], "say in tests/permissions/ what these answer to whom"
    assert sorted(set(ROWS) - found) == [], "these addresses are gone"


def test_rows_have_one_letter_for_everybody():
    for route, row in ROWS.items():
        for answers in (row.get, row.post):
            assert len(answers) == len(CAST) and set(answers) <= set(MEANS), route


@pytest.fixture
def world(editor):
    """Something behind every address: published items, an open submission by `editor`, a refused text."""
    make_source(editor)
    rhea = make_person("first", "First", "Reviewer", roles.REVIEWER)
    edition = make_edition(pattern_document(), editor, rhea)
    make_edition(partnership_document(), editor, rhea)
    make_draft(pattern_document(title="Reworded"), editor, note="Reworded")
    submission = workflow.submit("pattern", "STC", by=editor, note="For review")
    today = timezone.now().date().isoformat()
    return {"number": edition.number, "day": today, **at_the_desk(submission, editor), **admin_objects(editor)}


def at_the_desk(submission, editor):
    """Something behind every address of the desk, by a chief editor who is not of the cast."""
    chief = make_person("boss", "Boss", "Chief", roles.CHIEF_EDITOR)
    now = timezone.now()
    Tick.objects.create(name=Tick.WHOLE, ran_at=now, ok_at=now)  # /healthz is well
    letters.write(editor, about="test", subject="A letter", text="Its text.")
    draft, today = Draft.objects.get(code="STC"), timezone.now().date()
    _, secret = sharing.share("pattern", "STC", by=chief, purpose="Counsel", days=7, shown=draft.version)
    live = Standing.objects.latest().select_related("edition").get(code="STC")
    stands = {"digest": live.edition.digest, "position": live.from_position, "editions": [live.number]}
    ground = "It names a private person."
    report = make_report("STC-K1")
    return {
        "submission": submission.pk,
        "reviews/submission": submission.pk,
        "letter": Letter.objects.get(about="test").pk,
        "comment": comments.comment("pattern", "STC", by=chief, text="Why?", texts=[submission.read()]).pk,
        "withholding": acts.propose_withholding("pattern", "STC", **stands, ground=ground, by=chief).pk,
        "absence": absences.go_away(chief, first_day=today, last_day=today, by=chief).pk,
        "secret": secret,
        "receipt": report.receipt,
        "to answer": links.to_answer(report).strip("/").rpartition("/")[2],
        "report": report.pk,
        **a_correction(editor),
        **a_subscription(),
    }


def a_subscription():
    """Links to something that an address follows, and to something that it has not confirmed."""
    follow("reader@example.org")
    ask("reader@example.org", STC)
    confirmed, pending = Subscription.objects.select_related("subscriber")
    stop, confirm = links.of(links.STOP, confirmed), links.of(links.CONFIRM, pending)
    paths = {"to stop": stop, "to confirm": confirm, "to all": links.to_all(confirmed.subscriber)}
    return {name: path.strip("/").rpartition("/")[2] for name, path in paths.items()}


def a_correction(editor):
    """A corrected source, whose submissions are open."""
    source = Draft.objects.get(kind="source")
    corrected = {**source.read(), "title": "Corrected"}
    saving.save("source", source.code, corrected, saving.Base.of(source), by=editor, note="Title")
    corrections.open_due()
    return {"correction": Correction.objects.get().pk}


@pytest.fixture
def cast(world, editor):
    """Client of everybody in CAST; the editor is the one who wrote and submitted."""
    people = {"stranger": make_person("s", "Sam", "Stranger"), "editor": editor}
    people |= {
        name: make_person(name, name.title(), "Person", role) for name, role in ROLES.items() if name != "editor"
    }
    people["superuser"] = make_person("super", "Super", "User", roles.ADMINISTRATOR)
    people["superuser"].groups.clear()
    people["superuser"].is_superuser = True
    people["superuser"].save()
    return people


def address(route, needs, world):
    """The route with its parts filled in from the world."""
    named = re.sub(r"\^?\(\?P<(\w+)>.*?\)\$?", r"<\1>", route)
    filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda part: str(world.get(needs[part[1]], needs[part[1]])), named)
    return "/" + filled.strip("^$")


def letter_of(answer):
    if answer.status_code == 302 and SIGN_IN.match(answer["Location"]):
        return "L"
    return next((letter for letter, status in MEANS.items() if status == answer.status_code), str(answer.status_code))


def record():
    """How many rows each table of evidence has, in one statement."""
    tables = [model._meta.db_table for model in (LedgerEntry, Edition, SignOff, Event, Submission, Draft)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables))
        return cursor.fetchone()


def signed_in(person):
    """The cookies of somebody who has signed in; of nobody for None."""
    client = Client()
    if person:
        client.force_login(person)
    return client.cookies


def asked(cookies, method, where, before):
    """The answer to one request with `cookies`, and whether it changed what is on record; all of it is undone."""
    client = Client(raise_request_exception=False)
    client.cookies = deepcopy(cookies)
    with transaction.atomic():
        answer = getattr(client, method.lower())(where)
        changed = record() != before
        transaction.set_rollback(True)
    return answer, changed


# Who differs little from others: a superuser from chief editor and administrator, counsel from a reviewer.
RARE = ("legal", "superuser")
FOR_ALL = ("anonymous", "chief")  # who asks each time for what everybody gets alike; the others do in the drill


def is_alike(row):
    return len(set(row.get)) == len(set(row.post)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("who", [pytest.param(one, marks=pytest.mark.drill) if one in RARE else one for one in CAST])
def test_every_address_answers_as_its_row_says(who, world, cast):
    rows = {route: row for route, row in ROWS.items() if who in FOR_ALL or not is_alike(row)}
    assert_answers(who, world, cast, {"GET", "POST"}, rows)


@pytest.mark.drill
@pytest.mark.django_db
@pytest.mark.parametrize("who", [one for one in CAST if one not in FOR_ALL])
def test_what_is_alike_for_all_is_alike_for_everybody(who, world, cast):
    rows = {route: row for route, row in ROWS.items() if is_alike(row)}
    assert_answers(who, world, cast, {"GET", "POST"}, rows)


@pytest.mark.drill
@pytest.mark.django_db
@pytest.mark.parametrize("who", CAST)
def test_every_address_answers_every_other_method_as_well(who, world, cast):
    assert_answers(who, world, cast, {"HEAD", *OTHER_METHODS})


def assert_answers(who, world, cast, methods, rows=ROWS):
    place, wrong = CAST.index(who), []
    cookies, before = signed_in(cast.get(who)), record()
    for route, row in rows.items():
        where = address(route, row.needs, world)
        unsupported = "m" if row.post[place] in "robcmf" else row.post[place]  # told before who may
        expected = {"GET": row.get[place], "HEAD": row.get[place], "POST": row.post[place]}
        expected |= dict.fromkeys(OTHER_METHODS, row.other[place] if row.other else unsupported)
        for method, letter in expected.items():
            if method not in methods:
                continue
            answer, changed = asked(cookies, method, where, before)
            if answer.status_code >= 500 or letter_of(answer) != letter != "*":
                wrong.append(f"{method} {where}: {letter_of(answer)}, not {letter}")
            if changed and (method != "POST" or letter not in "ro"):
                wrong.append(f"{method} {where}: something was recorded")
    assert not wrong, "\n".join(wrong)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["anonymous", "stranger"])
def test_what_exists_and_what_does_not_give_a_stranger_the_same_bytes(who, world, cast):
    """Drafts, submissions, comments, previews and links: their numbers and codes are nobody's to probe."""
    different, cookies, before = [], signed_in(cast.get(who)), record()
    for route, row in DESK_ROWS.items():
        if not row.needs or (row.needs.get("kind") == "pattern" and "code" not in row.needs):
            continue
        absent = {"pk": 999_999, "code": "NIX", "kind": "pattern", "version": 999, "secret": "no-such-secret"}
        if "rest" in row.needs or row.get[0] == "o":
            continue  # everybody's: what is not there has the words of any page that is not there
        there = address(route, row.needs, world)
        nowhere = address(route, {name: absent[name] for name in row.needs}, world)
        for method in ("GET", "POST"):
            one, other = (asked(cookies, method, where, before)[0] for where in (there, nowhere))
            if seen(one, there) != seen(other, nowhere):
                different.append(f"{method} {there}")
    assert not different, "\n".join(different)


def seen(answer, where):
    """All that a stranger can tell: status, headers and body, the address asked for and that above it left out."""
    above = where.rstrip("/").rpartition("/")[0] + "/"
    headers = {name: value.replace(quote(where), "").replace(quote(above), "") for name, value in answer.items()}
    return answer.status_code, headers, answer.content.replace(where.encode(), b"")
