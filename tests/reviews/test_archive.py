"""Setting aside and bringing back: under every state, by everybody, with everything that belongs to it."""

import pytest
from django.db import IntegrityError, transaction

from accounts import roles
from history import archive as shelf
from history import saving, timeline
from history.models import Archived, Contribution, Draft, RefusedSave
from patterns.models import Pattern
from reviews import archive, readiness, workflow
from reviews.models import Event, Submission
from reviews.refusals import NotAllowed
from sources.citing import offered
from tests.conftest import make_person
from tests.factories import (
    make_draft,
    make_edition,
    make_family,
    make_source,
    partnership_document,
    pattern_document,
)
from tests.forms_of_page import find_form, send
from tests.library.factories import act
from tests.reviews.desk import ITEM, as_, text_of

pytestmark = pytest.mark.django_db
PAGE = "/desk/archive/pattern/STC/"
WHY = "Nobody needs it now"


def set_aside(by, kind="pattern", code="STC"):
    return archive.archive(kind, code, by=by, reason=WHY)


def told(what):
    return list(Event.objects.filter(what=what).values_list("kind", "code", "name", "role", "reason"))


# When


def test_archiving_is_told_with_reason_and_digest(draft, editor):
    made = set_aside(editor)
    assert (made.name, made.role, made.reason) == ("Edda Editor", "Editor", WHY)
    assert told("archived") == [("pattern", "STC", "Edda Editor", "Editor", WHY)]
    assert Event.objects.get(what="archived").digest_after == draft.digest


def test_what_is_in_review_is_not_archived(submission, editor, reviewer):
    with pytest.raises(NotAllowed, match="STC is in review"):
        set_aside(editor)
    workflow.request_changes(submission, by=reviewer, reason="Because")
    set_aside(editor)


def test_what_stands_verified_is_not_archived(editor, reviewer):
    make_source(editor)
    edition = make_edition(pattern_document(), editor, reviewer)
    with pytest.raises(NotAllowed, match=f"Edition {edition.number} stands for readers; retire it first."):
        set_aside(editor)


@pytest.mark.parametrize("ended", ["retirement", "withholding"])
def test_what_was_retired_or_withheld_is_archived(editor, reviewer, ended):
    make_source(editor)
    edition = make_edition(pattern_document(), editor, reviewer)
    act(ended, edition.read(), "2030-01-01", edition=edition.number)
    set_aside(editor)
    assert shelf.archived("pattern", "STC")


def test_nothing_is_archived_twice_nor_recovered_twice(draft, editor):
    with pytest.raises(NotAllowed, match="STC is not archived"):
        archive.recover("pattern", "STC", by=editor, reason=WHY)
    set_aside(editor)
    with pytest.raises(NotAllowed, match="STC was archived by Edda Editor already"):
        set_aside(editor)
    archive.recover("pattern", "STC", by=editor, reason=WHY)
    assert (len(told("archived")), len(told("recovered")), Archived.objects.count()) == (1, 1, 0)


@pytest.mark.parametrize(("reason", "sentence"), [(" \n", "Say why"), ("x" * 2001, "use at most 2,000")])
@pytest.mark.parametrize("verb", [archive.archive, archive.recover])
def test_a_reason_is_needed_and_not_endless(draft, editor, verb, reason, sentence):
    with pytest.raises(NotAllowed, match=sentence):
        verb("pattern", "STC", by=editor, reason=reason)


def test_what_is_nowhere_is_not_archived(editor):
    with pytest.raises(NotAllowed, match="There is no draft NO"):
        set_aside(editor, code="NO")


def test_the_database_holds_one_row_per_item_and_its_reason(draft, editor):
    row = {"kind": "pattern", "code": "STC", "user_id": 1, "name": "N", "role": "", "at": draft.changed_at}
    Archived.objects.create(**row, reason="Because")
    for reason, constraint in (("Because", "an_item_is_archived_once"), ("", "archiving_has_a_reason")):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Archived.objects.create(**row | {"code": "STC" if reason else "OTHER"}, reason=reason)


# Who

MAY = {
    "edda": True,  # wrote it
    "otto": False,
    "rhea": False,
    "cleo": True,
    "adam": False,
    "sue": True,
}


