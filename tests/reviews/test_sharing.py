"""Links for readers outside: bound to one digest, ending, revocable, and silent to everybody without one."""

import hashlib
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts import roles
from history.models import Draft
from reviews import archive, sharing, workflow
from reviews.models import Event, ShareLink
from reviews.refusals import NotAllowed
from tests.conftest import make_person
from tests.factories import (
    approve,
    make_draft,
    make_edition,
    make_source,
    partnership_document,
    pattern_document,
)
from tests.forms_of_page import find_form
from tests.library.factories import act
from tests.library.html import read
from tests.reviews.desk import ITEM, as_, text_of

pytestmark = pytest.mark.django_db
LINKS = f"{ITEM}links/"
FOR = "Prof. Éloïse Lindqvist, comments on the clauses"


def share(by, code="STC", kind="pattern", **changed):
    shown = Draft.objects.get(kind=kind, code=code).version
    return sharing.share(kind, code, by=by, **{"purpose": FOR, "days": 7, "shown": shown, **changed})


def open_link(secret):
    """As a reader outside: no session, no cookie."""
    return Client().get(f"/desk/shared/{secret}/")


def later(monkeypatch, **passed):
    then = timezone.now() + timedelta(**passed)
    monkeypatch.setattr(timezone, "now", lambda: then)


# What a link shows


def test_a_reader_outside_reads_the_draft_under_a_bar_that_says_so(draft, editor):
    _, secret = share(editor)
    page = open_link(secret)
    told = read(page.content.decode())
    bar = told.one("aside").text
    assert page.status_code == 200 and "Why move 1 fails" in text_of(page)
    assert "An unpublished draft; nothing here is Verified." in bar
    assert f"For {FOR}; shared by Edda Editor until " in bar
    assert "/desk/" not in page.content.decode() and "/admin/" not in page.content.decode()


def test_a_link_shows_the_same_text_after_an_edit_and_says_that_it_is_out_of_date(draft, editor):
    _, secret = share(editor)
    main = text_of(open_link(secret)).partition("<main")[2]
    assert "Out of date" not in text_of(open_link(secret))
    make_draft(pattern_document(title="Changed", in_brief="Other words."), editor)
    page = text_of(open_link(secret))
    assert "Out of date:" in page and "Other words." not in page
    assert page.partition("<main")[2] == main
    make_draft(pattern_document(), editor)  # changed back
    assert "Out of date" not in text_of(open_link(secret))


def test_a_link_names_the_edition_that_publishes_its_text(draft, editor, reviewer):
    _, secret = share(editor)
    edition = approve(workflow.submit("pattern", "STC", by=editor, note="First"), reviewer)
    page = text_of(open_link(secret))
    assert f'published as <a href="/patterns/pattern-stc/{edition.number}/">edition {edition.number}</a>' in page
    assert "Not published" not in page
    make_edition(pattern_document(title="Second"), editor, reviewer)
    assert f"edition {edition.number}</a>" in text_of(open_link(secret))
    assert "Out of date" not in text_of(open_link(secret))


