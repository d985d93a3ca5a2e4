"""The feeds, read by feedparser and as JSON, and the page of changes."""

import json
from xml.etree import ElementTree

import feedparser
import pytest

from library.models import LedgerEntry
from tests.library.factories import act, partnership, pattern, publish, publish_again
from tests.library.html import read
from tests.library.reading import PATTERN, full_library, get, library
from tests.library.test_withheld import DEAL, GROUND, SECRET, retire, secret_partnership, withhold

pytestmark = pytest.mark.django_db
SITE = "https://library.example.org"
XML = "{http://www.w3.org/2005/Atom}"
HOSTILE = """<script>alert("1")</script> & 'x' ]]> &amp; \x0c\x1b\ufffe end"""
CLEANED = """<script>alert(“1”)</script> & ‘x’ ]]> &amp;  end"""


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_ORIGIN = SITE


def atom(client, address, day="2026-03-01"):
    """The feed as feedparser reads it; a feed that is not well formed fails."""
    response = get(client, address, day)
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(response.content)
    assert (feed.bozo, feed.version) == (0, "atom10")
    return feed


def json_of(client, address, day="2026-03-01"):
    response = get(client, address, day)
    assert response.headers["Content-Type"] == "application/feed+json; charset=utf-8"
    feed = json.loads(response.content)
    assert (feed["version"], feed["language"]) == ("https://jsonfeed.org/version/1.1", "en")
    return feed


def titles(feed):
    return [entry.title for entry in feed.entries]


def links(thing, relation):
    return [link.href for link in thing.links if link.rel == relation]


def test_an_empty_library_has_a_feed_without_entries(client):
    feed = atom(client, "/changes.atom")
    assert (feed.entries, feed.feed.updated) == ([], "2026-01-01T00:00:00Z")
    assert json_of(client, "/changes.json")["items"] == []


def test_an_entry_says_what_happened_and_leads_to_what_changed(client):
    full_library()
    feed = atom(client, "/changes.atom")
    assert titles(feed) == [
        "Reaffirmed: Pattern STC, edition 2026.01",
        "Published: Stargate, edition 2026.02",
        "Published: Pattern STC, edition 2026.02",
        "Published: Stargate, edition 2026.01",
        "Published: Pattern STC, edition 2026.01",
    ]
    reaffirmed, again, *_, first = feed.entries
    assert again.id == "tag:library.example.org,2026-02-06:stargate/4"
    assert again.published == again.updated == "2026-02-06T12:00:00Z"
    assert again.summary == "What changed.\nPartnership that shows STC."
    assert again.authors == [{"name": "Rhea Reviewer"}]
    assert [tag.term for tag in again.tags] == ["publication", "partnership"]
    assert links(again, "alternate") == [SITE + "/partnerships/stargate-uae/compare/2026.01/2026.02/"]
    assert links(again, "related") == [SITE + "/partnerships/stargate-uae/2026.02/"]
    assert links(first, "alternate") == [SITE + PATTERN + "2026.01/"]
    assert links(reaffirmed, "alternate") == [SITE + PATTERN]


def test_the_feed_says_what_it_is(client):
    full_library()
    feed = atom(client, PATTERN + "changes.atom").feed
    assert (feed.id, feed.title) == (
        "tag:library.example.org,2026-01-01:changes/pattern/STC",
        "Anteroom: Pattern STC",
    )
    assert (feed.updated, feed.author, feed.rights) == ("2026-02-07T12:00:00Z", "Anteroom", "CC BY 4.0")
    assert links(feed, "self") == [SITE + PATTERN + "changes.atom"]
    assert links(feed, "alternate") == [SITE + PATTERN]
    assert links(feed, "license") == ["https://creativecommons.org/licenses/by/4.0/"]
    assert links(feed, "next") == links(feed, "first") == []


