"""Every page of desk, admin and accounts as axe sees it; the URL resolver and the permission matrix say which."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import get_resolver
from playwright.sync_api import expect

from tests.accounts.factors import code_now, give_app, give_password, grow_old, prove, sign_in
from tests.journeys.test_signing_in import SEEN
from tests.permissions.rows import CAST
from tests.permissions.test_matrix import ROWS, address, cast, world  # noqa: F401 fixtures

STAFF = ("desk/", "admin/", "accounts/")
READERS = (
    "chief",
    "administrator",
    "editor",
    "reviewer",
    "superuser",
)  # the first who may, looks
NO_PAGE = {
    "desk/audit/events.csv": "a file",
    "desk/audit/events.json": "a file",
    "admin/jsi18n/": "a script of Django's admin",
    "admin/sources/source/offered/": "JSON for a script",
    "admin/sources/source/titles/": "JSON for a script",
    "accounts/login/passkey/": "JSON for a script, else leads to the sign-in page",
    "accounts/sign-out-everywhere/": "takes a button of the account's page and leads on",
    "accounts/passkeys/": "leads to the account's page",
}
NO_FORM = ("/unfinished/", "/mark/")  # a script's, which reads the status; a button's that only forgery empties
FORMS = ("/add/", "/copy/", "/password/", "/do/<slug:act>/")  # say what is wrong in the manner of Django's admin
REFUSALS = {"c": 409, "b": 400, "o": 200}


def names(resolver=None, before=""):
    """Route and name of everything that the project answers."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern, route)
        else:
            yield route, pattern.name


def who(answers, *letters):
    """Return the first of READERS who gets one of the letters, None if nobody does."""
    return next((one for one in READERS if answers[CAST.index(one)] in letters), None)


def shown():
    """The routes of which somebody gets a page, with who that is."""
    staff = {route: who(row.get, "o") for route, row in ROWS.items() if route.startswith(STAFF)}
    return {route: reader for route, reader in staff.items() if reader and route not in NO_PAGE}


def refusing():
    """The routes that answer an empty form with a page about what is wrong, with who sends it."""
    staff = {
        route: who(row.post, *("cbo" if route.endswith(FORMS) else "cb"))
        for route, row in ROWS.items()
        if route.startswith(STAFF)
    }
    return {route: reader for route, reader in staff.items() if reader and not route.endswith(NO_FORM)}


def test_every_route_of_the_staff_is_looked_at_or_has_a_reason():
    """Which routes are pages, the matrix says; of the accounts' all are, in one state or another."""
    staff = {route: name for route, name in names() if route.startswith(STAFF)}
    looked_at = {*shown(), *(route for route, name in staff.items() if name in SEEN)}
    for route in set(staff) - looked_at - set(NO_PAGE):
        assert not route.startswith("accounts/"), f"{route}: look at it in test_signing_in.py"
        assert "o" not in ROWS[route].get, f"{route}: nobody looks at it"
    assert set(NO_PAGE) <= set(staff) - looked_at, "these are looked at, or are gone"
    assert len(shown()) > 60 and len(refusing()) > 25


def problems_of(page, where):
    """What is wrong with the page: its width at 320 and 1280 pixels, what axe finds, light and dark."""
    page.evaluate("for (const folded of document.querySelectorAll('details')) folded.open = true")
    problems = []
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            problems.append(f"wider than {width}")
    for scheme, options in (("light", {}), ("dark", {"runOnly": ["color-contrast"]})):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page, options=options).response["violations"]
        problems += [f"{scheme}: {rule['id']} {node['html'][:160]}" for rule in found for node in rule["nodes"][:2]]
    page.emulate_media(color_scheme="light")
    return [f"{where}: {problem}" for problem in problems]


@pytest.fixture
def open_as(new_context, live_server):
    """Open a page in a browser of its own, with the session of a client."""

    def open_page(client):
        context = new_context(base_url=live_server.url)
        session = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        context.add_cookies([session])
        return context.new_page()

    return open_page


@pytest.fixture
def pages(cast, open_as):  # noqa: F811
    """A page of each of READERS, signed in."""
    clients = {one: Client() for one in READERS}
    for one, client in clients.items():
        client.force_login(cast[one])
    return {one: open_as(client) for one, client in clients.items()}


@pytest.mark.drill
@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_every_page_is_readable_by_all(world, pages):  # noqa: F811
    problems = []
    for route, reader in shown().items():
        where, page = address(route, ROWS[route].needs, world), pages[reader]
        answer = page.goto(where)
        assert answer.status == 200 and "text/html" in answer.headers["content-type"], where
        problems += problems_of(page, f"{where} ({reader})")
    assert not problems, "\n".join(problems)


SEND = """(where) => {
  const form = document.createElement("form"), token = document.querySelector("[name=csrfmiddlewaretoken]");
  Object.assign(form, { method: "post", action: where });
  form.append(token.cloneNode());
  document.body.append(form);
  form.submit();
}"""


@pytest.mark.drill
@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_every_page_that_refuses_is_readable_by_all(world, pages):  # noqa: F811
    problems = []
    for route, sender in refusing().items():
        where, page = address(route, ROWS[route].needs, world), pages[sender]
        page.goto("/accounts/")
        with page.expect_navigation() as sent:
            page.evaluate(SEND, where)
        assert sent.value.status in REFUSALS.values(), where
        told = page.locator("[role=alert][tabindex]")
        if told.count() and not told.and_(page.locator(":focus")).count():
            problems.append(f"POST {where}: the focus is not on what is wrong")
        problems += problems_of(page, f"POST {where} ({sender})")
    assert not problems, "\n".join(problems)


@pytest.mark.drill
@pytest.mark.journey
@pytest.mark.django_db(transaction=True)
def test_the_page_that_asks_who_it_is_is_readable_by_all(world, cast, open_as):  # noqa: F811
    client, reviewer = Client(), give_app(give_password(cast["reviewer"]))
    sign_in(client, reviewer)
    prove(client, code_now())
    grow_old(client)
    page = open_as(client)
    page.goto(f"/desk/submissions/{world['submission']}/")
    page.get_by_role("button", name="Sign off").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Confirm that it is you")
    expect(page.get_by_label("Code")).to_be_focused()
    assert problems_of(page, "confirm") == []
