"""The desk’s frame: who gets in, what is not there, who is told what."""

import pytest
from django.test import Client

from accounts import roles
from tests.conftest import make_person
from tests.reviews.desk import ITEM, as_, page, shown, text_of

pytestmark = pytest.mark.django_db


# Who gets in


def pages(submission):
    """Every address of the desk, with its method."""
    return [
        ("get", "/desk/"),
        ("get", ITEM),
        ("post", f"{ITEM}submit/"),
        ("get", page(submission)),
        ("post", page(submission, "sign-off/")),
        ("post", page(submission, "request-changes/")),
        ("post", page(submission, "withdraw/")),
    ]


def test_who_has_no_role_is_told_what_everybody_is_told_of_nothing(client, stranger, submission):
    as_(client, stranger)
    nothing = client.get("/-/").content
    absent = ["/desk/pattern/NIX/", "/desk/submissions/999999/"]
    answers = [getattr(client, method)(path) for method, path in pages(submission)]
    answers += [client.get(path) for path in absent]
    assert [answer.status_code for answer in answers] == [404] * 9
    assert {answer.content for answer in answers} == {nothing}


def test_an_administrator_without_a_role_at_the_desk_is_a_stranger_there(client, submission):
    as_(client, make_person("adam", "Adam", "Admin", roles.ADMINISTRATOR))
    assert {getattr(client, method)(path).status_code for method, path in pages(submission)} == {404}


def test_who_is_not_signed_in_is_sent_there_whatever_exists(client, submission):
    for path in ["/desk/", ITEM, "/desk/pattern/NIX/", page(submission), "/desk/submissions/999999/"]:
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={path}")
        assert answer.content == b""


def test_who_was_signed_out_comes_back_to_the_page_not_the_verb(client, submission):
    answer = client.post(page(submission, "sign-off/"), shown(submission))
    assert answer["Location"] == f"/accounts/login/?unsaved=1&next={page(submission)}"


@pytest.mark.parametrize(
    "path",
    [
        "/desk/pattern/NIX/",
        "/desk/partnership/STC/",
        "/desk/source/smith-2026/",
        "/desk/family/sovereign/",
        "/desk/pear/STC/",
        "/desk/pattern/a%00b/",
        "/desk/submissions/999999/",
        "/desk/submissions/99999999999999999999999/",
    ],
)
def test_what_is_not_there_is_not_found(client, editor, draft, path):
    assert as_(client, editor).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/desk/pattern/NIX/", "/desk/nowhere/", "/desk/pattern/", "/desk/nowhere"])
def test_who_works_at_the_desk_is_led_back_to_the_queue(client, editor, stranger, draft, path):
    answer = as_(client, editor).get(path, follow=True)
    assert answer.status_code == 404
    assert "There is no page at this address" in text_of(answer) and 'href="/desk/"' in text_of(answer)
    nothing = as_(client, stranger).get("/-/").content
    for method in (client.get, client.post):
        assert method(path, follow=True).content == nothing
    client.logout()
    assert path == "/desk/pattern/NIX/" or client.get(path, follow=True).content == nothing


def test_a_form_of_an_older_session_leads_to_sign_in(editor):
    client = Client(enforce_csrf_checks=True)
    client.force_login(editor)
    answer = client.post(f"{ITEM}submit/", {"note": "x"})
    assert answer.status_code == 403 and '<a href="/accounts/login/">sign in</a>' in text_of(answer)


def test_pages_are_read_and_verbs_are_posted(client, chief, submission):
    as_(client, chief)
    for method, path in pages(submission):
        other = client.get if method == "post" else client.post
        assert other(path).status_code == 405, path


# The frame


def test_desk_names_the_person_and_logs_out_by_post(client, reviewer):
    told = text_of(as_(client, reviewer).get("/desk/"))
    assert "Rhea Reviewer" in told and "reviewer</span>" in told
    assert '<form class="person" method="post" action="/accounts/logout/">' in told
    assert "Demo." not in told


def test_demo_says_so_on_every_page(client, settings, reviewer):
    settings.DEMO = True
    assert "Demo." in text_of(as_(client, reviewer).get("/desk/"))