def test_both_forms_tell_the_same(client):
    full_library()
    retire(pattern(), "2026-02-08", "ABC")
    publish(partnership("late", exhibits=[]), "2026-02-09", override_reason="Urgent.")
    entries, feed = atom(client, "/changes.atom").entries, json_of(client, "/changes.json")
    assert [
        (one["id"], one["url"], one["title"], one["content_text"], one["date_published"], one["date_modified"])
        for one in feed["items"]
    ] == [(one.id, one.link, one.title, one.summary, one.published, one.updated) for one in entries]
    assert [one["content_text"] for one in feed["items"][:2]] == [
        "First edition.\nOverride: Urgent.",
        "Superseded.\nSuccessor: ABC.",
    ]
    assert feed["items"][3]["_anteroom"] == {
        "about": SITE + "/changes/",
        "position": 4,
        "act": "publication",
        "kind": "partnership",
        "code": "stargate",
        "edition": "2026.02",
        "shows": ["STC"],
        "no_longer_shows": [],
        "is_withheld": False,
    }
    assert (feed["feed_url"], feed["home_page_url"]) == (SITE + "/changes.json", SITE + "/changes/")


FEEDS = {
    "/changes.{}": ("Anteroom: all changes", 3),
    "/changes.{}?family=sovereign": ("Anteroom: Sovereign", 2),
    "/changes.{}?family=": ("Anteroom: all changes", 3),
    PATTERN + "changes.{}": ("Anteroom: Pattern STC", 2),
    "/partnerships/stargate/changes.{}": ("Anteroom: Stargate", 1),
    "/search.{}?q=stargate&kind=partnership&page=2": ("Anteroom: “stargate”, Kind: Partnerships", 1),
    "/search.{}?q=zzz": ("Anteroom: “zzz”", 0),
}


def test_every_feed_holds_what_belongs_to_it(client):
    library()
    publish(partnership("aster", exhibits=[]), "2026-01-07")
    for address, (title, count) in FEEDS.items():
        feed, other = atom(client, address.format("atom")), json_of(client, address.format("json"))
        assert (feed.feed.title, len(feed.entries)) == (other["title"], len(other["items"])) == (title, count), (
            address
        )
    assert links(atom(client, "/search.atom?q=stargate&other=1").feed, "self") == [SITE + "/search.atom?q=stargate"]
    assert get(client, "/search.json?q=zzz").headers["X-Robots-Tag"] == "noindex"


def test_hostile_text_and_foreign_names_stay_text(client):
    names = {"name": "Élodie D'Arcy-Lefèvre <e@example.org>"}
    publish(pattern(title=f"Été & <b>hiver</b> {HOSTILE}"), note=HOSTILE, **names, override_reason=HOSTILE)
    for address in ("/changes.atom", PATTERN + "changes.atom"):
        content = get(client, address).content.decode()
        assert "<script>" not in content and "&lt;script&gt;" in content
        entry = ElementTree.fromstring(content).find(XML + "entry")
        assert entry.findtext(XML + "title") == f"Published: Été & <b>hiver</b> {CLEANED}, edition 2026.01"
        assert entry.findtext(XML + "summary") == f"{CLEANED}\nOverride: {CLEANED}"
        assert entry.findtext(f"{XML}author/{XML}name") == "Élodie D’Arcy-Lefèvre <e@example.org>"
    [item] = json_of(client, "/changes.json")["items"]
    assert (item["content_text"], item["authors"][0]["name"]) == (
        f"{CLEANED}\nOverride: {CLEANED}",
        "Élodie D’Arcy-Lefèvre <e@example.org>",
    )
    page = read(get(client, "/changes/")).one("ul", class_="changes")
    assert "<script>" in page.text and not list(page.all("script"))


def test_a_long_feed_has_pages_that_do_not_shift(client, monkeypatch):
    monkeypatch.setattr("library.feeds.PER_PAGE", 2)
    full_library()
    first = atom(client, "/changes.atom?family=sovereign")
    assert links(first.feed, "next") == [SITE + "/changes.atom?family=sovereign&before=4"]
    second = atom(client, "/changes.atom?family=sovereign&before=4")
    publish_again(pattern(), "2026-02-20", title="Newer")
    assert titles(atom(client, "/changes.atom?family=sovereign&before=4")) == titles(second)
    last = atom(client, links(second.feed, "next")[0].removeprefix(SITE))
    assert [entry.id.rpartition("/")[2] for feed in (first, second, last) for entry in feed.entries] == [*"54321"]
    assert links(last.feed, "next") == [] and links(last.feed, "first") == [SITE + "/changes.atom?family=sovereign"]
    assert json_of(client, "/changes.json")["next_url"] == SITE + "/changes.json?before=5"
    assert json_of(client, "/changes.json?before=3")["feed_url"] == SITE + "/changes.json?before=3"
    assert "next_url" not in json_of(client, "/changes.json?before=3")
    assert titles(atom(client, "/changes.atom?before=x")) == titles(atom(client, "/changes.atom"))


