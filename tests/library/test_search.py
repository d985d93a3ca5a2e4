"""Search: what matches, in which order, how it is narrowed, and what it says when nothing is found."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from library import asking, marking, passages, reading_rows, search, search_page, spelling
from library.asking import Unclear
from library.models import LedgerEntry, Passage, Word
from library.moments import NOW
from library.publication import rebuild
from library.sorting import fold, words
from tests.library.factories import act, exhibit, move, partnership, pattern, publish, publish_again, score
from tests.library.html import read
from tests.library.reading import get, library
from tests.library.test_withheld import withhold

pytestmark = pytest.mark.django_db


def found(query, **chosen):
    """The codes of the entries that are found, in their order."""
    return [entry.standing["code"] for entry in search.find(asking.read(query), NOW, chosen).left]


def page_of(client, day="2026-03-01", **query):
    with_query = "&".join(f"{name.replace('_', '-')}={value}" for name, value in query.items())
    return read(get(client, f"/search/?{with_query}", day)).one("main")


def moves(**texts):
    """A pattern whose first move says what is given."""
    return pattern(kill_list=[move("STC-K1", **texts), move("STC-K2", grounding="inferred")])


# Words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Élan Straße", ["elan", "strasse"]),
        ("L’État, K-3", ["l", "etat", "k", "3"]),
        ("Søren Łódź Æther ™", ["soren", "lodz", "aether"]),
        ("GB300™ Ⅳ ½", ["gb300", "iv", "12"]),
        ("\ufe70", ["_"]),
        ("", []),
    ],
)
def test_words_are_folded_one_for_one(text, folded):
    assert words(text) == folded
    assert len(words(text)) == marking.count(text)


def test_folding_leaves_no_capital():
    assert fold("Foo™ ß İ") == "footm ss i"


@given(st.text(max_size=40))
def test_any_text_folds_to_one_plain_word_for_each_of_its_own(text):
    for word in words(text):
        assert word == "_" or word.isalnum()


# What is asked


@pytest.mark.parametrize(
    ("typed", "alternatives"),
    [
        ("export licence", [["export", "licence"]]),
        ('"Export Licence" keys', [["!export licence", "keys"]]),
        ("“export licence”", [["!export licence"]]),
        ("OpenAI -Microsoft", [["openai", "-microsoft"]]),
        ('OpenAI -"first refusal"', [["openai", "-!first refusal"]]),
        ("open-weight character.ai", [["open weight", "character ai"]]),
        ("Udio OR Groq", [["udio"], ["groq"]]),
        ("take or pay", [["take", "or", "pay"]]),
        ("OR keys OR", [["keys"]]),
        ('un"closed', [["un", "closed"]]),
        ("-- keys & | ! :* ()", [["keys"]]),
        ("E\u0301lan", [["elan"]]),
        ("keys\x00\ud800", [["keys"]]),
    ],
)
def test_a_query_is_read_as_words_phrases_and_exclusions(typed, alternatives):
    def told(term):
        return f"{'-' if term.is_excluded else ''}{'!' if term.is_exact else ''}{' '.join(term.words)}"

    assert [[told(term) for term in terms] for terms in asking.read(typed).alternatives] == alternatives


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x" * 301, "A search has at most 300 characters; this one has 301. Shorten it."),
        ("a " * 33, "A search has at most 32 words. Leave out the less telling ones."),
        ('- OR "" & |', "There is no word in this search. Type a word, a name or a code."),
        ("-Microsoft", "A search needs a word to look for besides those to leave out."),
        ("keys OR -Microsoft", "A search needs a word to look for besides those to leave out."),
    ],
)
def test_what_cannot_be_searched_for_is_said(client, typed, said):
    with pytest.raises(Unclear) as refused:
        asking.read(typed)
    assert str(refused.value) == said
    response = client.get("/search/", {"q": typed})
    assert response.status_code == 200
    assert read(response).one("main").text_of("p", class_="search-problem") == [said]


@pytest.mark.parametrize(
    "typed", ["\x00", "a\x00b", "%", "a:*b", "'", "\\", "<b>", "a\u2028b", "😀", "((", "9" * 300, "!!K1&"]
)
def test_nothing_that_is_typed_fails(client, typed):
    library()
    assert client.get("/search/", {"q": typed, "page": typed, "kind": typed, "party": typed}).status_code == 200


# What matches


def test_inflected_words_accents_and_capitals_find_it():
    publish(moves(mechanism="The Élysée exported licences."))
    for query in ("exporting", "licence", "elysee", "ÉLYSÉE", "the licences", "The"):
        assert found(query) == ["STC"], query
    assert found('"exporting licences"') == []  # a phrase is meant as it is written
    assert found('"exported licences"') == ["STC"]
    assert found('"the"') == ["STC"]


def test_words_in_different_sections_find_the_item(client):
    publish(moves(mechanism="Zebra.", mitigation="Okapi."))
    publish_again(moves(mechanism="Zebra."), "2026-02-05", structure="Okapi.")
    assert found("zebra okapi") == ["STC"]
    assert page_of(client, q="zebra okapi").text_of("p", class_="section-note") == [
        "The words stand in different sections of this entry."
    ]


def test_sections_are_named_for_words_of_their_own(client):
    publish(partnership(exhibits=[exhibit(note="Like Stargate.", scores=[])]))
    page = page_of(client, q="stargate")
    assert page.one("ul", class_="places").text_of("h4") == ["Pattern STC"]
    publish_again(partnership(), "2026-02-05")
    page = page_of(client, q="stargate")
    assert page.text_of("h3")[-1] == "Stargate"
    assert list(page.all("ul", class_="places")) == list(page.all("p", class_="section-note")) == []


def test_what_is_excluded_leaves_its_sections_out():
    library()
    [entry] = search.find(asking.read("evidence -stc"), NOW, {}).left
    assert [passage["anchor"] for passage in entry.passages] == ["evidence"]
    assert found("fails -pattern") == []  # the title belongs to every section
    assert sorted(found("K1 OR stargate")) == ["STC", "stargate"]


@pytest.mark.parametrize("typed", ["STC-K2", "stc-k2", "stc k2", "K2", "k2"])
def test_a_code_comes_first(typed):
    other = pattern("ABC", kill_list=[move("ABC-K1", move="Do as STC-K2 K2 K2 says.")], title="STC K2")
    publish(other)
    publish(pattern())
    publish(partnership(exhibits=[exhibit(scores=[score("STC-K2")])]), "2026-01-06")
    first = search.find(asking.read(typed), NOW, {}).left[0]
    assert (first.standing["code"], first.passages[0]["anchor"]) == ("STC", "STC-K2")


def test_titles_go_before_text_and_items_before_what_names_them():
    publish(moves(mechanism="Zebra zebra zebra zebra."))
    publish(pattern("ABC", kill_list=[move("ABC-K1", move="Ride a zebra.")]))
    publish(pattern("XYZ", title="Zebra"))
    publish(partnership(exhibits=[exhibit("ABC", scores=[score("ABC-K1", wording="Ride a zebra.")])]))
    assert found("zebra") == ["XYZ", "ABC", "stargate", "STC"]


def test_more_than_can_be_ranked_is_cut_and_said(client, monkeypatch):
    monkeypatch.setattr(search, "MOST", 3)
    for number in range(3):
        publish(partnership(f"deal-{number}"))
    assert sorted(found("party")) == ["deal-0", "deal-1", "deal-2"]  # items go before sections
    note = next(page_of(client, q="party").all("p", class_="section-note"))
    assert note.text.startswith("More than 1,000 sections match")


def test_what_is_retired_is_found_and_says_so(client):
    library()
    act(LedgerEntry.Act.RETIREMENT, pattern(), "2026-02-01")
    assert "Retired" in page_of(client, q="fails").one("p", class_="about").text
    assert "Review overdue" in page_of(client, "2030-01-01", q="stargate").text


# When


def test_a_past_day_finds_what_stood_then_and_keeps_the_day(client):
    publish(moves(mechanism="Zebra."))
    publish_again(moves(mechanism="Okapi."), "2026-02-05")
    assert (found("zebra"), found("okapi")) == ([], ["STC"])
    past = page_of(client, q="zebra", kind="pattern", as_of="2026-01-31")
    links = [link.attributes["href"] for link in past.all("a")]
    assert "/patterns/pattern-stc/?as-of=2026-01-31#STC-K1" in links
    assert [link for link in links if "as-of=2026-01-31" not in link] == []
    fields = {one.attributes["name"]: one.attributes.get("value") for one in past.all("input")}
    assert fields == {"q": "zebra", "kind": "pattern", "as-of": "2026-01-31"}
    page = read(get(client, "/search/?q=zebra&as-of=2026-01-31"))
    assert page.one("aside").one("a").attributes["href"] == "/search/?q=zebra"
    assert page_of(client, q="okapi", as_of="2026-01-31").text_of("h2") == ["Nothing found"]
    assert "library of that day" in page_of(client, q="okapi", as_of="2026-01-31").text


def test_what_is_withheld_is_nowhere_in_search(client):
    library()
    publish_again(partnership(), "2026-02-05", summary="Xanthippe alone.", name="Xanthippe")
    withhold("stargate", "2026.02", day="2026-02-10")
    assert found("xanthippe") == []
    assert not Passage.objects.filter(folded__contains="xanthippe").exists()
    assert not Word.objects.filter(word="xanthippe").exists()
    assert Word.objects.filter(word="stargate").exists()  # another edition, for its own days
    rebuild()
    assert not Word.objects.filter(word="xanthippe").exists()
    assert page_of(client, q="stargate", as_of="2026-01-31").text_of("h3")[-1:] == ["Stargate"]
    assert reading_rows.verify() == []


def test_passages_are_derived_again_from_the_record():
    library()
    act(LedgerEntry.Act.REAFFIRMATION, pattern(), "2026-02-01")
    known = {
        "passages": list(
            Passage.objects.order_by("standing__from_position", "order").values_list("anchor", "written")
        ),
        "words": sorted(Word.objects.values_list("word", flat=True)),
    }
    rebuild()
    assert list(known["passages"]) == list(
        Passage.objects.order_by("standing__from_position", "order").values_list("anchor", "written")
    )
    assert known["words"] == sorted(Word.objects.values_list("word", flat=True))
    Passage.objects.filter(anchor="STC-K1").first().delete()
    assert any("library_passage" in sentence for sentence in reading_rows.verify())


def test_enormous_text_is_published_and_found_by_its_beginning():
    long = "Zebra " + " ".join(f"w{number}" for number in range(300_000))
    publish(moves(mechanism=long))
    publish(pattern("ABC", title="y" * 5000, subtitle="z" * 200_000))
    assert (found("zebra"), found("w299999")) == (["STC"], [])


def test_rows_without_any_text_are_no_trouble():
    bare = {"precedents": [{**pattern()["precedents"][0], "forum": "", "date": "", "status": "", "relevance": ""}]}
    publish(pattern(anchors=[{"code": "STC-A1", "source": "", "finding": ""}], tags=[], subtitle="", **bare))
    publish(partnership(aliases=[], parties=[], status="", announced="", sources=[]))
    assert found("stargate") == ["stargate"]


# Narrowing


@pytest.fixture
def deals():
    library()
    publish(pattern("ABC", family={"slug": "capital", "name": "Capital"}, title="Party"), "2026-01-07")
    parties = [{"name": "Müller & Söhne", "country": "DE", "role": ""}, {"name": "Party", "country": "", "role": ""}]
    fields = {"confidence": "single_source", "status": "ended", "announced": "2024-06", "parties": parties}
    publish(partnership("aster", exhibits=[], **fields), "2026-01-08")


@pytest.mark.parametrize(
    ("chosen", "codes"),
    [
        ({}, ["ABC", "aster", "stargate"]),
        ({"kind": "pattern"}, ["ABC"]),
        ({"family": "capital"}, ["ABC"]),
        ({"status": "ended"}, ["aster"]),
        ({"confidence": "primary_source"}, ["stargate"]),
        ({"country": "DE"}, ["aster"]),
        ({"party": "Müller & Söhne"}, ["aster"]),
        ({"party": "Party", "year": "2025"}, ["stargate"]),
        ({"in": "aster"}, ["aster"]),
        ({"country": "DE", "kind": "pattern"}, []),
        ({"year": "1999"}, []),
    ],
)
def test_entries_are_narrowed_by_facets(deals, chosen, codes):
    assert sorted(found("party", **chosen)) == codes


def test_a_grounding_leaves_the_moves_that_have_it(client):
    publish(moves(mechanism="It fails."))
    [entry] = search.find(asking.read("do"), NOW, {"grounding": "inferred"}).left
    assert [passage["anchor"] for passage in entry.passages] == ["STC-K2"]
    page = page_of(client, q="do", grounding="inferred")
    assert page.text_of("h4") == ["Do STC-K2."]
    assert page.text_of("ul", class_="chips") == ["Remove Grounding of a move: Inferred ×"]


def test_facets_count_what_choosing_them_would_show(client, deals):
    page = page_of(client, q="party", kind="partnership")
    facets = {section.one("h2").text: section.text_of("a") for section in page.all("section", class_="facet")}
    assert facets == {
        "Kind": ["Partnerships 2", "Patterns 1"],
        "Status": ["Active 1", "Ended 1"],
        "Confidence": ["Primary source 1", "Single source 1"],
        "Country": ["DE 1", "NO 1"],
        "Party": ["Party 2", "Müller & Söhne 1"],
        "Year announced": ["2025 1", "2024 1"],
    }
    for link in [link for section in page.all("section", class_="facet") for link in section.all("a")]:
        count = int(link.one("span", class_="count").text)
        narrowed = read(get(client, link.attributes["href"])).one("main")
        expected = 3 if link.attributes.get("aria-current") else count
        assert len(list(narrowed.all("li", class_="hit"))) == expected


def test_chips_take_one_filter_away_and_keep_the_rest(client, deals):
    page = page_of(client, q="party", kind="partnership", family="nonsense", party="Party", page="2", exactly="1")
    chips = [(chip.text, chip.attributes["href"]) for chip in page.one("ul", class_="chips").all("a")]
    assert chips == [
        ("Remove Kind: Partnerships ×", "/search/?q=party&family=nonsense&party=Party&exactly=1"),
        ("Remove Family: nonsense ×", "/search/?q=party&kind=partnership&party=Party&exactly=1"),
        ("Remove Party: Party ×", "/search/?q=party&kind=partnership&family=nonsense&exactly=1"),
    ]
    assert page.text_of("h2") == ["Nothing found"]
    without = page.one("section", class_="found").one("p")
    assert without.text.startswith(
        "Nothing fits all of these filters at once. Without filters the search finds 3 ent"
    )
    assert without.one("a").attributes["href"] == "/search/?q=party&exactly=1"


# The page


def test_results_open_at_their_section_with_the_words_marked(client):
    publish(moves(mechanism="A <b>kéy</b> & the keys."))
    page = page_of(client, q="key")
    [place] = page.one("ul", class_="places").all("li")
    assert place.one("a").attributes["href"] == "/patterns/pattern-stc/#STC-K1"
    assert place.one("p", class_="place").text == "Kill-list move · STC-K1"
    assert place.text_of("mark") == ["kéy", "keys"]
    assert "A <b>kéy</b> & the keys." in place.text
    assert list(place.all("b")) == []


def test_a_phrase_is_marked_only_where_it_stands_whole(client):
    publish(moves(mechanism="First refusal. A right of first refusal. The first time, keys."))
    page = page_of(client, q="%22right of first refusal%22 key")
    assert page.text_of("mark") == ["right of first refusal", "keys"]


def test_an_excerpt_shows_the_part_that_holds_most_marks():
    text = "One. " + "word " * 100 + "end. Here zebra and zebra stand together. " + "word " * 100
    at = words(text).index("zebra")
    excerpt = marking.excerpt(text, {0, at, at + 2})
    assert excerpt.startswith("… Here <mark>zebra</mark> and <mark>zebra</mark> stand together. word")
    assert excerpt.endswith("word …")
    assert marking.excerpt(text, {at}).count("<mark>") == 1
    assert marking.excerpt(text, set()).startswith("One. word")
    assert marking.excerpt(text.rstrip(), {len(words(text)) - 1}).endswith("<mark>word</mark>")
    assert marking.excerpt("x " * 70, {40}).startswith("… x x")


def test_pages_of_results_are_turned(client):
    publish(pattern())
    for number in range(21):
        publish(partnership(f"deal-{number:02}"))
    first = page_of(client, q="party")
    assert len(list(first.all("li", class_="hit"))) == 20
    [onwards] = first.one("nav", class_="paging").all("a")
    second = read(get(client, onwards.attributes["href"])).one("main")
    assert [hit.one("h3").text for hit in second.all("li", class_="hit")] == ["Deal-20"]
    assert second.one("nav", class_="paging").one("a").attributes["href"] == "/search/?q=party"
    assert page_of(client, q="party", page="999").text_of("h3")[-1] == "Deal-20"
    assert page_of(client, q="party", page="-1").one("nav", class_="paging").one("span").text == "Page 1 of 2"


def test_the_other_sections_of_an_entry_are_one_step_away(client):
    publish(pattern())
    page = page_of(client, q="smith")
    [more] = page.one("p", class_="others").all("a")
    assert more.attributes["href"] == "/search/?q=smith&in=STC"
    whole = read(get(client, more.attributes["href"])).one("main")
    assert whole.text_of("ul", class_="chips") == ["Remove In: Pattern STC ×"]
    shown = len(list(page.one("ul", class_="places").all("li")))
    assert len(list(whole.one("ul", class_="places").all("li"))) == shown + int(more.text.split()[0])


def test_without_a_query_the_page_says_what_can_be_searched(client):
    page = get(client, "/search/")
    assert "X-Robots-Tag" not in page.headers
    assert read(page).one("main").one("dl", class_="examples").text_of("dt")[2] == "STC-K1"
    results = get(client, "/search/?q=keys")
    assert results.headers["X-Robots-Tag"] == "noindex"
    assert read(results).one("meta", name="robots").attributes["content"] == "noindex"


def test_results_are_public_and_answered_304(client, chief):
    library()
    first = get(client, "/search/?q=fails")
    assert not first.cookies and "Vary" not in first.headers
    assert first.headers["Cache-Control"] == "public, max-age=0, s-maxage=60, must-revalidate"
    assert get(client, "/search/?q=fails", **{"if-none-match": first.headers["ETag"]}).status_code == 304
    client.force_login(chief)
    assert get(client, "/search/?q=fails").content == first.content
    assert b" style=" not in first.content


def test_every_page_has_the_field_once_and_keeps_the_day(client):
    library()
    for address in ("/", "/patterns/pattern-stc/", "/search/", "/ledger/"):
        for query, day in (("", []), ("?as-of=2026-01-31", ["2026-01-31"])):
            [form] = read(get(client, address + query)).all("form", role="search")
            assert form.attributes["action"] == "/search/"
            assert [one.attributes["value"] for one in form.all("input", name="as-of")] == day


@pytest.mark.parametrize("count", [1, 3])
def test_a_search_takes_the_same_statements_whatever_it_finds(client, django_assert_num_queries, count):
    for number in range(count):
        publish(partnership(f"deal-{number}"))
    for address, statements in (("q=party", 2), ("q=party&kind=pattern", 1), ("q=partyy", 6), ("q=qwxz", 3)):
        with django_assert_num_queries(statements):
            assert get(client, f"/search/?{address}").status_code == 200


# Misspelt


@pytest.mark.parametrize("typed", ["stargatee", "stragate", "tsargate", "sargate", "starrgte", "sttargaate"])
def test_one_or_two_slips_still_find_it(client, typed):
    library()
    page = page_of(client, q=typed)
    assert page.one("p", class_="spelling").text == f"Showing results for stargate. Search instead for {typed}"
    assert page.text_of("h3")[-1] == "Stargate"
    instead = page.one("p", class_="spelling").one("a").attributes["href"]
    as_typed = read(get(client, instead)).one("main")
    assert as_typed.text_of("h2") == ["Nothing found"]
    assert as_typed.one("p", class_="spelling").text == "Did you mean stargate?"
    assert as_typed.one("p", class_="spelling").one("a").attributes["href"] == "/search/?q=stargate"


def test_only_the_misspelt_words_are_replaced_and_the_rest_kept(client):
    library()
    page = page_of(client, q="Stargtae %22Agreed%22 -zebra")
    assert page.one("p", class_="spelling").one("strong").text == 'stargate "Agreed" -zebra'


def test_short_words_and_numbers_are_taken_as_they_are(client):
    library()
    for typed in ("part", "2o25x", "19999"):
        assert page_of(client, q=typed).text_of("p", class_="spelling") == [], typed


def test_the_more_frequent_of_equally_near_words_is_taken():
    publish(moves(mechanism="Grant grant. Grand.", mitigation="Grand."))
    publish(pattern("ABC", structure="Grand piano."))
    assert asking.read("granb").text == "granb"
    assert search.corrected(asking.read("granb"), NOW).text == "grand"


def test_a_word_that_stood_on_no_past_day_is_not_offered(client):
    publish(moves(mechanism="Zebra."))
    publish_again(moves(mechanism="Okapis."), "2026-02-05")
    assert page_of(client, q="okapiss", as_of="2026-01-31").text_of("p", class_="spelling") == []
    assert page_of(client, q="zebrra").text_of("p", class_="spelling") == []
    assert page_of(client, q="zebrra", as_of="2026-01-31").text_of("h3")[-1] == "Pattern STC"


def test_nothing_found_offers_single_words_and_places(client):
    library()
    page = page_of(client, q='"stargate%20qwxz%20party"')
    nothing = page.one("section", class_="found")
    links = [(link.text, link.attributes["href"]) for link in nothing.all("a")]
    assert links[:2] == [("stargate", "/search/?q=stargate"), ("party", "/search/?q=party")]
    assert links[2:] == [
        ("All patterns, by family", "/patterns/"),
        ("All partnerships, newest first", "/partnerships/"),
        ("All sources, by grade", "/sources/"),
        ("What the words mean", "/methodology/"),
    ]
    assert "has “qwxz”." in page_of(client, q="qwxz").text


def test_where_nothing_has_all_of_the_words_what_has_most_of_them_is_shown(client):
    library()
    page = page_of(client, q="the%20stargate%20qwxz%20party%20to")
    assert "has all of these words. These have some of them" in page.text
    assert page.all("li", class_="hit").__next__().one("h3").text == "Stargate"
    assert "some of them" not in page_of(client, q="stargate%20party").text
    for q in ("stargate%20OR%20qwxz", "qwxz%20OR%20zzyx", "the%20qwxz", "qwxz%20-stargate"):
        assert "some of them" not in page_of(client, q=q).text, q
    left = page_of(client, q="stargate%20qwxz%20party%20-stargate")
    assert "Stargate" not in left.text_of("h3")


@given(st.text("abcde", min_size=3, max_size=12), st.data())
def test_two_slips_leave_a_trace_in_common(word, data):
    typed = word
    for _ in range(2):
        place = data.draw(st.integers(0, len(typed)))
        letter = data.draw(st.sampled_from(["", "a", "x"]))
        typed = typed[:place] + letter + typed[place + data.draw(st.integers(0, 1)) :]
    if spelling.distance(word, typed) <= 2:
        assert spelling.traces(word) & spelling.traces(typed)


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [
        ("", "", 0),
        ("ab", "ab", 0),
        ("ab", "ba", 1),
        ("abc", "abx", 1),
        ("abc", "bc", 1),
        ("ab", "xyz", 3),
        ("ca", "abc", 3),
    ],
)
def test_distances_are_those_of_string_alignment(one, other, steps):
    assert spelling.distance(one, other) == spelling.distance(other, one) == steps


def test_search_uses_its_indexes():
    library()
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename IN ('library_passage', 'library_word')")
        kinds = [row[0] for row in cursor.fetchall()]
    assert sum("USING gin" in kind for kind in kinds) == 3


def test_sections_are_those_of_the_page():
    anchors = [section.anchor for section in passages.sections(partnership())]
    assert anchors == ["", "summary", "parties", "STC", "STC-K1", "evidence", "source-release-2025"]
    assert search_page.TITLES.keys() == set(search.FACETS)
