"""Signing in in a real browser: a passkey from adding it to signing in with it alone, a code by keyboard, and axe."""

import pytest
from allauth.mfa.models import Authenticator
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from accounts import roles
from accounts.models import AccountEvent, User
from library.models import Edition
from tests.accounts.factors import PHRASE, code_now, give_app, give_passkey, give_password, grow_old, prove, sign_in
from tests.conftest import make_person
from tests.factories import make_source, make_submission, pattern_document

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def page(new_context, live_server):
    """A page whose browser has a security key plugged in; at localhost, where passkeys work without TLS."""
    page = new_context(base_url=live_server.url.replace("127.0.0.1", "localhost")).new_page()
    tools = page.context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    key = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    always = {"isUserVerified": True, "automaticPresenceSimulation": True}
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": {**key, **always}})
    said = []
    page.on("console", lambda message: said.append(message.text))
    yield page
    assert [text for text in said if "Content Security Policy" in text] == []


def type_password(page, person):
    page.get_by_label("User name").fill(person.username)
    page.get_by_label("Password").fill(PHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()


@pytest.fixture
def needed(settings):
    settings.SECOND_FACTOR_NEEDED = True


def test_a_passkey_from_its_first_day(page, needed, reviewer, editor):
    make_source(editor)
    make_submission(pattern_document(), editor)
    give_password(reviewer)
    page.goto("/desk/")
    type_password(page, reviewer)
    expect(page.get_by_text("Your account needs a second factor.")).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Office computer")
    page.get_by_label("Sign in with it alone").check()
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save as a file").click()
    assert page.locator(".codes code").first.inner_text() in saved.value.path().read_text()
    page.get_by_role("link", name="They are safe: go to your work").click()
    assert page.url.endswith("/desk/")

    page.get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/?next=/desk/")
    type_password(page, reviewer)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/desk/")

    page.get_by_role("button", name="Sign out").click()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey instead").click()
    page.wait_for_url("**/desk/")

    grow_old(as_client(page))
    page.get_by_role("link", name="Pattern STC").first.click()
    page.get_by_role("button", name="Sign off").click()
    expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    assert not Edition.objects.exists()
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page.get_by_role("status")).to_contain_text("is published as edition")


def as_client(page):
    client = Client()
    [cookie] = [cookie for cookie in page.context.cookies() if cookie["name"] == "sessionid"]
    client.cookies["sessionid"] = cookie["value"]
    return client


def test_a_code_by_keyboard_alone_without_scripts(new_context, live_server, reviewer, editor):
    give_app(give_password(reviewer))
    page = new_context(base_url=live_server.url, java_script_enabled=False).new_page()
    page.goto("/accounts/login/?next=/desk/")
    expect(page.get_by_label("User name")).to_be_focused()  # from the start
    page.keyboard.type(reviewer.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PHRASE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Prove that it is you")).to_be_visible()
    expect(page.get_by_label("Code")).to_be_focused()
    page.keyboard.type(code_now())
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/")


def pages():
    """The address of every page about an account, by name."""
    key = Authenticator.objects.get(type="webauthn")
    own = ["mfa_index", "account_change_password", "account_logout", "mfa_deactivate_totp", "mfa_add_webauthn"]
    own += ["mfa_generate_recovery_codes", "mfa_view_recovery_codes", "mfa_reauthenticate"]
    addresses = [reverse(name) for name in [*own, "mfa_reauthenticate_webauthn"]]
    return [*addresses, *(reverse(name, args=[key.pk]) for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"))]


def problems_of(context, client, address):
    """What is wrong with a page: words in the console, a width beyond the screen, what axe finds."""
    context.clear_cookies()
    if "sessionid" in client.cookies:
        context.add_cookies(
            [{"name": "sessionid", "value": client.cookies["sessionid"].value, "domain": "localhost", "path": "/"}]
        )
    page, problems = context.new_page(), []

    def hear(message):
        if message.type in ("error", "warning"):
            problems.append(message.text)

    page.on("console", hear)
    assert page.goto(address).status == 200 and page.url.endswith(address)
    page.remove_listener("console", hear)  # axe talks too
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        problems.append("wider than the screen")
    found = Axe().run(page).response["violations"]
    problems += [f"{rule['id']} {rule['nodes'][0]['html'][:160]}" for rule in found]
    page.close()
    return [f"{address}: {problem}" for problem in problems]


@pytest.mark.drill
@pytest.mark.parametrize("scheme, width", [("light", 320), pytest.param("dark", 1280, marks=pytest.mark.drill)])
def test_every_account_page_is_readable_by_all(new_context, live_server, reviewer, editor, scheme, width):
    give_app(give_password(reviewer))
    give_passkey(reviewer, "Clé du bureau " + "x" * 40)
    inside, half, fresh = Client(), Client(), Client()
    for each, person in ((inside, reviewer), (half, reviewer), (fresh, give_password(editor))):
        sign_in(each, person)
    prove(inside, code_now())
    shown = [(inside, address) for address in pages()]
    shown += [(half, reverse("mfa_authenticate")), (Client(), reverse("account_login"))]
    shown += [(fresh, reverse("mfa_activate_totp")), (fresh, reverse("mfa_index"))]
    shown += [(fresh, reverse("account_reauthenticate"))]
    context = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, base_url=live_server.url)
    problems = [problem for client, address in shown for problem in problems_of(context, client, address)]
    assert not problems, "\n".join(problems)


@pytest.mark.drill
@pytest.mark.parametrize("scheme, width", [("light", 390), pytest.param("dark", 1280, marks=pytest.mark.drill)])
def test_the_pages_of_administrators_are_readable_by_all(new_context, live_server, editor, scheme, width):
    client = Client()
    for _ in range(5):
        sign_in(client, give_password(editor), "wrong")
    ada = make_person("ada", "Ada", "Administrator", roles.ADMINISTRATOR)
    root = User.objects.create_superuser("root")
    client.force_login(ada)
    context = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, base_url=live_server.url)
    addresses = [
        reverse("admin:accounts_user_changelist"),
        *(reverse("admin:accounts_user_change", args=[person.pk]) for person in (editor, ada, root)),
        reverse("admin:accounts_user_act", args=[editor.pk, "remove-second-factor"]),
        reverse("admin:accounts_user_add"),
        reverse("admin:auth_user_password_change", args=[editor.pk]),
        reverse("admin:accounts_accountevent_changelist"),
        reverse("admin:accounts_accountevent_change", args=[AccountEvent.objects.first().pk]),
    ]
    problems = [problem for address in addresses for problem in problems_of(context, client, address)]
    assert not problems, "\n".join(problems)