def cast(username):
    groups = {"otto": roles.EDITOR, "rhea": roles.REVIEWER, "cleo": roles.CHIEF_EDITOR, "adam": roles.ADMINISTRATOR}
    made = make_person(username, username, "Person", *filter(None, [groups.get(username)]))
    made.is_superuser = username == "sue"
    made.save()
    return made


@pytest.mark.parametrize("username", MAY)
def test_who_wrote_it_or_answers_for_all_archives_and_recovers(client, draft, editor, username):
    person = editor if username == "edda" else cast(username)
    as_(client, person)
    status = 302 if MAY[username] else 404 if username == "adam" else 403
    assert client.post(f"{PAGE}archive/", {"reason": WHY}).status_code == status
    assert Archived.objects.exists() == MAY[username]
    if not MAY[username]:
        set_aside(editor)
    assert client.post(f"{PAGE}recover/", {"reason": WHY}).status_code == status
    assert Archived.objects.exists() != MAY[username]


def test_who_may_not_sees_no_button(client, draft, other_editor):
    shown = text_of(as_(client, other_editor).get(PAGE))
    assert "Only an editor who wrote in it, or a chief editor, archives it." in shown and "Archive it" not in shown


# What follows


def test_an_archived_item_leaves_queue_and_lists_and_is_found_again(client, draft, editor):
    as_(client, editor)
    lists = ["/desk/", "/desk/?q=STC", "/admin/patterns/pattern/"]
    for address in lists:
        assert "Pattern STC" in text_of(client.get(address)), address
    set_aside(editor)
    for address in lists:
        assert "Pattern STC" not in text_of(client.get(address)), address
    assert "Pattern STC" in text_of(client.get("/admin/patterns/pattern/?archived=yes"))
    listed = text_of(client.get("/desk/archive/"))
    assert "Pattern STC" in listed and WHY in listed


@pytest.mark.parametrize("kind", ["pattern", "partnership", "source", "family"])
def test_every_list_of_the_admin_has_the_filter(client, editor, kind):
    make_draft(pattern_document(), editor)
    make_source(editor, "lone-2026")
    make_draft(partnership_document(), editor)
    make_family(editor, "lone", "Lone")
    code, app = {
        "pattern": ("STC", "patterns"),
        "partnership": ("stargate", "partnerships"),
        "source": ("lone-2026", "sources"),
        "family": ("lone", "patterns"),
    }[kind]
    set_aside(editor, kind, code)
    as_(client, editor)
    found = {
        query: [row.pk for row in client.get(f"/admin/{app}/{kind}/{query}").context["cl"].result_list]
        for query in ("", "?archived=yes", "?archived=no")
    }
    assert len(found["?archived=yes"]) == 1
    assert found["?archived=yes"][0] not in found[""] and found["?archived=no"] == found[""]


def test_its_form_and_page_are_read_only_and_lead_to_recovery(client, draft, editor):
    set_aside(editor)
    as_(client, editor)
    form = client.get("/admin/patterns/pattern/code/STC/", follow=True)
    for shown in (form, client.get(ITEM)):
        assert "Archived by Edda Editor" in text_of(shown) and WHY in text_of(shown)
        assert f'href="{PAGE}"' in text_of(shown)
    assert form.context["may_change"] is False and "Change note" not in text_of(form)
    assert "Submit for review" not in text_of(client.get(ITEM))
    assert client.get(f"{ITEM}preview/").status_code == 200


def test_saving_a_form_that_was_open_meanwhile_is_refused_with_its_text(client, draft, editor, other_editor):
    address = f"/admin/patterns/pattern/{Pattern.objects.get().pk}/change/"
    shown = as_(client, other_editor).get(address)
    form = find_form(shown, having="base_version")
    set_aside(editor)
    answer = send(client, shown, form, subtitle="Typed in vain", change__note="A note")
    assert answer.status_code == 409
    assert "STC was archived by Edda Editor on" in text_of(answer)
    assert "Typed in vain" in answer.content.decode() and "A note" in answer.content.decode()
    assert Draft.objects.get(code="STC").version == 1
    assert not RefusedSave.objects.exists()


