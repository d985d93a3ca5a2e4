"""What changed in the library or a part of it: which acts belong there, what is told and what may be sent."""

import pytest
from django.http import Http404, QueryDict

from library import search_page
from library.asking import Unclear
from library.changes import changes, to_send
from library.models import Kind, LedgerEntry
from library.moments import NOW
from library.scopes import LIBRARY, Followed, Scope, feed_of, name_of, of_search, page_of
from tests.library.factories import act, exhibit, partnership, pattern, publish, publish_again
from tests.library.test_withheld import GROUND, SECRET, retire, secret_partnership, withhold

pytestmark = pytest.mark.django_db
STC, DEAL = Scope(Kind.PATTERN, "STC"), Scope(Kind.PARTNERSHIP, "stargate")
SOVEREIGN, CAPITAL = Scope(Followed.FAMILY, "sovereign"), Scope(Followed.FAMILY, "capital")
OF_CAPITAL = {"family": {"slug": "capital", "name": "Capital"}}


def search(query):
    return Scope(Followed.SEARCH, query)


def positions(scope, **limits):
    return [change.position for change in changes(scope, **limits)]


@pytest.fixture
def library():
    """Position 1: STC; 2: ABC of another family; 3: stargate shows STC; 4: aster shows nothing."""
    publish(pattern())
    publish(pattern("ABC", **OF_CAPITAL), "2026-01-06")
    publish(partnership(), "2026-01-07")
    publish(partnership("aster", exhibits=[]), "2026-01-08")


def test_an_act_is_told_with_its_addresses(library):
    publish(partnership(name="Stargate's second"), "2026-02-05", "It's signed.", name="Siobhán O'Neill")
    told, *_, first = changes(LIBRARY)
    assert (told.position, told.word, told.by) == (5, "Published", "Signed off by")
    assert (told.kind, told.code, told.title, told.note) == (
        "partnership",
        "stargate",
        "Stargate’s second",
        "It’s signed.",
    )
    assert (told.edition, told.previous, told.people) == ("2026.02", "2026.01", ("Siobhán O’Neill",))
    assert (told.time, told.is_override, told.is_single_source) == (told.changed, False, False)
    assert told.time.isoformat() == "2026-02-05T12:00:00+00:00"
    assert told.page() == "/partnerships/stargate/"
    assert told.edition_page == "/partnerships/stargate/2026.02/"
    assert told.comparison == "/partnerships/stargate/compare/2026.01/2026.02/"
    assert told.ledger() == "/ledger/?before=6#entry-5"
    assert (first.position, first.previous, first.comparison) == (1, "", "")


def test_every_act_is_told_newest_first(library):
    act(LedgerEntry.Act.REAFFIRMATION, pattern(), "2026-02-01", "Read again.")
    retire(pattern(), "2026-02-02", "ABC")
    withhold("aster", day="2026-02-03")
    told = changes(LIBRARY)
    assert [(change.position, change.word, change.code) for change in told] == [
        (7, "Withheld", "aster"),
        (6, "Retired", "STC"),
        (5, "Reaffirmed", "STC"),
        (4, "Published", "aster"),
        (3, "Published", "stargate"),
        (2, "Published", "ABC"),
        (1, "Published", "STC"),
    ]
    assert (told[1].successor, told[1].note, told[1].previous) == ("ABC", "Superseded.", "")
    assert positions(LIBRARY, after=2, until=5) == [5, 4, 3]
    assert positions(LIBRARY, limit=2) == [7, 6]


def test_who_signed_twice_is_named_once_and_an_override_gives_its_reason(library):
    publish(pattern(title="Again"), "2026-02-05", override_reason="It can't wait.")
    told = changes(LIBRARY, limit=1)[0]
    assert (told.is_override, told.reasons) == (True, ("It can’t wait.",))


# What belongs where


def test_a_pattern_is_followed_with_the_partnerships_that_show_it(library):
    assert positions(STC) == [3, 1]
    assert changes(STC)[0].shows == ("STC",)
    publish(partnership(exhibits=[exhibit("ABC", [])]), "2026-02-05")
    left = changes(STC)[0]
    assert (left.position, left.shows, left.no_longer) == (5, ("ABC",), ("STC",))
    publish(partnership(exhibits=[exhibit("ABC", [])], summary="More."), "2026-02-06")
    assert positions(STC) == [5, 3, 1]
    assert positions(Scope(Kind.PATTERN, "ABC")) == [6, 5, 2]
    act(
        LedgerEntry.Act.RETIREMENT,
        partnership(exhibits=[exhibit("ABC", [])], summary="More."),
        "2026-02-07",
        edition="2026.02.2",
    )
    assert positions(Scope(Kind.PATTERN, "ABC")) == [7, 6, 5, 2]