def test_open_scores_are_frozen_as_submitting_ties_them(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    draft = make_draft(partnership_document(), editor)
    link, secret = share(editor, "stargate", "partnership")
    assert link.digest != draft.digest
    assert "Out of date" not in text_of(open_link(secret))
    submission = workflow.submit("partnership", "stargate", by=editor, note="First")
    assert submission.digest == link.digest
    assert "Out of date" not in text_of(open_link(secret))
    approve(submission, reviewer)
    assert "This very text has been published" in text_of(open_link(secret))


def test_the_bytes_shown_are_those_of_the_digest(draft, editor):
    link, _ = share(editor)
    assert hashlib.sha256(bytes(link.document)).hexdigest() == link.digest == draft.digest
    assert link.read() == draft.read()


def test_names_and_purposes_are_written_out_not_run(draft, editor):
    _, secret = share(editor, purpose="<script>alert(1)</script> & “you”")
    page = open_link(secret).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; “you”" in page and "<script>" not in page


# How long


@pytest.mark.parametrize(("days", "passed", "status"), [(1, 23, 200), (1, 24, 404), (30, 719, 200), (30, 720, 404)])
def test_a_link_ends_when_it_was_said_to(draft, editor, monkeypatch, days, passed, status):
    _, secret = share(editor, days=days)
    later(monkeypatch, hours=passed)
    assert open_link(secret).status_code == status


@pytest.mark.parametrize("days", [0, 31, -1])
def test_a_link_lasts_from_one_to_thirty_days(draft, editor, days):
    with pytest.raises(NotAllowed, match=r"from 1 to 30 days"):
        share(editor, days=days)


def test_every_link_that_shows_nothing_answers_like_a_page_that_never_existed(draft, editor, reviewer, monkeypatch):
    nowhere = Client().get("/-/")
    revoked, ended, lasting = share(editor), share(editor, days=1), share(editor, days=30)
    sharing.revoke(revoked[0], by=editor)
    later(monkeypatch, days=2)
    answers = [
        open_link(secret) for secret in (revoked[1], ended[1], "A" * 43, "a", "%00", "é" * 43, lasting[1][:-1])
    ]
    assert open_link(lasting[1]).status_code == 200
    archive.archive("pattern", "STC", by=editor, reason="Because")
    answers.append(open_link(lasting[1]))
    for answer in answers:
        assert (answer.status_code, answer.content) == (404, nowhere.content)
        assert answer.headers == nowhere.headers
    archive.recover("pattern", "STC", by=editor, reason="Because")
    assert open_link(lasting[1]).status_code == 200


def test_a_link_shows_nothing_of_what_is_withheld(editor, reviewer):
    make_source(editor)
    edition = make_edition(pattern_document(), editor, reviewer)
    _, secret = share(editor)
    assert open_link(secret).status_code == 200
    act("withholding", edition.read(), "2030-01-01", edition=edition.number)
    assert open_link(secret).status_code == 404
    with pytest.raises(NotAllowed, match="STC is withheld"):
        share(editor)


def left(person):
    person.is_active = False
    person.save()


def demoted(person):
    person.groups.clear()


@pytest.mark.parametrize("how", [left, demoted])
def test_a_link_goes_with_who_made_it_and_the_list_says_so(client, draft, editor, reviewer, chief, how):
    link, secret = share(reviewer)
    _, other = share(editor)
    how(reviewer)
    assert open_link(secret).status_code == 404 and open_link(other).status_code == 200
    as_(client, chief)
    for address in (LINKS, ITEM):
        page = text_of(client.get(address))
        assert "Rhea Reviewer, who made it, has no work at the desk any more." in page
        assert page.count("Shows nothing now") == 1
    assert client.post(f"{LINKS}revoke/", {"link": link.pk}).status_code == 302
    page = text_of(client.get(LINKS))
    assert "Revoked by Cleo Chief" in page and "Shows nothing now" not in page


def test_a_link_shows_its_text_again_when_its_maker_is_back(draft, reviewer):
    _, secret = share(reviewer)
    left(reviewer)
    assert open_link(secret).status_code == 404
    reviewer.is_active = True
    reviewer.save()
    assert open_link(secret).status_code == 200


def test_the_list_says_why_links_show_nothing(client, editor, reviewer):
    make_source(editor)
    edition = make_edition(pattern_document(), editor, reviewer)
    share(editor)
    make_edition(pattern_document(title="Second"), editor, reviewer)
    share(editor)
    act("withholding", edition.read(), "2030-01-01", edition=edition.number)
    as_(client, editor)
    page = text_of(client.get(LINKS))
    assert page.count("Shows nothing now") == 2
    assert "This is the very text of a withheld edition." in page
    assert "Something of STC was withheld after the link was made." in page
    act("withholding", Draft.objects.get(code="STC").read(), "2030-01-02", edition=f"{edition.number}.2")
    assert text_of(client.get(LINKS)).count("STC is withheld.") == 2
    archive.archive("pattern", "STC", by=editor, reason="Because")
    assert text_of(client.get(LINKS)).count("STC was archived by Edda Editor on ") >= 2


# How privately


def test_a_shared_page_is_kept_from_caches_search_engines_and_other_sites(draft, editor):
    page = open_link(share(editor)[1])
    assert page["Cache-Control"] == "private, no-store"
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert page["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex, nofollow">' in page.content.decode()
    assert page.cookies == {} and "Vary" not in page and "ETag" not in page


def test_the_secret_is_kept_nowhere(client, draft, editor):
    link, secret = share(editor)
    assert len(secret) == 43
    row = ShareLink.objects.filter(pk=link.pk).values().get()
    assert row["secret_digest"] == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in repr(row) and row["beginning"] == secret[:6]
    assert secret not in repr(list(Event.objects.values()))
    as_(client, editor)
    for address in (ITEM, LINKS):
        assert secret not in text_of(client.get(address)) and secret[:6] in text_of(client.get(address))


def test_a_link_is_shown_whole_once_when_it_is_made(client, draft, editor):
    as_(client, editor)
    shown = client.get(LINKS)
    values = find_form(shown, action="share").values(purpose=FOR, days="3")
    made = client.post(f"{LINKS}share/", values)
    assert made.status_code == 200 and made["Cache-Control"] == "private, no-store"
    field = read(made.content.decode()).one("textarea", id="id_address")
    assert "readonly" in field.attributes
    secret = field.text.removeprefix("http://testserver/desk/shared/").removesuffix("/")
    assert open_link(secret).status_code == 200
    link = ShareLink.objects.get()
    assert (link.expires_at - link.made_at, link.version, link.purpose) == (timedelta(days=3), 1, FOR)
    assert secret not in text_of(client.get(LINKS))


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_link_is_only_read(draft, editor, method):
    _, secret = share(editor)
    assert getattr(Client(), method)(f"/desk/shared/{secret}/").status_code == 405


# Making


def test_making_and_revoking_are_told(draft, editor, chief):
    link, _ = share(editor)
    sharing.revoke(link, by=chief)
    told = list(Event.objects.filter(what__startswith="share").values_list("what", "name", "reason", "digest_after"))
    assert told == [
        ("shared", "Edda Editor", FOR, draft.digest),
        ("share_revoked", "Cleo Chief", FOR, draft.digest),
    ]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"purpose": ""}, "Say for whom the link is"),
        ({"purpose": " \r\n "}, "Say for whom the link is"),
        ({"purpose": "x" * 201}, "use at most 200"),
        ({"purpose": "turned \u202e round"}, "a hidden change of text direction"),
        ({"days": "0"}, "Write a number of days from 1 to 30."),
        ({"days": "31"}, "Write a number of days from 1 to 30."),
        ({"days": "x"}, "Write a number of days from 1 to 30."),
        ({"days": ""}, "Write a number of days from 1 to 30."),
        ({"shown": ""}, "saved version 1 after you opened this page"),
        ({"shown": "7"}, "saved version 1 after you opened this page"),
    ],
)
def test_what_cannot_be_is_refused_with_what_was_typed(client, draft, editor, typed, sentence):
    as_(client, editor)
    answer = client.post(f"{LINKS}share/", {"purpose": "Kept purpose", "days": "7", "shown": "1", **typed})
    assert answer.status_code == 409
    assert sentence in text_of(answer)
    assert "purpose" in typed or "Kept purpose" in text_of(answer)
    assert not ShareLink.objects.exists()


