"""The token of a form: signed, timed, used for one purpose."""

from datetime import timedelta

import pytest

from readers import tokens


def read_after(clock, made=None, **passed):
    token = tokens.make("report") if made is None else made
    clock.forward(**passed)
    return tokens.read(token, "report")


def test_a_form_is_taken_from_three_seconds_to_a_day(clock):
    nonces = set()
    for passed in (timedelta(seconds=3), timedelta(hours=24)):
        token = read_after(clock, seconds=passed.total_seconds())
        assert (token.why_not, token.is_early) == ("", False)
        nonces.add(token.nonce)
    assert len(nonces) == 2


def test_too_quick_is_told_and_passes_a_moment_later(clock):
    made = tokens.make("report")
    early = read_after(clock, made, seconds=2)
    assert early.is_early and "faster than people type" in early.why_not
    assert read_after(clock, made, seconds=1) == tokens.Token(early.nonce)


def test_too_old_is_told(clock):
    old = read_after(clock, hours=24, seconds=1)
    assert old.nonce and not old.is_early and "more than a day" in old.why_not


@pytest.mark.parametrize(
    "change", [lambda one: "", lambda one: one[:-1], lambda one: "x" + one, lambda one: "a\x00b"]
)
def test_what_was_not_signed_here_has_no_nonce(clock, change):
    token = read_after(clock, change(tokens.make("report")), minutes=1)
    assert token.nonce == "" and "was not drawn here" in token.why_not


def test_the_token_of_another_form_is_none(clock):
    assert read_after(clock, tokens.make("subscription"), minutes=1).nonce == ""