def test_a_partnership_is_followed_alone(library):
    act(LedgerEntry.Act.REAFFIRMATION, pattern(), "2026-02-01")
    publish_again(partnership(), "2026-02-05", summary="More.")
    assert positions(DEAL) == [6, 3]
    assert positions(Scope(Kind.PARTNERSHIP, "STC")) == positions(Scope(Kind.PARTNERSHIP, "nothing")) == []


def test_a_family_has_its_patterns_and_the_partnerships_that_show_them(library):
    assert (positions(SOVEREIGN), positions(CAPITAL)) == ([3, 1], [2])
    publish(pattern(**OF_CAPITAL), "2026-02-05", "It is of another family now.")
    assert (positions(SOVEREIGN), positions(CAPITAL)) == ([5, 3, 1], [5, 2])
    publish_again(partnership(), "2026-02-06", summary="More.")
    assert (positions(SOVEREIGN), positions(CAPITAL)) == ([5, 3, 1], [6, 5, 2])
    assert positions(Scope(Followed.FAMILY, "nothing")) == []


def test_a_pattern_published_after_its_partnership_changes_nothing_that_was_told():
    publish(partnership())
    publish(pattern(), "2026-01-06")
    assert positions(SOVEREIGN) == [2]
    assert positions(STC) == [2, 1]


def test_a_search_has_the_acts_on_what_it_finds_now(library):
    assert positions(search("q=stargate")) == [3]
    assert positions(search("q=form")) == [3, 2, 1]
    assert positions(search("q=form&kind=pattern&family=capital")) == [2]
    assert positions(search("q=form&kind=nothing")) == positions(search("q=zzz")) == []
    publish(partnership("aster", exhibits=[], summary="A form [@release-2025]."), "2026-02-05")
    assert positions(search("q=form")) == [5, 4, 3, 2, 1]
    with pytest.raises(Unclear):
        changes(search("q="))


def test_a_search_is_corrected_as_its_page_is(library):
    assert positions(search("q=stargaet")) == [3]
    assert positions(search("q=stargaet&exactly=1")) == []
    publish(partnership("typo", name="Stargaet", exhibits=[]), "2026-02-05")
    assert positions(search("q=stargaet")) == [5]


# What is withheld


def test_of_a_withheld_edition_the_code_and_the_ground_are_told():
    publish(pattern())
    publish(secret_partnership(), "2026-01-06", note=f"About {SECRET}.", override_reason=f"{SECRET} waits.")
    publish(secret_partnership(status_note="Ended."), "2026-02-05", note=f"More about {SECRET}.")
    deal, found = Scope(Kind.PARTNERSHIP, "deal"), search("q=release")
    before = [repr(changes(scope)) for scope in (LIBRARY, deal, STC, SOVEREIGN, found)]
    assert all(SECRET in told for told in before)
    withhold("deal", "2026.02")
    assert [positions(scope) for scope in (deal, STC, SOVEREIGN)] == [[4, 3, 2], [2, 1], [2, 1]]
    withhold("deal", "2026.01", day="2026-02-11")
    assert [positions(scope) for scope in (LIBRARY, deal, STC, SOVEREIGN)] == [
        [5, 4, 3, 2, 1],
        [5, 4, 3, 2],
        [1],
        [1],
    ]
    assert positions(found) == []
    told = changes(deal)
    assert SECRET.lower() not in repr(told).lower().replace(repr(deal), "")
    assert [(change.title, change.note) for change in told] == [
        ("deal", GROUND),
        ("deal", GROUND),
        ("deal", ""),
        ("deal", ""),
    ]
    second, first = told[2:]
    assert (first.page(), first.edition_page, first.comparison, second.comparison) == ("", "", "", "")
    assert (first.is_override, first.reasons, first.shows) == (True, (), ())
    assert (first.time.day, first.changed.isoformat()) == (6, "2026-02-11T12:00:00+00:00")
    assert second.changed.isoformat() == "2026-02-10T12:00:00+00:00"


def test_of_a_retirement_that_is_withheld_no_successor_is_told():
    publish(pattern())
    publish(pattern("ABC"), "2026-01-06")
    retire(pattern(), "2026-02-02", "ABC")
    assert changes(LIBRARY)[0].successor == "ABC"
    withhold("STC")
    [_, retired, *_] = changes(LIBRARY)
    assert (retired.act, retired.note, retired.successor) == ("retirement", "", "")


