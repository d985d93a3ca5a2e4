"""Corrections at the desk: the list, the one change with every text it touches, one form that signs each digest."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from history.models import Draft
from library.models import Edition, Standing
from reviews import corrections, notices, schedules, workflow
from reviews.models import Correction, SignOff, Submission
from tests.conftest import make_person
from tests.factories import make_edition, make_source, make_submission, partnership_document, pattern_document
from tests.forms_of_page import find_form, send
from tests.reviews.desk import as_, text_of
from tests.reviews.test_corrections import TITLE, correct_source, opened, rename_family

pytestmark = pytest.mark.django_db
LIST = "/desk/corrections/"


@pytest.fixture
def library(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document("STC"), editor, reviewer)


def more_deals(editor, reviewer, count):
    for n in range(count):
        make_edition(partnership_document(f"deal-{n:02d}"), editor, reviewer)


@pytest.fixture
def correction(library, editor):
    correct_source(editor, title=TITLE)
    opened()
    return Correction.objects.get()


def at(correction, verb=""):
    return f"{LIST}{correction.pk}/{verb}"


def signing_form(client, correction):
    return find_form(client.get(at(correction)), action="/sign-off/")


# Who sees and does what.

ROLES = [*roles.ROLES, "none"]
AT_THE_DESK = {roles.EDITOR, roles.REVIEWER, roles.LEGAL_REVIEWER, roles.CHIEF_EDITOR}
REVIEWING = {roles.REVIEWER, roles.LEGAL_REVIEWER, roles.CHIEF_EDITOR}
# What a post of theirs is answered with: with nothing ticked, with a reason, with nothing to open.
ANSWERS = {
    "sign-off/": dict.fromkeys(REVIEWING, 409),
    "request-changes/": dict.fromkeys(REVIEWING, 302) | {roles.EDITOR: 409},
    "withdraw/": {roles.CHIEF_EDITOR: 302} | dict.fromkeys(AT_THE_DESK - {roles.CHIEF_EDITOR}, 409),
    "open/": {roles.EDITOR: 409, roles.CHIEF_EDITOR: 409},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("verb", ANSWERS)
def test_every_verb_by_every_role(verb, role, client, correction):
    as_(client, make_person("pat", "Pat", "Person", role))
    answer = client.post(at(correction, verb), {"reason": "Because"})
    expected = ANSWERS[verb].get(role, 403) if role in AT_THE_DESK else 404
    assert answer.status_code == expected
    if expected in (403, 404, 409):
        assert Submission.objects.get(change_class="correction").state == "open"
    assert client.get(at(correction, verb)).status_code == (405 if role in AT_THE_DESK else 404)


@pytest.mark.parametrize("role", ROLES)
def test_who_reads_corrections(role, client, correction):
    as_(client, make_person("pat", "Pat", "Person", role))
    expected = 200 if role in AT_THE_DESK else 404
    assert client.get(LIST).status_code == client.get(at(correction)).status_code == expected


def test_a_stranger_learns_nothing(client, stranger, correction):
    as_(client, stranger)
    there, not_there = client.get(at(correction)), client.get(f"{LIST}{correction.pk + 1}/")
    assert (there.status_code, there.content) == (404, not_there.content)
    client.logout()
    assert client.get(at(correction)).status_code == 302


@pytest.mark.parametrize("verb", ["", *ANSWERS])
def test_what_is_not_there_is_not_found(verb, client, chief):
    send = client.post if verb else client.get
    as_(client, chief)
    for pk in (17, 10**30):
        assert send(f"{LIST}{pk}/{verb}").status_code == 404


# What the page says.


def test_the_page_shows_the_one_change_and_every_text(client, correction, reviewer):
    told = text_of(as_(client, reviewer).get(at(correction)))
    assert "<ins>Décision relative à l’accès : « Conseil d’État »</ins>" in told
    assert "Edda Editor" in told and "Le titre exact" in told
    submission = Submission.objects.get(change_class="correction")
    assert submission.digest in told and f"{submission.digest[:12]}…" in told
    assert f'value="{submission.pk}:{submission.digest}:{submission.base_edition}"' in told
    assert "with nothing but this change" in told and "more differs" not in told
    assert "Relied on in: In brief; Structure; Kill list, STC-K1, mechanism" in told
    assert "approve exactly the bytes of each text that is ticked" in told
    assert "Sign off and publish the text that is ticked" in told


def test_a_text_in_which_more_differs_cannot_be_ticked(client, correction, reviewer, monkeypatch):
    """It cannot come about; if it did, the comparison of the documents says so and nobody signs unread."""
    read = Submission.read
    monkeypatch.setattr(Submission, "read", lambda one: read(one) | {"subtitle": "Slipped in"})
    told = text_of(as_(client, reviewer).get(at(correction)))
    assert "No: more differs" in told and "More than the correction differs in this text" in told
    assert 'name="sign"' not in told


def test_the_list_says_what_became_of_each(client, correction, editor, reviewer):
    as_(client, reviewer)
    assert "1 in review" in text_of(client.get(LIST))
    correct_source(editor, title="Encore")
    assert "To be put up for review in a moment" in text_of(client.get(LIST))
    opened()
    told = text_of(client.get(LIST))
    assert "1 withdrawn" in told and "1 in review" in told


def test_an_empty_list_says_what_will_stand_there(client, reviewer):
    assert "Nothing has been corrected yet." in text_of(as_(client, reviewer).get(LIST))


def test_a_long_list_has_pages(client, library, editor, reviewer):
    for n in range(26):
        correct_source(editor, title=f"Titre {n}")
    corrections.open_due()
    as_(client, reviewer)
    assert "Page 1 of 2" in text_of(client.get(LIST)) and "Titre 0" in text_of(client.get(f"{LIST}?page=2"))


def test_a_correction_that_touches_nothing_published_says_so(client, editor, reviewer):
    make_source(editor)
    correct_source(editor, title=TITLE)
    opened()
    told = text_of(as_(client, reviewer).get(at(Correction.objects.get())))
    assert "No published text holds the old wording" in told
    assert "No submission was opened" in text_of(client.get(LIST))


def test_a_renamed_family_shows_its_old_and_new_name(client, library, editor, reviewer):
    rename_family(editor, "Souveraineté")
    opened()
    told = text_of(as_(client, reviewer).get(at(Correction.objects.get())))
    assert "<ins>Souveraineté</ins>" in told and "<del>Sovereign</del>" in told


def test_an_overtaken_correction_leads_to_the_newer_one(client, correction, editor, reviewer):
    correct_source(editor, title="Encore")
    opened()
    told = text_of(as_(client, reviewer).get(at(correction)))
    newer = Correction.objects.first()
    assert f'<a href="{LIST}{newer.pk}/">The newer correction</a> takes its place' in told
    assert 'name="sign"' not in told


def test_what_is_left_out_says_what_to_do_and_is_opened_by_a_button(client, library, editor, other_editor):
    up = make_submission({**Draft.objects.get(code="STC").read(), "title": "In review"}, editor)
    correct_source(editor, title=TITLE)
    opened()
    correction = Correction.objects.get()
    as_(client, other_editor)
    told = text_of(client.get(at(correction)))
    assert "In review with the old wording. When that is decided, this one opens for it by itself." in told
    assert "Open for the texts left out" not in told
    workflow.withdraw(up, by=editor)
    told = text_of(client.get(at(correction)))
    assert "the correction opens for it by itself in a moment." in told and "Open for the texts left out" in told
    answer = client.post(at(correction, "open/"), follow=True)
    assert "1 text is put up for review." in text_of(answer)
    assert Submission.objects.open().get().change_class == "correction"


def test_review_and_item_page_lead_to_the_correction(client, correction, reviewer):
    as_(client, reviewer)
    submission = Submission.objects.get(change_class="correction")
    link = f'<a href="{LIST}{correction.pk}/">'
    assert link in text_of(client.get(f"/desk/submissions/{submission.pk}/"))
    assert link in text_of(client.get("/desk/pattern/STC/"))


def save_source(client, editor, **fields):
    """Save the form of the source in the admin; return the page that follows."""
    address = as_(client, editor).get(reverse("admin:source-edit", args=["smith-2026"]))["Location"]
    page = client.get(address)
    form = find_form(page, having="base_version")
    names = {name.rsplit("-", 1)[-1]: name for name in form.values()}
    typed = {names[field]: value for field, value in fields.items()}
    return text_of(send(client, page, form, **typed, **{"change-note": "Le titre exact"}, follow=True))


@pytest.mark.django_db(transaction=True)
def test_saving_a_source_says_how_many_texts_are_in_review(client, library, editor):
    told = save_source(client, editor, title=TITLE)
    link = f'<a href="{Correction.objects.get().get_absolute_url()}">'
    assert f"Saved as version 2. Opened {link}1 correction</a>." in told


@pytest.mark.django_db(transaction=True)
def test_saving_a_source_says_what_came_of_every_text(client, library, editor, other_editor, reviewer):
    more_deals(editor, reviewer, 3)
    retired = Standing.objects.latest().filter(code="deal-02")
    retired.update(state="retired")
    make_submission({**Draft.objects.get(code="deal-01").read(), "summary": "Newer [@smith-2026]"}, editor)
    told = save_source(client, other_editor, source_kind="article")
    assert told.count("Opened <a") == 1
    assert (
        "1 correction</a>; 1 left out because it is in review: it opens by itself when that is decided; "
        "1 left out because it would not be ready; 1 stays as it is, retired or withheld."
    ) in told


@pytest.mark.django_db(transaction=True)
def test_saving_a_source_that_only_waits_says_so(client, library, editor, reviewer):
    make_submission({**Draft.objects.get(code="STC").read(), "title": "Newer"}, editor)
    make_submission(pattern_document("NEW"), editor)
    told = save_source(client, editor, title=TITLE)
    assert (
        "no corrections</a>; 2 left out because they are in review: they open by themselves when that is decided."
    ) in told


def test_a_withheld_text_that_is_in_review_again_counts_once(library, editor):
    make_submission({**Draft.objects.get(code="STC").read(), "title": "Newer"}, editor)
    Standing.objects.latest().filter(code="STC").update(state="withheld")
    saved = correct_source(editor, title=TITLE)
    corrections.open_due()
    assert notices.what_is_put_right(saved).endswith(
        "no corrections</a>; 1 left out because it is in review: it opens by itself when that is decided."
    )


@pytest.mark.django_db(transaction=True)
def test_saving_a_source_that_nothing_published_cites_says_nothing(client, editor):
    make_source(editor)
    told = save_source(client, editor, title=TITLE)
    assert "Saved as version 2." in told and "Opened" not in told


def test_before_it_is_opened_the_notice_says_so(library, editor):
    saved = correct_source(editor, title=TITLE)
    assert notices.what_is_put_right(saved).endswith("of what was published is put up for review in a moment.")
    assert notices.what_is_put_right(Draft.objects.get(code="STC")) == ""


# Signing.


def test_one_form_signs_every_text(client, library, editor, reviewer):
    more_deals(editor, reviewer, 2)
    correct_source(editor, title=TITLE)
    opened()
    correction = Correction.objects.get()
    form = signing_form(as_(client, reviewer), correction)
    assert len(form.values()["sign"]) == 3
    answer = client.post(form.action, form.values(), follow=True)
    assert "3 texts are signed off, 3 of them published." in text_of(answer)
    assert Edition.objects.filter(note="Correction: Le titre exact").count() == 3
    assert "Sign off" not in text_of(client.get(at(correction)))


def test_readers_see_that_it_was_a_correction(client, correction, reviewer):
    form = signing_form(as_(client, reviewer), correction)
    client.post(form.action, form.values())
    client.logout()
    assert "Correction: Le titre exact" in text_of(client.get("/patterns/pattern-stc/history/"))


def test_only_what_is_ticked_is_signed(client, library, editor, reviewer):
    more_deals(editor, reviewer, 1)
    correct_source(editor, title=TITLE)
    opened()
    form = signing_form(as_(client, reviewer), Correction.objects.get())
    first, _ = form.values()["sign"]
    client.post(form.action, {**form.values(), "sign": [first, "rubbish", "1:2:3", f"0{first}", ""]})
    assert SignOff.objects.filter(base_edition__gt="").count() == 1


def test_what_was_refused_is_told_beside_what_was_recorded(client, library, editor, reviewer):
    more_deals(editor, reviewer, 1)
    correct_source(editor, title=TITLE)
    opened()
    form = signing_form(as_(client, reviewer), Correction.objects.get())
    workflow.withdraw(Submission.objects.open().get(code="STC"), by=editor)
    told = text_of(client.post(form.action, form.values(), follow=True))
    assert "1 text is signed off, 1 of them published." in told
    assert "1 text is not recorded. Pattern STC: This submission is withdrawn. Nothing was recorded." in told


def test_when_nothing_is_recorded_it_is_a_conflict(client, correction, editor, reviewer):
    form = signing_form(as_(client, reviewer), correction)
    workflow.withdraw(Submission.objects.open().get(), by=editor)
    answer = client.post(form.action, form.values())
    assert answer.status_code == 409
    told = text_of(answer)
    assert "Nothing was recorded" in told and "This submission is withdrawn." in told
    assert not SignOff.objects.filter(base_edition__gt="").exists()


def test_a_forged_digest_is_refused(client, correction, reviewer):
    form = signing_form(as_(client, reviewer), correction)
    pk, digest, base = form.values()["sign"][0].split(":")
    for forged in (f"{pk}:{'0' * 64}:{base}", f"{pk}:{digest}:2020.01", f"{pk}:{digest}:"):
        assert client.post(form.action, {"sign": [forged]}).status_code == 409
    assert not SignOff.objects.filter(base_edition__gt="").exists()


def test_a_contributor_reads_why_and_is_refused(client, library, chief):
    correct_source(chief, title=TITLE)
    opened()
    correction = Correction.objects.get()
    told = text_of(as_(client, chief).get(at(correction)))
    assert "You contributed to this text" in told and 'name="sign"' not in told
    one = Submission.objects.open().get()
    answer = client.post(at(correction, "sign-off/"), {"sign": f"{one.pk}:{one.digest}:{one.base_edition}"})
    assert answer.status_code == 409
    with pytest.raises(PermissionDenied):
        workflow.sign_off(one, digest=one.digest, base_edition=one.base_edition, by=chief)


def test_a_reason_is_kept_when_it_is_missing_or_too_late(client, correction, editor, reviewer):
    as_(client, reviewer)
    answer = client.post(at(correction, "request-changes/"), {"reason": " "})
    assert answer.status_code == 409 and "Say what should change" in text_of(answer)
    workflow.withdraw(Submission.objects.open().get(), by=editor)
    answer = client.post(at(correction, "request-changes/"), {"reason": "C’est le mauvais titre"})
    assert answer.status_code == 409
    told = text_of(answer)
    assert "Nothing of this correction is in review" in told and "C’est le mauvais titre" in told


def test_all_are_sent_back_from_the_page(client, correction, reviewer):
    answer = as_(client, reviewer).post(at(correction, "request-changes/"), {"reason": "Vague"}, follow=True)
    assert "1 text is sent back." in text_of(answer)
    assert Submission.objects.get(change_class="correction").state == "changes_requested"


def test_all_are_withdrawn_from_the_page(client, correction, editor):
    assert "1 text is withdrawn." in text_of(as_(client, editor).post(at(correction, "withdraw/"), follow=True))


def test_a_text_with_a_moment_of_its_own_says_so(client, correction, reviewer, chief):
    submission = Submission.objects.open().get()
    schedules.schedule(submission, due_at=timezone.now() + timedelta(days=1), by=chief)
    form = signing_form(as_(client, reviewer), correction)
    told = text_of(client.get(at(correction)))
    assert "Will be published on" in told and "Sign off the text that is ticked" in told
    assert "1 text is signed off, 0 of them published." in text_of(
        client.post(form.action, form.values(), follow=True)
    )


# As many statements for thirty texts as for three.


@pytest.mark.parametrize("count", [2, pytest.param(29, marks=pytest.mark.drill)])
def test_the_page_takes_as_many_statements_for_thirty_texts_as_for_three(
    count, client, library, editor, reviewer, django_assert_num_queries
):
    more_deals(editor, reviewer, count)
    correct_source(editor, title=TITLE)
    assert len(opened()) == count + 1
    as_(client, reviewer)
    with django_assert_num_queries(29):
        assert text_of(client.get(at(Correction.objects.get()))).count('name="sign"') == count + 1
    with django_assert_num_queries(6):
        client.get(LIST)


def test_what_is_left_out_takes_no_more_statements(client, library, editor, reviewer, django_assert_num_queries):
    more_deals(editor, reviewer, 3)
    for code in ("deal-00", "deal-01"):
        make_submission({**Draft.objects.get(code=code).read(), "summary": "Newer [@smith-2026]"}, editor)
    correct_source(editor, title=TITLE)
    opened()
    as_(client, reviewer)
    with django_assert_num_queries(29):
        assert text_of(client.get(at(Correction.objects.get()))).count("In review with the old wording") == 2
