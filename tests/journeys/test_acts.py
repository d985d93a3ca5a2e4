"""After publication, in the browser: two people withhold; every page fits and is accessible, light and dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from accounts import roles
from library.models import Standing
from tests.conftest import make_person
from tests.factories import make_edition, make_source, partnership_document, pattern_document
from tests.journeys.test_review import desk_of  # noqa: F401 a fixture
from tests.reviews.acting import GROUND, REASON, confirm, propose, retire

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def admin(db):
    return make_person("adam", "Adam", "Admin", roles.ADMINISTRATOR)


@pytest.fixture
def library(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    make_edition(pattern_document("NEW"), editor, reviewer)
    make_edition(partnership_document(), editor, reviewer)


@pytest.mark.drill
def test_two_people_withhold_without_scripts(desk_of, library, chief, admin):  # noqa: F811
    page = desk_of(chief, java_script_enabled=False)
    page.goto("/desk/partnership/stargate/")
    page.get_by_role("link", name="Withhold editions").click()
    page.get_by_label("Ground").fill(GROUND)
    page.get_by_role("button", name="Propose to withhold").click()
    expect(page.get_by_role("status")).to_contain_text("waits for an administrator")

    other = desk_of(admin, java_script_enabled=False)
    other.goto("/admin/")
    other.get_by_role("link", name="Withholdings").click()
    other.get_by_role("link", name="stargate, 1 edition").click()
    other.get_by_role("button", name="Withhold", exact=True).click()
    expect(other.get_by_role("alert")).to_contain_text("Type the code of this item, stargate, to confirm.")
    other.get_by_label("Code of the item").fill("stargate")
    other.get_by_role("button", name="Withhold", exact=True).click()
    expect(other.get_by_role("status")).to_contain_text("Withheld: stargate")
    answer = other.goto("/partnerships/stargate/")
    assert answer.status == 451
    expect(other.get_by_text(GROUND)).to_be_visible()


@pytest.mark.drill
@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (1280, "dark")])
def test_pages_fit_and_are_accessible(desk_of, library, chief, admin, width, scheme):  # noqa: F811
    retire(chief, code="NEW", successor="STC")
    proposed = propose(chief, kind="partnership", code="stargate")
    Standing.objects.filter(code="STC").update(review_by="2020-01-01")
    page = desk_of(chief, viewport={"width": width, "height": 800}, color_scheme=scheme)
    acts = [f"/desk/pattern/STC/{verb}/" for verb in ("reaffirm", "retire", "withhold")]
    for address in ["/desk/due/", "/desk/pattern/STC/", "/desk/pattern/NEW/", *acts, "/desk/pattern/NEW/retire/"]:
        look(page, address, width)
    page = desk_of(admin, viewport={"width": width, "height": 800}, color_scheme=scheme)
    own = f"/desk/withholdings/{proposed.pk}/"
    for address in ["/admin/", "/desk/withholdings/", own]:
        look(page, address, width)
    confirm(proposed, admin)
    for address in [own, "/partnerships/stargate/", "/partnerships/stargate/history/", "/patterns/pattern-new/"]:
        look(page, address, width)
    expect(page.get_by_text(REASON).first).to_be_visible()


def look(page, address, width):
    page.goto(address)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, address
    assert [found["id"] for found in Axe().run(page).response["violations"]] == [], address