def test_an_edition_is_not_compared_with_a_withheld_one():
    publish(pattern())
    publish_again(pattern(), "2026-02-05", title="Second")
    assert changes(STC)[0].previous == "2026.01"
    withhold("STC", "2026.01")
    assert changes(STC)[1].previous == ""


# What may be sent


def test_what_rests_on_a_single_source_is_not_sent_until_it_is_corroborated(library):
    publish(partnership("rumour", confidence="single_source"), "2026-02-01")
    act(
        LedgerEntry.Act.REAFFIRMATION,
        partnership("rumour", confidence="single_source"),
        "2026-02-02",
        edition="2026.02",
    )
    rumour = Scope(Kind.PARTNERSHIP, "rumour")
    assert [change.is_single_source for change in changes(rumour)] == [True, True]
    assert positions(rumour, is_sent=True) == []
    assert (positions(STC), positions(STC, is_sent=True)) == ([6, 5, 3, 1], [3, 1])
    publish(partnership("rumour", confidence="corroborated"), "2026-03-01")
    assert positions(rumour, is_sent=True) == [7]
    assert changes(rumour, is_sent=True)[0].previous == "2026.02"
    withhold("rumour", "2026.02", day="2026-03-02")
    assert (positions(rumour), positions(rumour, is_sent=True)) == ([8, 7, 6, 5], [7])


def test_letters_get_what_is_new_in_each_scope_in_order(library):
    scopes = [LIBRARY, STC, DEAL, CAPITAL, search("q=stargate")]
    sent = {scope: [change.position for change in told] for scope, told in to_send(scopes, 1).items()}
    assert sent == {LIBRARY: [2, 3, 4], STC: [3], DEAL: [3], CAPITAL: [2], scopes[4]: [3]}
    assert to_send(scopes, 4) == {scope: [] for scope in scopes}
    assert to_send([STC], 0)[STC] == changes(STC)[::-1]


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_is_the_same_for_one_change_and_many(django_assert_num_queries, count):
    publish(pattern())
    for number in range(count):
        publish(partnership(f"deal-{number}"), "2026-01-06")
    for scope, statements in ((LIBRARY, 3), (STC, 3), (SOVEREIGN, 3), (search("q=party"), 4)):
        with django_assert_num_queries(statements):
            assert len(changes(scope)) >= count
    scopes = [LIBRARY, STC, SOVEREIGN, *(Scope(Kind.PARTNERSHIP, f"deal-{number}") for number in range(9))]
    with django_assert_num_queries(3):
        assert len(to_send(scopes, 0)[SOVEREIGN]) == count + 1
    with django_assert_num_queries(1):
        to_send([*scopes, search("q=party")], count + 1)


# What a scope is called, and where it is


def test_a_scope_has_a_name_a_page_and_feeds(library):
    found = search("q=export+licence&kind=pattern")
    assert [name_of(scope) for scope in (LIBRARY, SOVEREIGN, STC, DEAL, found)] == [
        "",
        "Sovereign",
        "Pattern STC",
        "Stargate",
        "“export licence”, Kind: Patterns",
    ]
    assert [page_of(scope) for scope in (LIBRARY, SOVEREIGN, STC, found)] == [
        "/changes/",
        "/changes/?family=sovereign",
        "/id/STC",
        "/search/?q=export+licence&kind=pattern",
    ]
    assert [feed_of(scope, "atom", "pattern-stc") for scope in (LIBRARY, SOVEREIGN, STC, found)] == [
        "/changes.atom",
        "/changes.atom?family=sovereign",
        "/patterns/pattern-stc/changes.atom",
        "/search.atom?q=export+licence&kind=pattern",
    ]


def test_what_is_withheld_is_called_by_its_code_and_its_family_by_no_name(library):
    withhold("ABC")
    assert name_of(Scope(Kind.PATTERN, "ABC")) == "ABC"
    for slug in ("capital", "nothing", "", "\0"):
        with pytest.raises(Http404):
            name_of(Scope(Followed.FAMILY, slug))


def test_a_search_is_followed_whatever_page_of_it_was_looked_at():
    asked = search_page.asked(QueryDict("page=3&kind=pattern&q=+capacity+&exactly=1&other=x"), NOW)
    assert of_search(asked) == search("q=capacity&kind=pattern&exactly=1")