def test_entries_never_change_whatever_happens_later(client):
    library()
    before = {entry.id: entry for entry in atom(client, "/changes.atom").entries}
    publish_again(pattern(), "2026-02-05", slug="renamed", title="Renamed")
    publish_again(partnership(), "2026-02-06", exhibits=[])
    after = {entry.id: entry for entry in atom(client, "/changes.atom").entries}
    assert {key: after[key] for key in before} == before and len(after) == 4


def test_a_known_feed_is_answered_304_by_the_position_alone(client, django_assert_num_queries):
    library()
    for address, statements, of_304 in (
        ("/changes.atom", 4, 1),
        ("/changes.json?family=sovereign", 5, 2),
        (PATTERN + "changes.atom", 5, 2),
        ("/search.json?q=stargate", 5, 1),
    ):
        with django_assert_num_queries(statements):
            first = get(client, address)
        with django_assert_num_queries(of_304):
            again = get(client, address, **{"if-none-match": first.headers["ETag"]})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert first.headers["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"
        assert "Vary" not in first.headers and not first.cookies
        known = {"if-none-match": first.headers["ETag"]}
        publish(partnership(f"deal-{statements}-{of_304}", exhibits=[]), "2026-01-07")
        assert get(client, address, **known).status_code == 200


def test_a_renamed_items_feed_has_moved(client):
    library()
    publish_again(pattern(), "2026-02-05", slug="renamed")
    for form in ("atom", "json"):
        response = get(client, f"{PATTERN}changes.{form}")
        assert (response.status_code, response.headers["Location"]) == (301, f"/patterns/renamed/changes.{form}")
    assert atom(client, "/patterns/renamed/changes.atom").feed.id.endswith(":changes/pattern/STC")


def test_what_has_no_feed_is_told_so(client):
    library()
    for address in ("/patterns/nothing/changes.atom", "/changes.atom?family=nothing", "/changes.json?family=%00"):
        assert get(client, address).status_code == 404
    for query in ("", "?q=", "?q=-one", "?q=%00"):
        response = get(client, f"/search.atom{query}")
        assert (response.status_code, response.headers["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert "Type a word" in get(client, "/search.atom").content.decode()
    response = get(client, "/changes.atom?family=sovereign&as-of=2026-01-05")
    assert (response.status_code, response.headers["Location"]) == (302, "/changes.atom?family=sovereign")


def test_the_feed_of_what_is_withheld_is_refused_in_its_own_language(client):
    publish(pattern())
    publish(secret_partnership(), "2026-01-06", note=f"About {SECRET}.")
    assert SECRET in get(client, DEAL + "changes.atom").content.decode()
    known = get(client, DEAL + "changes.json").headers["ETag"]
    withhold("deal")
    assert get(client, DEAL + "changes.atom").status_code == 451
    refused = get(client, DEAL + "changes.json", **{"if-none-match": known})
    assert (refused.status_code, refused.json()["ground"]) == (451, GROUND)


def test_a_withheld_entry_keeps_its_id_and_says_since_when(client):
    publish(pattern())
    publish(secret_partnership(), "2026-01-06", note=f"About {SECRET}.")
    before = atom(client, "/changes.atom").entries[0]
    assert SECRET in before.title + before.summary
    withhold("deal")
    feed = atom(client, "/changes.atom")
    done, after, _ = feed.entries
    assert (done.title, done.summary) == ("Withheld: deal, edition 2026.01", GROUND)
    assert (after.id, after.published) == (before.id, before.published)
    assert (after.title, after.summary) == (
        "Published: deal, edition 2026.01",
        "This edition has been withheld since.",
    )
    assert (after.updated, feed.feed.updated) == ("2026-02-10T12:00:00Z", "2026-02-10T12:00:00Z")
    assert links(after, "alternate") == [SITE + "/ledger/?before=3#entry-2"]
    assert SECRET.lower() not in get(client, "/changes.json").content.decode().lower()


def test_what_rests_on_a_single_source_is_on_the_page_and_in_no_feed(client):
    publish(pattern())
    publish(partnership(confidence="single_source"), "2026-01-06")
    page = read(get(client, "/changes/")).one("main")
    assert page.text_of("h3") == ["Stargate (single source)", "Pattern STC"]
    assert len(atom(client, "/changes.atom").entries) == len(atom(client, PATTERN + "changes.atom").entries) == 1
    assert atom(client, "/partnerships/stargate/changes.atom").entries == []
    publish(partnership(confidence="corroborated"), "2026-02-05", note="A second origin was found.")
    assert titles(atom(client, "/changes.atom")) == [
        "Published: Stargate, edition 2026.02",
        "Published: Pattern STC, edition 2026.01",
    ]


# The page


def listed(client, address):
    return read(get(client, address)).one("main").text_of("p", class_="act-head")


def test_page_tells_every_act_by_day(client):
    full_library()
    retire(pattern(), "2026-02-07", "NEW")
    main = read(get(client, "/changes/")).one("main")
    assert [day.one("h2").text for day in main.all("section", class_="day")] == [
        *("2026-02-07", "2026-02-06", "2026-02-05", "2026-01-06", "2026-01-05"),
    ]
    retired, _, again, *_ = main.all("li", class_="change")
    assert retired.text == (
        "Pattern STC Retired · Pattern STC · Edition 2026.02 Superseded. Successor: NEW "
        "Retired by Cleo Chief. Ledger entry 6"
    )
    assert [link.attributes["href"] for link in again.all("a")] == [
        "/partnerships/stargate-uae/",
        "/partnerships/stargate-uae/2026.02/",
        "/partnerships/stargate-uae/compare/2026.01/2026.02/",
        "/id/STC",
        "/ledger/?before=5#entry-4",
    ]
    assert again.text.startswith("Stargate Published · Partnership · Edition 2026.02 · What changed What changed.")


def test_page_says_what_is_no_longer_shown_and_by_whose_override(client):
    library()
    publish(partnership(exhibits=[]), "2026-02-05", override_reason="Urgent.")
    told = next(read(get(client, "/changes/")).one("main").all("li", id="change-3")).text
    assert "No longer shows STC." in told and "Override: Urgent." in told


def test_page_is_narrowed_by_kind_act_and_family_and_offers_the_familys_feed(client):
    full_library()
    assert len(listed(client, "/changes/?kind=pattern")) == 3
    assert listed(client, "/changes/?act=reaffirmation") == ["Reaffirmed · Pattern STC · Edition 2026.01"]
    assert len(listed(client, "/changes/?family=sovereign&kind=partnership")) == 2
    assert get(client, "/changes/?family=Sovereign").headers["Location"] == "/changes/?family=sovereign"
    for address, feed, name in (
        ("/changes/", "/changes.atom", "all changes"),
        ("/changes/?family=sovereign", "/changes.atom?family=sovereign", "the family Sovereign"),
        ("/changes/?family=nothing", "/changes.atom", "all changes"),
    ):
        page = read(get(client, address))
        assert page.one("link", type="application/atom+xml").attributes["href"] == feed
        head = page.one("div", class_="list-head")
        assert head.one("a", type="application/atom+xml").attributes["href"] == feed
        assert f"Feed of {name}: Atom · JSON Feed" in head.text
    page = read(get(client, "/changes/?family=nothing")).one("main")
    assert page.text_of("p", class_="empty") == ["Nothing that changed belongs to a family “nothing”."]


def test_page_turns_by_the_last_act_that_was_seen(client, monkeypatch):
    monkeypatch.setattr("library.selections.Selection.__init__.__defaults__", (2,))
    full_library()
    first = read(get(client, "/changes/"))
    onwards = first.one("nav", class_="paging").one("a").attributes["href"]
    publish(partnership("aster", exhibits=[]), "2026-02-08")
    second = read(get(client, f"/changes/{onwards}")).one("main")
    assert [item.attributes["id"] for item in second.all("li") if "id" in item.attributes] == ["change-3", "change-2"]


def test_page_of_a_past_day_ends_with_that_day_and_keeps_it(client):
    full_library()
    withhold("stargate", "2026.01")
    page = read(get(client, "/changes/?as-of=2026-02-05"))
    ids = [item.attributes["id"] for item in page.one("main").all("li") if "id" in item.attributes]
    assert ids == ["change-3", "change-2", "change-1"]
    assert "as it stood at the end of 2026-02-05" in page.one("aside").text
    assert page.one("li", id="change-3").one("h3").one("a").attributes["href"] == PATTERN + "?as-of=2026-02-05"
    assert page.one("li", id="change-3").one("p", class_="signed").one("a").attributes["href"] == (
        "/ledger/?as-of=2026-02-05&before=4#entry-3"
    )
    assert page.one("li", id="change-2").one("h3").text == "stargate Withheld"
    assert "Feed" not in page.one("main").text and not list(page.all("link", type="application/atom+xml"))
    assert get(client, "/changes/?as-of=2026-03-01").headers["Location"] == "/changes/"


def test_page_of_an_empty_library_says_so(client):
    page = read(get(client, "/changes/")).one("main")
    assert page.text_of("p", class_="empty") == ["Nothing has been published yet."]
    assert page.one("p", role="status").text == "0 changes"
    library()
    assert (
        "the first publication was on 2026-01-05" in read(get(client, "/changes/?as-of=2026-01-01")).one("aside").text
    )


@pytest.mark.parametrize("count", [1, 3])
def test_page_and_feeds_take_the_same_statements_whatever_their_length(client, django_assert_num_queries, count):
    publish(pattern())
    for number in range(count):
        publish(partnership(f"deal-{number}"), "2026-01-06")
        act(LedgerEntry.Act.REAFFIRMATION, partnership(f"deal-{number}"), "2026-01-07")
    for address, statements in (
        *(("/changes/", 3), ("/changes/?as-of=2026-02-01", 4), ("/changes.atom", 4)),
        *((PATTERN + "changes.json", 5), ("/search.atom?q=party", 5)),
    ):
        with django_assert_num_queries(statements):
            assert get(client, address).status_code == 200


# The way to the feeds


@pytest.mark.parametrize(
    ("address", "feed"),
    [
        ("/", "/changes.{}"),
        (PATTERN, PATTERN + "changes.{}"),
        ("/partnerships/stargate/", "/partnerships/stargate/changes.{}"),
        ("/search/?q=stargate&kind=partnership&page=1", "/search.{}?q=stargate&kind=partnership"),
    ],
)
def test_pages_name_their_feeds(client, address, feed):
    library()
    page = read(get(client, address))
    for form, media_type in (("atom", "application/atom+xml"), ("json", "application/feed+json")):
        named = page.one("link", type=media_type)
        assert (named.attributes["rel"], named.attributes["href"]) == ("alternate", feed.format(form))
        assert get(client, named.attributes["href"]).status_code == 200
        offered = [link.attributes["href"] for link in page.one("main").all("a", type=media_type)]
        assert offered == ([] if address == "/" else [feed.format(form)])


def test_a_past_day_is_not_followed(client):
    library()
    for address in (PATTERN + "2026.01/", PATTERN + "?as-of=2026-01-31", "/search/?q=stargate&as-of=2026-01-31"):
        assert "ollow" not in read(get(client, address)).one("main").text
    assert "Follow this pattern" in read(get(client, PATTERN)).text_of("h2")
    assert "Follow what this search finds" in read(get(client, "/search/?q=stargate")).one("main").text
    assert "Follow" not in read(get(client, "/search/")).one("main").text


def test_a_family_leads_to_its_changes(client):
    library()
    for day in ("", "&as-of=2026-01-31"):
        family = read(get(client, "/patterns/?" + day)).one("section", id="sovereign")
        assert (
            family.one("p", class_="family-changes").one("a").attributes["href"] == f"/changes/?family=sovereign{day}"
        )
