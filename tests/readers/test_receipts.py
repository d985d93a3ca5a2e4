"""Receipts: hard to guess, easy to type, and a slip is told from an erased report."""

import re

import pytest

from readers import receipts


def test_receipts_are_different_and_read_as_they_are_written():
    made = {receipts.make() for _ in range(200)}
    assert len(made) == 200
    for receipt in made:
        assert re.fullmatch(r"R(-[0-9A-HJKMNP-TV-Z]{4}){3}", receipt)
        assert receipts.read(receipt) == receipt


@pytest.mark.parametrize("change", [str.lower, lambda one: one.replace("-", ""), lambda one: f"  {one} "])
def test_case_hyphens_and_blanks_do_not_matter(change):
    receipt = receipts.make()
    assert receipts.read(change(receipt)) == receipt


def test_letters_that_are_left_out_are_read_as_those_they_look_like():
    receipt = next(one for one in iter(receipts.make, "") if {"0", "1", "V"} <= set(one))
    assert receipts.read(receipt.replace("0", "o").replace("1", "l").replace("V", "u")) == receipt


def test_one_wrong_character_is_noticed_wherever_it_stands():
    receipt = receipts.make()
    for place, character in enumerate(receipt):
        for other in receipts.ALPHABET if character in receipts.ALPHABET and place else ():
            typed = receipt[:place] + other + receipt[place + 1 :]
            assert receipts.read(typed) == (receipt if other == character else "")


@pytest.mark.parametrize("typed", ["", "R", "R-7F3K-92QD", "R-7F3K-92QD-4XT", "x" * 5000, "R-7F3K-92QD-4X\x00T"])
def test_what_is_no_receipt_is_none(typed):
    assert receipts.read(typed) == ""