def test_no_door_leads_into_an_archived_item(draft, editor):
    make_draft(pattern_document(title="Second"), editor)
    set_aside(editor)
    base = saving.Base.of(Draft.objects.get(code="STC"))
    third = pattern_document(title="Third")
    words = {"by": editor, "note": "No"}
    for attempt in (
        lambda: timeline.save("pattern", "STC", third, **words),
        lambda: saving.save("pattern", "STC", third, base, **words),
        lambda: timeline.restore("pattern", "STC", 1, shown=2, **words),
    ):
        with pytest.raises(shelf.IsArchived, match=r"STC was archived by Edda Editor on .*; recover it first"):
            attempt()
    with pytest.raises(NotAllowed, match=r"STC was archived by Edda Editor on .*; recover it first\."):
        workflow.submit("pattern", "STC", by=editor, note="No")
    assert Draft.objects.get(code="STC").version == 2
    assert not Submission.objects.exists()


def test_its_code_and_address_stay_taken(client, draft, editor):
    set_aside(editor)
    with pytest.raises(ValueError, match="belongs to STC"):
        make_draft(pattern_document("OTHER", slug="pattern-stc"), editor)
    with pytest.raises(saving.Taken, match="there is already a pattern STC"):
        saving.create("pattern", "STC", pattern_document(), by=editor, note="Again")


def test_everything_that_belongs_to_it_comes_back_untouched(submission, editor, reviewer, other_editor):
    workflow.request_changes(submission, by=reviewer, reason="Because")
    base = saving.Base.of(Draft.objects.get(code="STC"))
    make_draft(pattern_document(title="Second"), editor)
    mine = pattern_document(title="Mine")
    assert saving.save("pattern", "STC", mine, base, by=other_editor, note="Mine").refused

    def kept():
        draft = Draft.objects.get(code="STC")
        return (
            draft.digest,
            list(Draft.objects.filter(code="STC").values()),
            timeline.versions(draft),
            list(Contribution.objects.filter(code="STC").values()),
            list(Submission.objects.values()),
            list(RefusedSave.objects.values()),
            list(Pattern.objects.values()),
        )

    before = kept()
    set_aside(editor)
    assert kept() == before
    archive.recover("pattern", "STC", by=editor, reason="Needed again")
    assert kept() == before
    assert timeline.verify() == []
    assert told("recovered") == [("pattern", "STC", "Edda Editor", "Editor", "Needed again")]
    workflow.submit("pattern", "STC", by=editor, note="Once more")


def test_a_source_corrected_meanwhile_is_in_it_when_it_comes_back(draft, editor):
    set_aside(editor)
    make_source(editor, title="Corrected title")
    assert timeline.verify() == []
    archive.recover("pattern", "STC", by=editor, reason=WHY)
    assert Draft.objects.get(code="STC").read()["bibliography"][0]["title"] == "Corrected title"


def test_an_archived_pattern_is_not_offered_but_stays_where_it_is_shown(client, draft, editor):
    from partnerships.forms import pattern_choices

    shown, empty = partnership_document(), partnership_document(exhibits=[])
    assert [code for code, _ in pattern_choices(empty)] == ["STC"]
    set_aside(editor)
    assert pattern_choices(empty) == []
    assert pattern_choices(shown) == [("STC", "STC Pattern STC")]


def test_readiness_counts_nothing_of_an_archived_partnership(editor, reviewer):
    make_source(editor)
    make_edition(pattern_document(), editor, reviewer)
    make_draft(partnership_document(), editor)
    reworded = pattern_document(in_brief="Host says so.")
    reworded["kill_list"][0]["move"] = "Reworded"
    told = [finding.sentence for finding in readiness.findings(reworded)]
    assert len([sentence for sentence in told if "names Host" in sentence or "judge" in sentence]) == 2
    set_aside(editor, "partnership", "stargate")
    assert [finding.sentence for finding in readiness.findings(reworded) if not finding.blocks] == []


# Sources and families


def test_a_source_that_a_draft_cites_is_not_archived(draft, editor):
    with pytest.raises(NotAllowed, match=r"STC still needs it; change that first\."):
        set_aside(editor, "source", "smith-2026")
    for number in range(4):
        make_draft(partnership_document(f"deal-{number}"), editor)
    with pytest.raises(NotAllowed, match="STC, deal-0, deal-1 and 2 more still need it"):
        set_aside(editor, "source", "smith-2026")
    with pytest.raises(NotAllowed, match="STC still needs it"):
        set_aside(editor, "family", "sovereign")


def test_what_an_archived_draft_cites_stays_for_its_recovery(draft, editor):
    set_aside(editor)
    for kind, code in (("source", "smith-2026"), ("family", "sovereign")):
        with pytest.raises(NotAllowed, match="STC still needs it"):
            set_aside(editor, kind, code)


