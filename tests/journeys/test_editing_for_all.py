"""The editors' pages for people who use other senses or narrow screens: axe finds nothing, nothing runs over."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from history import saving, unfinished
from history.models import RefusedSave
from history.saving import Base
from tests.factories import make_draft, make_source, partnership_document, pattern_document

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def work(editor, other_editor):
    """A pattern with refused and unfinished texts, a partnership with a gap, a source: all that the pages show."""
    make_source(editor)
    draft = make_draft(pattern_document(), editor)
    make_draft(partnership_document(moves=2), editor)
    half = QueryDict("subtitle=Half")
    unfinished.keep(editor, draft, "", base=Base.of(draft), token=unfinished.new_token(), typed=half)
    mine, theirs = {**draft.read(), "title": "Mine"}, {**draft.read(), "title": "Theirs", "clauses": []}
    saving.save("pattern", "STC", theirs, Base.of(draft), by=other_editor, note="First")
    saving.save("pattern", "STC", mine, Base.of(draft), by=editor, note="Second")


def addresses(refused=True):
    item = ["pattern", "STC"]
    one = (
        {"refused": reverse("admin:history_refusedsave_change", args=[RefusedSave.objects.get().pk])}
        if refused
        else {}
    )
    return {
        **one,
        "index": reverse("admin:index"),
        "list": reverse("admin:patterns_pattern_changelist"),
        "sources": reverse("admin:sources_source_changelist"),
        "new": reverse("admin:patterns_pattern_add"),
        "pattern": reverse("admin:pattern-edit", args=["STC"]),
        "partnership": reverse("admin:partnership-edit", args=["stargate"]),
        "scorecard": reverse("admin:partnership-part", args=["stargate", "STC"]),
        "copy": reverse("admin:partnership-copy", args=["stargate"]),
        "another look": reverse("desk:another-look"),
        "source": reverse("admin:source-edit", args=["smith-2026"]),
        "refused list": reverse("admin:history_refusedsave_changelist"),
        "timeline": reverse("desk:timeline", args=item),
        "compare": reverse("desk:compare", args=item) + f"?old=1&new={2 if refused else 1}",
        "version": reverse("desk:version", args=[*item, 1]),
        "login": reverse("account_login"),
    }


@pytest.mark.drill
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_readable_by_all(browser, live_server, work, editor, scheme):
    client = Client()
    client.force_login(editor)
    context = browser.new_context(viewport={"width": 390, "height": 800}, color_scheme=scheme)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    problems = []
    for name, address in addresses().items():
        context.clear_cookies()
        if name != "login":
            context.add_cookies([cookie])
        page = context.new_page()
        page.on("console", lambda message, name=name, problems=problems: problems.append(f"{name}: {message.text}"))
        page.goto(live_server.url + address)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            problems.append(f"{name}: wider than the screen")
        found = Axe().run(page).response["violations"]
        problems += [f"{name}: {rule['id']} {rule['nodes'][0]['html'][:160]}" for rule in found]
        page.close()
    context.close()
    assert not problems, "\n".join(problems)


@pytest.mark.drill
def test_an_endless_word_widens_no_page(browser, live_server, editor):
    word = "Sovereign" * 33
    make_source(editor, title=word)
    make_draft(pattern_document(title=word), editor)
    make_draft(partnership_document(name=word), editor)
    client = Client()
    client.force_login(editor)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    wide = []
    for width in (390, 1280):
        context = browser.new_context(viewport={"width": width, "height": 800})
        context.add_cookies([cookie])
        page = context.new_page()
        desk = {"queue": "/desk/", "item": "/desk/pattern/STC/"}
        shown = {name: address for name, address in addresses(refused=False).items() if name != "login"}
        for name, address in {**shown, **desk}.items():
            page.goto(live_server.url + address)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wide.append(f"{name} at {width}")
        context.close()
    assert wide == []