def test_a_text_that_its_maker_has_not_seen_is_not_shared(client, draft, editor, other_editor):
    form = find_form(as_(client, editor).get(LINKS), action="share")
    make_draft(pattern_document(title="Newer"), other_editor)
    answer = client.post(f"{LINKS}share/", form.values(purpose=FOR))
    assert answer.status_code == 409
    assert "Otto Editor saved version 2 after you opened this page." in text_of(answer)


def test_what_is_archived_or_nowhere_is_not_shared(client, draft, editor):
    with pytest.raises(NotAllowed, match="There is no draft NO"):
        sharing.share("pattern", "NO", by=editor, purpose=FOR, days=7, shown=1)
    archive.archive("pattern", "STC", by=editor, reason="Because")
    with pytest.raises(NotAllowed, match=r"STC was archived by Edda Editor on .*; recover it first\."):
        share(editor)
    shown = text_of(as_(client, editor).get(LINKS))
    assert "recover it first." in shown and "Make the link" not in shown


# Who

PEOPLE = {
    roles.EDITOR: (200, 403),
    roles.REVIEWER: (200, 403),
    roles.LEGAL_REVIEWER: (200, 403),
    roles.CHIEF_EDITOR: (200, 302),
    roles.ADMINISTRATOR: (404, 404),
    "": (404, 404),
}


