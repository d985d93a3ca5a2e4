"""Addresses: written in one way, hostile ones refused."""

import pytest
from django.core.mail import EmailMessage

from readers import mailboxes


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("reader@example.org", "reader@example.org"),
        ("  Reader@EXAMPLE.Org \n", "reader@example.org"),
        ("a.b+tag_1'x@mail.example.co", "a.b+tag_1'x@mail.example.co"),
        ("zoe@Bücher.example", "zoe@xn--bcher-kva.example"),
        ("zoe@bücher。example", "zoe@xn--bcher-kva.example"),
        ("a" * 64 + "@example.org", "a" * 64 + "@example.org"),
    ],
)
def test_an_address_is_kept_in_one_way(typed, kept):
    assert mailboxes.normal(typed) == kept == mailboxes.normal(mailboxes.shown(kept))
    assert EmailMessage("Subject", "", to=[kept]).message()["To"] == kept


@pytest.mark.parametrize(
    "typed",
    [
        *(
            "",
            "@",
            "a@",
            "@example.org",
            "a@b",
            "a@localhost",
            "a b@example.org",
            "a@@example.org",
            "a@b@example.org",
        ),
        *("a@example.org\r\nBcc: b@example.org", "a\n@example.org", "a\x00@example.org", "a@exa\x00mple.org"),
        *(
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            '"a b"@example.org',
            "a..b@example.org",
            ".a@example.org",
            "a.@example.org",
        ),
        *(
            "a@example..org",
            "a@.example.org",
            "a@-example.org",
            "a@example.org.",
            "a@exam_ple.org",
            "<a@example.org>",
        ),
        *(
            "a@example.org,b@example.org",
            "a@example.org b@example.org",
            "mailto:a@example.org",
            "\u202ea@example.org",
        ),
        *("ａ@example.org", "a@" + "b" * 64 + ".org", "a" * 65 + "@example.org", "a@" + "b.c" * 100, "a" * 10_000),
        *("a@" + "b" * 10_000 + ".org", "a@" + "ü." * 5_000 + "org", "a@xn--.example", "a@\ud800.example"),
    ],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(mailboxes.NoAddress):
        mailboxes.normal(typed)


def test_a_host_is_shown_in_its_own_letters():
    assert mailboxes.shown("zoe@xn--bcher-kva.example") == "zoe@bücher.example"
    assert mailboxes.shown("zoe@xn--a.example") == "zoe@xn--a.example"