def test_an_archived_source_is_not_offered_and_blocks_what_cites_it(draft, editor):
    key = "k" * 80  # the longest that a source can have
    make_source(editor, key)
    assert [source.key for source in offered("k")] == [key]
    set_aside(editor, "source", key)
    assert offered("k") == []
    cites = pattern_document(structure=f"It is built [@{key}].")
    cites["anchors"][0]["source"] = key
    make_draft(cites, editor)
    sentence = f"cites {key}, which is archived; recover it or cite another source."
    found = [(finding.row, finding.sentence) for finding in readiness.blockers(Draft.objects.get(code="STC").read())]
    assert found == [("", f"The text {sentence}"), ("STC-A1", f"STC-A1 {sentence}")]
    archive.recover("source", key, by=editor, reason=WHY)
    assert readiness.blockers(Draft.objects.get(code="STC").read()) == []


def test_an_archived_family_is_not_offered_and_blocks_what_comes_back_into_it(client, draft, editor):
    from patterns.forms import NewPatternForm

    make_family(editor, "other", "Other")
    make_draft(pattern_document(family={"slug": "other", "name": "Other"}), editor)
    set_aside(editor, "family", "sovereign")
    assert [str(family) for family in NewPatternForm().fields["family"].queryset] == ["Other"]
    timeline.restore("pattern", "STC", 1, by=editor, note="Back", shown=2)
    found = [finding.sentence for finding in readiness.blockers(Draft.objects.get(code="STC").read())]
    assert found == ["The family Sovereign is archived; recover it or choose another."]
    assert len(NewPatternForm().fields["family"].queryset) == 2


@pytest.mark.parametrize(("kind", "code"), [("source", "lone-2026"), ("family", "lone")])
def test_sources_and_families_are_archived_at_the_desk(client, editor, kind, code):
    make_source(editor, "lone-2026")
    make_family(editor, "lone", "Lone")
    address = f"/desk/archive/{kind}/{code}/"
    as_(client, editor)
    assert "Archive it" in text_of(client.get(address))
    assert client.post(f"{address}archive/", {"reason": WHY})["Location"] == address
    assert "Recover it" in text_of(client.get(address))
    form = client.get(f"/admin/{'sources' if kind == 'source' else 'patterns'}/{kind}/code/{code}/", follow=True)
    assert "Archived by Edda Editor" in text_of(form)
    assert client.post(f"{address}recover/", {"reason": WHY}).status_code == 302
    assert not Archived.objects.exists()


# Pages


def test_a_refusal_keeps_what_was_typed(client, submission, editor):
    as_(client, editor)
    answer = client.post(f"{PAGE}archive/", {"reason": "My long reason"})
    assert answer.status_code == 409
    assert "STC is in review" in text_of(answer) and "My long reason</textarea>" in text_of(answer)
    empty = client.post(f"{PAGE}archive/", {"reason": ""})
    assert empty.status_code == 409 and 'id="id_archiveform_reason_error"' in text_of(empty)
    late = client.post(f"{PAGE}recover/", {"reason": "Typed"})
    assert late.status_code == 409 and "Typed</textarea>" in text_of(late)


@pytest.mark.parametrize("verb", ["", "archive/", "recover/"])
def test_a_stranger_learns_nothing_of_what_could_be_archived(client, draft, stranger, verb):
    as_(client, stranger)
    call = client.post if verb else client.get
    answers = [call(f"/desk/archive/pattern/{code}/{verb}") for code in ("STC", "NO")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content == client.get("/-/").content
    assert client.get("/desk/archive/").content == answers[0].content


def test_changes_are_posted(client, draft, editor):
    as_(client, editor)
    assert client.get(f"{PAGE}archive/").status_code == client.get(f"{PAGE}recover/").status_code == 405
    assert client.get("/desk/archive/nonsense/STC/").status_code == 404
    assert client.post("/desk/archive/pattern/NO/archive/", {"reason": WHY}).status_code == 404


def test_the_list_takes_as_many_statements_for_three_as_for_one(client, editor, django_assert_num_queries):
    make_source(editor)
    as_(client, editor)
    for number in (1, 2, 3):
        make_draft(partnership_document(f"deal-{number}"), editor)
        set_aside(editor, "partnership", f"deal-{number}")
        if number != 2:
            with django_assert_num_queries(6):
                client.get("/desk/archive/")