@pytest.mark.parametrize("role", PEOPLE)
def test_who_makes_links_and_who_revokes_those_of_others(client, draft, editor, role):
    made, revoked = PEOPLE[role]
    link, secret = share(editor)
    as_(client, make_person("pat", "Pat", "Person", *filter(None, [role])))
    assert client.get(LINKS).status_code == made
    assert client.post(f"{LINKS}share/", {"purpose": FOR, "days": "7", "shown": "1"}).status_code == made
    assert client.post(f"{LINKS}revoke/", {"link": link.pk}).status_code == revoked
    assert open_link(secret).status_code == (404 if revoked == 302 else 200)


def test_who_made_a_link_revokes_it_once(client, draft, reviewer):
    link, secret = share(reviewer)
    as_(client, reviewer)
    assert "Revoke" in text_of(client.get(ITEM))
    assert client.post(f"{LINKS}revoke/", {"link": link.pk})["Location"] == LINKS
    link.refresh_from_db()
    assert (link.revoked_by, link.revoked_by_id) == ("Rhea Reviewer", reviewer.pk)
    assert open_link(secret).status_code == 404
    again = client.post(f"{LINKS}revoke/", {"link": link.pk}, follow=True)
    assert "This link has ended already" in text_of(again)
    assert Event.objects.filter(what="share_revoked").count() == 1
    assert "Revoke<" not in text_of(client.get(ITEM))


def test_only_those_who_may_share_or_revoke_do(draft, editor, stranger):
    link, _ = share(editor)
    with pytest.raises(PermissionDenied):
        share(stranger)
    with pytest.raises(PermissionDenied):
        sharing.revoke(link, by=stranger)


@pytest.mark.parametrize("wanted", ["", "x", "0", "99", "9" * 30, "-1"])
def test_a_link_that_is_not_of_the_item_is_404(client, draft, editor, wanted):
    make_draft(partnership_document(), editor)
    other, _ = share(editor, "stargate", "partnership")
    as_(client, editor)
    assert client.post(f"{LINKS}revoke/", {"link": wanted}).status_code == 404
    assert client.post(f"{LINKS}revoke/", {"link": other.pk}).status_code == 404


@pytest.mark.parametrize("verb", ["", "share/", "revoke/"])
def test_a_stranger_learns_nothing_of_links(client, draft, stranger, verb):
    as_(client, stranger)
    call = client.post if verb else client.get
    answers = [call(f"/desk/pattern/{code}/links/{verb}") for code in ("STC", "NO")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content == client.get("/-/").content


# The rows


def test_a_link_is_frozen_but_for_its_revoking(draft, editor, chief):
    link, _ = share(editor)
    rows = ShareLink.objects.filter(pk=link.pk)
    refused = ({"digest": "0" * 64}, {"expires_at": timezone.now()}, {"purpose": "Other"}, {"document": b"{}"})
    for change in refused:
        with pytest.raises(IntegrityError, match="only the revoking"), transaction.atomic():
            rows.update(**change)
    with pytest.raises(IntegrityError, match="never deleted"), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError, match="a_link_is_revoked_by_somebody"), transaction.atomic():
        rows.update(revoked_at=timezone.now())
    sharing.revoke(link, by=chief)
    with pytest.raises(IntegrityError, match="a revoked link never changes"), transaction.atomic():
        rows.update(revoked_at=None, revoked_by_id=None, revoked_by="")


@pytest.mark.parametrize(
    ("changed", "constraint"),
    [
        ({"purpose": ""}, "a_link_says_whom_it_is_for"),
        ({"expires_at": timedelta(days=30, seconds=1)}, "a_link_ends_within_thirty_days"),
        ({"expires_at": timedelta(0)}, "a_link_ends_within_thirty_days"),
    ],
)
def test_the_database_holds_what_a_link_must_have(draft, editor, changed, constraint):
    link, _ = share(editor)
    row = ShareLink.objects.values().get()
    if "expires_at" in changed:
        changed = {"expires_at": link.made_at + changed["expires_at"]}
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        ShareLink.objects.create(**row | changed | {"id": None, "secret_digest": "0" * 64})


def test_pages_take_as_many_statements_for_three_links_as_for_one(
    client, draft, editor, other_editor, django_assert_num_queries
):
    as_(client, other_editor)
    share(editor)
    _, secret = share(other_editor)
    counts = {LINKS: 14, f"/desk/shared/{secret}/": 11}
    for address, count in counts.items():
        with django_assert_num_queries(count):
            client.get(address)
    for _ in range(2):
        share(editor)
        share(other_editor)
    for address, count in counts.items():
        with django_assert_num_queries(count):
            client.get(address)
