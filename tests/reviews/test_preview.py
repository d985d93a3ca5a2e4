"""Previews: the very page that publishing would make, for who has work at the desk and for nobody else."""

import re

import pytest

from accounts import roles
from library.models import Edition
from partnerships import composition as partnerships
from patterns import composition as patterns
from reviews import workflow
from tests.conftest import make_person
from tests.factories import (
    approve,
    make_draft,
    make_edition,
    make_family,
    make_source,
    partnership_document,
    pattern_document,
)
from tests.library.html import read
from tests.reviews.desk import ITEM, as_, page, text_of

pytestmark = pytest.mark.django_db
PREVIEW = f"{ITEM}preview/"


def main_of(response):
    """What stands between title and *Cite this*: the part that publishing draws once."""
    html = response.content.decode()
    return html[html.index('<div class="item-body">') : html.index('<section class="citing"')]


def test_a_preview_is_the_page_that_publishing_makes(client, editor, reviewer, draft):
    before = main_of(as_(client, editor).get(PREVIEW))
    approve(workflow.submit("pattern", "STC", by=editor, note="First"), reviewer)
    after = main_of(client.get("/patterns/pattern-stc/"))
    # The act of publishing, and the edition to which its links lead, are what a preview cannot know.
    links = re.compile(r'<p class="row-tools">.*?</p>|<span class="row-links">.*?</span></a></span>', re.DOTALL)
    before, after = (links.sub("", text).partition('<section id="history"')[0] for text in (before, after))
    assert "".join(before.split()) == "".join(after.split())
    assert "Why move 1 fails" in before


def test_a_preview_ties_open_scores_as_submitting_would(client, editor, reviewer):
    make_source(editor)
    first = make_edition(pattern_document(), editor, reviewer)
    make_draft(partnership_document(), editor)
    shown = as_(client, editor).get("/desk/partnership/stargate/preview/")
    assert "as submitting ties them" in text_of(shown)
    assert f'href="/patterns/pattern-stc/{first.number}/#STC-K1"' in shown.content.decode()
    workflow.submit("partnership", "stargate", by=editor, note="Tied")
    tied = client.get("/desk/partnership/stargate/preview/")
    assert main_of(tied) == main_of(shown)
    assert "as submitting ties them" not in text_of(tied)


def test_the_bar_says_what_the_page_is_and_no_badge_lies(client, editor, reviewer, draft):
    shown = as_(client, editor).get(PREVIEW)
    html = read(shown.content.decode())
    assert "Preview of version 1, not published; nothing here is Verified." in html.one("aside").text
    plate = html.one("dl", class_="plate").text
    assert "Not published" in plate
    for word in ("Edition", "Reviewed", "Review by", "Verified"):
        assert word not in plate
    edition = make_edition(pattern_document(title="Published"), editor, reviewer)
    same = as_(client, editor).get(PREVIEW)
    assert f'the same as <a href="/patterns/pattern-stc/{edition.number}/">' in text_of(same)
    assert "Preview only" in text_of(same)
    make_draft(pattern_document(title="Later"), editor)
    assert "It says the same as" not in text_of(client.get(PREVIEW))


def test_a_preview_of_a_submission_stays_with_what_was_submitted(client, editor, reviewer, submission):
    make_draft(pattern_document(title="Changed since"), editor)
    as_(client, reviewer)
    shown = client.get(page(submission, "preview/"))
    assert "Pattern STC" in text_of(shown) and "Changed since" not in text_of(shown)
    assert "Preview of version 1 as it was submitted, not published" in text_of(shown)
    assert "It is in review" in text_of(shown)
    edition = approve(submission, reviewer)
    published = text_of(client.get(page(submission, "preview/")))
    assert f'published as <a href="/patterns/pattern-stc/{edition.number}/">' in published
    assert "not published" not in published.casefold()


@pytest.mark.parametrize(
    ("verb", "told"), [("request_changes", "A reviewer asked for changes."), ("withdraw", "It was withdrawn")]
)
def test_a_preview_of_a_closed_submission_says_how_it_ended(client, editor, reviewer, submission, verb, told):
    getattr(workflow, verb)(submission, by=editor if verb == "withdraw" else reviewer, reason="Because")
    assert told in text_of(as_(client, reviewer).get(page(submission, "preview/")))


def test_an_empty_draft_previews(client, editor):
    make_family(editor)
    make_draft(patterns.blank("NEW", "new", "", {"slug": "sovereign", "name": "Sovereign"}), editor)
    make_draft(partnerships.blank("deal", "deal", "", "rumored"), editor)
    as_(client, editor)
    for address, name in (("/desk/pattern/NEW/preview/", "NEW"), ("/desk/partnership/deal/preview/", "deal")):
        shown = client.get(address)
        assert shown.status_code == 200
        assert read(shown.content.decode()).one("h1").text == name


