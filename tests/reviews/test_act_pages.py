"""The desk after publication: pages that show, refuse and keep what was typed."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import roles
from library.models import LedgerEntry
from reviews.models import Event, Withholding
from tests.conftest import make_person
from tests.factories import make_draft, make_edition, make_source, partnership_document, pattern_document
from tests.forms_of_page import find_form, send
from tests.library.factories import on
from tests.reviews.acting import GROUND, REASON, confirm, propose, reaffirm, retire, shown, standing
from tests.reviews.desk import ITEM, as_, text_of

pytestmark = pytest.mark.django_db
WITHHOLDINGS = "/desk/withholdings/"


@pytest.fixture
def admin(db):
    return make_person("adam", "Adam", "Admin", roles.ADMINISTRATOR)


@pytest.fixture
def edition(editor, reviewer):
    make_source(editor)
    return make_edition(pattern_document(), editor, reviewer)


def test_item_page_offers_what_each_may_do(client, edition, editor, reviewer, other_reviewer, chief):
    expected = {editor: [], reviewer: [], other_reviewer: ["reaffirm"], chief: ["reaffirm", "retire", "withhold"]}
    for person, verbs in expected.items():
        told = text_of(as_(client, person).get(ITEM))
        assert [verb for verb in ("reaffirm", "retire", "withhold") if f"{ITEM}{verb}/" in told] == verbs
        assert f"Edition {edition.number} is verified." in told
        why = "You reviewed this edition last; a second person reaffirms it."
        assert (why in told) == (person is reviewer)


def test_item_page_of_a_draft_offers_nothing(client, chief, editor):
    make_source(editor)
    make_draft(pattern_document(), editor)
    assert "What stands" not in text_of(as_(client, chief).get(ITEM))
    for verb in ("reaffirm", "retire", "withhold"):
        assert client.get(f"{ITEM}{verb}/").status_code == 404
        assert client.post(f"{ITEM}{verb}/").status_code == 404


# Reaffirm


def test_the_form_as_drawn_reaffirms(client, edition, other_reviewer):
    page = as_(client, other_reviewer).get(ITEM + "reaffirm/")
    assert "stand for it, every byte of it, until" in text_of(page)
    answer = send(client, page, find_form(page, having="position"), note="Read again")
    assert answer.status_code == 302 and answer.headers["Location"] == ITEM
    assert "is reaffirmed. Its next review is due by" in text_of(client.get(ITEM))
    assert LedgerEntry.objects.last().read()["note"] == "Read again"


def test_reaffirming_what_changed_meanwhile_is_refused_with_what_was_typed(
    client, edition, other_reviewer, chief, reviewer
):
    page = as_(client, other_reviewer).get(ITEM + "reaffirm/")
    reaffirm(chief)
    answer = send(client, page, find_form(page, having="position"), note="My long note")
    assert answer.status_code == 409
    assert "Something changed after you opened this page" in text_of(answer)
    assert "by Cleo Chief. Nothing was recorded" in text_of(answer)
    assert "My long note</textarea>" in text_of(answer)
    again = send(client, answer, find_form(answer, having="position"))  # about what the page shows now
    assert again.status_code == 302
    assert list(Event.objects.filter(what="reaffirmed").values_list("name", flat=True)) == [
        "Cleo Chief",
        "Rolf Reviewer",
    ]


@pytest.mark.parametrize("who", ["editor", "reviewer", "other_editor"])
def test_who_may_not_reaffirm_has_no_button_and_is_refused(client, edition, request, who):
    person = request.getfixturevalue(who)
    page = as_(client, person).get(ITEM + "reaffirm/")
    assert "Reaffirm</button>" not in text_of(page) and 'class="why-not"' in text_of(page)
    assert client.post(ITEM + "reaffirm/", shown()).status_code == 403
    assert LedgerEntry.objects.count() == 1


@pytest.mark.parametrize("sent", [{}, {"digest": "a\0", "position": "1"}, {"digest": "x", "position": "9" * 400}])
def test_a_forged_form_reaffirms_nothing(client, edition, other_reviewer, sent):
    assert as_(client, other_reviewer).post(ITEM + "reaffirm/", sent).status_code == 409
    assert LedgerEntry.objects.count() == 1


def test_a_retired_item_is_not_reaffirmed(client, edition, other_reviewer, chief):
    retire(chief)
    answer = as_(client, other_reviewer).post(ITEM + "reaffirm/", shown())
    assert answer.status_code == 409 and f"Edition {edition.number} is retired" in text_of(answer)


# Retire


def test_the_form_as_drawn_retires(client, edition, editor, reviewer, chief):
    make_edition(pattern_document("NEW", title="Érable & <fils>"), editor, reviewer)
    page = as_(client, chief).get(ITEM + "retire/")
    assert "Érable &amp; &lt;fils&gt; (NEW)" in text_of(page)
    answer = send(client, page, find_form(page, having="successor"), reason=REASON, successor="NEW")
    assert answer.status_code == 302
    assert (standing().state, standing().successor) == ("retired", "NEW")
    told = text_of(client.get(ITEM))
    assert f"Edition {edition.number} is retired." in told
    assert "Retire it" not in told and "Reaffirm it" not in told and "Withhold editions" in told


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"reason": ""}, "Tell readers why this is no longer recommended."),
        ({"reason": "short"}, "Tell readers why this is no longer recommended."),
        ({"reason": "turned \u202e round " * 3}, "hidden change of text direction"),
        ({"reason": "x" * 10_000_000}, "use at most 2,000"),
        ({"reason": REASON, "successor": "STC"}, "not one of the available choices"),
    ],
)
def test_a_retirement_that_lacks_something_is_refused_at_its_field(client, edition, chief, typed, said):
    answer = as_(client, chief).post(ITEM + "retire/", {**shown(), **typed})
    assert answer.status_code == 409
    assert said in text_of(answer) and "Error: Retire" in text_of(answer)
    assert standing().state == "verified"


@pytest.mark.parametrize("verb", ["retire", "withhold"])
def test_only_chiefs_retire_and_propose(client, edition, editor, other_reviewer, verb):
    for person in (editor, other_reviewer):
        assert as_(client, person).get(f"{ITEM}{verb}/").status_code == 403
        answer = client.post(f"{ITEM}{verb}/", {**shown(), "reason": REASON, "ground": GROUND})
        assert answer.status_code == 403 and "Only a chief editor" in text_of(answer)
    assert standing().state == "verified" and not Withholding.objects.exists()


# Withhold


def test_a_proposal_goes_to_an_administrator_who_confirms(client, edition, editor, reviewer, chief, admin):
    make_edition(partnership_document(), editor, reviewer)
    page = as_(client, chief).get(ITEM + "withhold/")
    assert "These partnerships quote the wording" in text_of(page) and "Partnership stargate" in text_of(page)
    form = find_form(page, having="ground")
    assert send(client, page, form, ground=GROUND, note="File 12").status_code == 302
    proposed = Withholding.objects.get()
    assert (proposed.editions, proposed.note) == ([edition.number], "File 12")
    assert "Cleo Chief proposed to withhold 1 edition; an administrator decides." in text_of(client.get(ITEM))
    own = f"{WITHHOLDINGS}{proposed.pk}/"
    assert "You proposed this; an administrator who did not decides." in text_of(client.get(own))
    assert client.post(own + "confirm/", shown()).status_code == 403

    as_(client, admin)
    assert "1 waits for an administrator" in text_of(client.get("/admin/"))
    assert own in text_of(client.get(WITHHOLDINGS))
    page = client.get(own)
    assert "File 12" in text_of(page) and "Not public." in text_of(page)
    assert client.get("/patterns/pattern-stc/").status_code == 200
    answer = send(client, page, find_form(page, having="position"), typed_code=" STC ")
    assert answer.headers["Location"] == own
    assert "Withheld, confirmed by Adam Admin" in text_of(client.get(own))
    assert client.get("/patterns/pattern-stc/").status_code == 451
    assert "none waits for a decision" in text_of(client.get("/admin/"))


def test_a_refusal_keeps_its_reason(client, edition, chief, admin):
    proposed = propose(chief)
    own = f"{WITHHOLDINGS}{proposed.pk}/"
    empty = as_(client, admin).post(own + "refuse/", {"reason": ""})
    assert empty.status_code == 409 and "Say why nothing is withheld." in text_of(empty)
    assert client.post(own + "refuse/", {"reason": "No ground"}).status_code == 302
    assert "decided by Adam Admin" in text_of(client.get(own)) and "No ground" in text_of(client.get(own))
    late = client.post(own + "confirm/", {**shown(), "typed_code": "STC"})
    assert late.status_code == 409 and "Somebody else decided" in text_of(late)
    typed = client.post(own + "refuse/", {"reason": "My second thought"})
    assert typed.status_code == 409 and "My second thought</textarea>" in text_of(typed)


def test_who_proposed_takes_it_back(client, edition, chief, other_reviewer):
    own = f"{WITHHOLDINGS}{propose(chief).pk}/"
    assert "Or take it back" in text_of(as_(client, chief).get(own))
    assert client.post(own + "refuse/", {"reason": "A mistake"}).status_code == 302


def test_confirming_what_changed_meanwhile_is_refused(client, edition, editor, reviewer, chief, admin):
    own = f"{WITHHOLDINGS}{propose(chief).pk}/"
    before = shown()
    make_edition(pattern_document(title="Second"), editor, reviewer)
    answer = as_(client, admin).post(own + "confirm/", {**before, "typed_code": "STC"})
    assert answer.status_code == 409 and "Something changed" in text_of(answer)
    assert "Not named" in text_of(answer)
    assert LedgerEntry.objects.count() == 2
    one_click = send(client, answer, find_form(answer, having="position"))
    assert one_click.status_code == 409 and LedgerEntry.objects.count() == 2
    again = send(client, one_click, find_form(one_click, having="position"), typed_code="STC")
    assert again.status_code == 302 and LedgerEntry.objects.count() == 3  # about what the page shows now


def test_a_wrong_code_typed_for_what_changed_meanwhile_is_typed_anew(client, edition, editor, reviewer, chief, admin):
    page = as_(client, admin).get(f"{WITHHOLDINGS}{propose(chief).pk}/")
    make_edition(pattern_document(title="Second"), editor, reviewer)
    answer = send(client, page, find_form(page, having="position"), typed_code="STD")
    sent = dict(find_form(answer, having="position").fields)
    assert (answer.status_code, sent["typed_code"], sent["digest"]) == (409, "", shown()["digest"])


@pytest.mark.parametrize("typed", ["", "stc", "ST", "STC STC", "NEW", "É" * 101, "\0"])
def test_another_code_than_the_items_withholds_nothing(client, edition, chief, admin, typed):
    own = f"{WITHHOLDINGS}{propose(chief).pk}/"
    page = as_(client, admin).get(own)
    assert "Type STC to confirm." in text_of(page)
    answer = send(client, page, find_form(page, having="position"), typed_code=typed)
    assert answer.status_code == 409 and "Error: Withholding" in text_of(answer)
    assert "Type the code of this item, STC, to confirm." in text_of(answer)
    kept = dict(find_form(answer, having="position").fields)
    assert (kept["typed_code"], kept["digest"]) == (typed, shown()["digest"])
    assert Withholding.objects.open().exists() and LedgerEntry.objects.count() == 1
    assert client.get("/patterns/pattern-stc/").status_code == 200


def test_withholdings_are_nobody_elses_to_see(client, edition, editor, reviewer, stranger, chief):
    own = f"{WITHHOLDINGS}{propose(chief).pk}/"
    nothing = as_(client, stranger).get("/-/").content
    for person in (editor, reviewer, stranger):
        as_(client, person)
        answers = [client.get(WITHHOLDINGS), client.get(own), client.get(f"{WITHHOLDINGS}999999/")]
        answers += [client.post(own + verb) for verb in ("confirm/", "refuse/")]
        assert [(answer.status_code, answer.content) for answer in answers] == [(404, nothing)] * 5
    assert "Withholdings" not in text_of(client.get("/admin/"))
    client.logout()
    assert client.get(own).headers["Location"].startswith("/accounts/login/")


def test_an_administrator_is_led_to_no_page_that_is_closed(client, edition, chief, admin):
    own = f"{WITHHOLDINGS}{propose(chief).pk}/"
    for address in (WITHHOLDINGS, own):
        page = as_(client, admin).get(address)
        links = [link for link in page.content.decode().split('href="')[1:] if link.startswith("/desk/")]
        for link in links:
            assert client.get(link.split('"')[0]).status_code == 200


def test_an_empty_list_of_withholdings_says_what_will_stand_there(client, admin):
    assert "Nothing has been proposed to be withheld." in text_of(as_(client, admin).get(WITHHOLDINGS))


def test_a_withheld_item_stays_at_the_desk(client, edition, editor, chief, admin):
    confirm(propose(chief), admin)
    told = text_of(as_(client, editor).get(ITEM))
    assert "Withheld</span>" in told and f"Edition {edition.number} is withheld." in told
    assert "Every edition of this item is withheld already." in text_of(as_(client, chief).get(ITEM + "withhold/"))


# Due


def test_what_is_due_is_listed_with_the_way_to_reaffirm(client, edition, editor, reviewer, other_reviewer, chief):
    make_edition(pattern_document("RET"), editor, reviewer)
    retire(chief, code="RET")
    day = standing().review_by
    for days, words in ((-31, []), (-30, ["Verified"]), (0, ["Verified"]), (1, ["Review overdue"])):
        with on((day + timedelta(days=days)).isoformat()):
            page = as_(client, other_reviewer).get("/desk/due/")
        assert ["Review overdue" if row["is_overdue"] else "Verified" for row in page.context["rows"]] == words
        assert (f'href="{ITEM}reaffirm/"' in text_of(page)) == bool(words)
    for person, said in ((reviewer, "You reviewed this edition last"), (editor, "last reviewed")):
        with on((day + timedelta(days=1)).isoformat()):
            page = as_(client, person).get("/desk/due/")
        assert said in text_of(page) and "reaffirm/" not in text_of(page)


def test_nothing_due_says_so(client, edition, editor):
    assert "Nothing falls due within 30 days." in text_of(as_(client, editor).get("/desk/due/"))


def test_due_list_takes_the_same_statements_for_three_as_for_one(client, edition, editor, reviewer, other_reviewer):
    taken = []
    for codes in ([], ["AAA", "BBB"]):
        for code in codes:
            make_edition(pattern_document(code), editor, reviewer)
        with on((standing().review_by + timedelta(days=1)).isoformat()):
            as_(client, other_reviewer)
            with CaptureQueriesContext(connection) as asked:
                page = client.get("/desk/due/")
        taken.append((len(page.context["rows"]), len(asked)))
    assert [rows for rows, _ in taken] == [1, 3]
    assert taken[0][1] == taken[1][1] <= 12


def test_stranger_has_no_due_list(client, stranger, admin):
    for person in (stranger, admin):
        assert as_(client, person).get("/desk/due/").status_code == 404


def test_every_act_has_its_words_on_the_public_pages(client, edition, other_reviewer, chief):
    reaffirm(other_reviewer, note="Read again.")
    retire(chief)
    told = text_of(client.get("/patterns/pattern-stc/"))
    today = timezone.now().date().isoformat()
    assert f"Retired on {today}.</strong> {REASON}" in told
    assert "Reaffirmed by <bdi>Rolf Reviewer</bdi>" in told and "Retired by <bdi>Cleo Chief</bdi>" in told
    assert "by <bdi>Rolf Reviewer</bdi></dd>" in told
    methodology = text_of(client.get("/methodology/"))
    for anchor in ("retired", "withheld", "reaffirmed", "review-overdue"):
        assert f'id="{anchor}"' in methodology
