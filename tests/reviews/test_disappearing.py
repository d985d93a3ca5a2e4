"""What readers lose with editions that are withheld: named before, address by address, and exactly that."""

import pytest

from accounts import roles
from library.models import Cited
from reviews.disappearing import Disappearing, disappearing
from tests.conftest import make_person
from tests.factories import make_edition, make_source, partnership_document, pattern_document
from tests.reviews.acting import confirm, propose
from tests.reviews.desk import as_, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(db):
    return make_person("adam", "Adam", "Admin", roles.ADMINISTRATOR)


@pytest.fixture
def library(editor, reviewer):
    """STC in two editions, the second with a row and a source of its own, and a partnership that shows it."""
    make_source(editor)
    make_source(editor, "jones-2026")
    first = make_edition(pattern_document(), editor, reviewer)
    partnership = make_edition(partnership_document(), editor, reviewer)
    changed = pattern_document(moves=4, fits_when="It fits when there is a port [@jones-2026].")
    return first, make_edition(changed, editor, reviewer), partnership


def answers(client, places):
    return [client.get(address).status_code for _, address in places]


def withhold(loses, client, kind, code, numbers, chief, admin):
    """Withhold it, and hold what the page promised against what readers then get."""
    ids = [f"/id/{one}" for one in loses.ids]
    assert {client.get(one).status_code for one in ids} <= {302}
    gone, stay = [*loses.gone, *loses.sources], [*loses.without, *loses.quoting]
    assert set(answers(client, [*gone, *stay])) == {200}
    confirm(propose(chief, kind=kind, code=code, editions=numbers), admin)
    assert answers(client, gone) == [451] * len(gone)
    assert [client.get(one).status_code for one in ids] == [451] * len(ids)
    assert answers(client, stay) == [200] * len(stay)


def test_all_editions_of_a_pattern_take_everything_with_them(client, library, chief, admin):
    first, second, _ = library
    numbers = [first.number, second.number]
    loses = disappearing("pattern", "STC", numbers)
    own = "/patterns/pattern-stc/"
    assert [address for _, address in loses.gone] == [
        own,
        *(f"{own}{number}{end}" for number in numbers for end in ("/", ".json")),
        f"{own}compare/{first.number}/{second.number}/",
    ]
    assert loses.sources == [("Title of jones-2026", "/sources/jones-2026/")]  # the partnership cites the other one
    assert loses.quoting == [("The page of Partnership stargate", "/partnerships/stargate/")]
    assert [address for _, address in loses.without] == ["/", "/patterns/"]
    assert loses.ids[:2] == ["STC", "STC-A1"] and len(loses.ids) == 1 + 1 + 1 + 4 + 1 + 1
    assert loses.day == first.published_at.date()
    withhold(loses, client, "pattern", "STC", numbers, chief, admin)
    assert "Pattern STC" not in text_of(client.get("/")) + text_of(client.get("/patterns/"))
    assert client.get("/sources/smith-2026/").status_code == 200


def test_an_edition_that_was_replaced_takes_only_itself(client, library, chief, admin):
    first, second, _ = library
    loses = disappearing("pattern", "STC", [first.number])
    own = f"/patterns/pattern-stc/{first.number}"
    compared = f"/patterns/pattern-stc/compare/{first.number}/{second.number}/"
    assert [address for _, address in loses.gone] == [f"{own}/", f"{own}.json", compared]
    assert (loses.without, loses.sources, loses.ids) == ([], [], [])
    withhold(loses, client, "pattern", "STC", [first.number], chief, admin)
    assert client.get("/patterns/pattern-stc/").status_code == 200


def test_a_partnership_leaves_the_pages_of_its_patterns(client, library, chief, admin):
    edition = library[2]
    loses = disappearing("partnership", "stargate", [edition.number])
    assert (loses.quoting, loses.ids) == ([], ["stargate"])
    assert [address for _, address in loses.without] == ["/", "/partnerships/", "/patterns/pattern-stc/"]
    assert "Partnership stargate" in text_of(client.get("/patterns/pattern-stc/"))
    withhold(loses, client, "partnership", "stargate", [edition.number], chief, admin)
    for _, address in loses.without:
        assert "Partnership stargate" not in text_of(client.get(address))


def test_what_is_withheld_already_does_not_disappear_again(library, chief, admin):
    first, second, _ = library
    confirm(propose(chief, editions=[first.number]), admin)
    loses = disappearing("pattern", "STC", [first.number])
    assert loses == Disappearing(gone=[], sources=[], ids=[], day=None, without=[], quoting=[])
    assert [word for word, _ in disappearing("pattern", "STC", [second.number]).gone][1:3] == [
        f"Edition {second.number}",
        f"Edition {second.number} as data",
    ]


def test_the_second_person_reads_it_on_the_page(client, library, chief, admin):
    proposed = propose(chief)
    page = text_of(as_(client, admin).get(f"/desk/withholdings/{proposed.pk}/"))
    loses = disappearing("pattern", "STC", proposed.editions)
    assert "What disappears for readers" in page
    for word, address in [*loses.gone, *loses.sources, *loses.without, *loses.quoting]:
        assert f'<a href="{address}">{word}</a>' in page
    assert ", ".join(loses.ids) in page
    confirm(proposed, admin)
    assert "What disappears" not in text_of(client.get(f"/desk/withholdings/{proposed.pk}/"))
    assert Cited.objects.exists()  # derived rows stay; nothing of them is shown