def test_a_draft_without_its_sources_or_patterns_previews(client, editor):
    rows = pattern_document()
    rows["precedents"][0]["source"] = rows["anchors"][0]["source"] = ""
    rows["kill_list"][0] |= {"grounding": "", "mechanism": "", "mitigation": "", "move": ""}
    rows["sub_variants"][0]["name"] = rows["clauses"][0]["title"] = ""
    make_draft(rows, editor)  # what it cites is nowhere
    make_draft(partnership_document(), editor)  # its pattern has no edition
    as_(client, editor)
    pattern = client.get(PREVIEW)
    assert pattern.status_code == 200 and "@smith-2026" in text_of(pattern)
    deal = client.get("/desk/partnership/stargate/preview/")
    html = read(deal.content.decode())
    assert deal.status_code == 200 and "What shows move 1." in text_of(deal)
    for shown in (html, read(pattern.content.decode())):
        assert [link.attributes for link in shown.all("a") if not link.attributes["href"].strip("#")] == []
        assert [link for link in shown.all("a") if not link.text.strip()] == []


def test_links_of_a_preview_lead_to_public_pages(client, editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    make_edition(partnership_document(), editor, reviewer)
    make_draft(pattern_document(title="Next"), editor)
    html = read(as_(client, editor).get(PREVIEW).content.decode())
    inside = {link.attributes["href"].partition("#")[0] for link in html.all("a")} - {""}
    staff = {href for href in inside if href.startswith(("/desk/", "/admin/"))}
    assert staff == {ITEM}
    client.logout()
    for href in inside - staff:
        if href.startswith("/"):
            assert client.get(href).status_code == 200, href


@pytest.mark.parametrize("address", [PREVIEW, "submission"])
def test_a_preview_is_kept_from_caches_and_search_engines(client, editor, submission, address):
    answer = as_(client, editor).get(page(submission, "preview/") if address == "submission" else address)
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert '<meta name="robots" content="noindex, nofollow">' in answer.content.decode()
    assert "ETag" not in answer


@pytest.mark.parametrize("role", [roles.EDITOR, roles.REVIEWER, roles.LEGAL_REVIEWER, roles.CHIEF_EDITOR])
def test_everybody_with_work_at_the_desk_previews(client, submission, role):
    as_(client, make_person("pat", "Pat", "Person", role))
    assert client.get(PREVIEW).status_code == 200
    assert client.get(page(submission, "preview/")).status_code == 200
    assert client.post(PREVIEW).status_code == 405


@pytest.mark.parametrize("groups", [(), (roles.ADMINISTRATOR,)])
def test_a_stranger_cannot_tell_what_there_is_to_preview(client, submission, groups):
    nowhere = client.get("/-/").content
    as_(client, make_person("pat", "Pat", "Person", *groups))
    for there, not_there in ((PREVIEW, "/desk/pattern/NO/preview/"), (page(submission, "preview/"), page_of(99))):
        answers = [client.get(address) for address in (there, not_there)]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content == nowhere
    client.logout()
    assert client.get(PREVIEW)["Location"] == f"/accounts/login/?next={PREVIEW}"


def page_of(pk):
    return f"/desk/submissions/{pk}/preview/"


def test_what_is_not_there_is_404_at_the_desk(client, editor):
    as_(client, editor)
    assert client.get("/desk/pattern/NO/preview/").status_code == 404
    assert client.get("/desk/source/smith-2026/preview/").status_code == 404
    assert client.get(page_of(99)).status_code == 404


def test_previewing_publishes_nothing_and_takes_as_many_statements_for_three_partnerships(
    client, editor, reviewer, django_assert_num_queries
):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    make_edition(partnership_document("deal-1"), editor, reviewer)
    make_draft(pattern_document(title="Next"), editor)
    as_(client, editor)
    with django_assert_num_queries(8):
        client.get(PREVIEW)
    for n in (2, 3):
        make_edition(partnership_document(f"deal-{n}"), editor, reviewer)
    before = Edition.objects.count()
    with django_assert_num_queries(8):
        assert "Partnership deal-3" in text_of(client.get(PREVIEW))
    assert Edition.objects.count() == before


def test_item_and_review_lead_to_their_previews(client, editor, submission):
    as_(client, editor)
    assert f'href="{PREVIEW}"' in text_of(client.get(ITEM))
    assert f'href="{page(submission, "preview/")}"' in text_of(client.get(page(submission)))


def test_an_unknown_source_is_named_by_its_key(client, editor):
    make_draft(pattern_document(), editor)
    assert '<span class="unresolved">@smith-2026' in text_of(as_(client, editor).get(PREVIEW))
