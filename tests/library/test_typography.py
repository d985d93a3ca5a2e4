"""Straight quotes curled for readers."""

import pytest

from library.typography import curly


@pytest.mark.parametrize(
    ("straight", "shown"),
    [
        ("nothing to do", "nothing to do"),
        ("the host's fear", "the host’s fear"),
        ("hosts' fear", "hosts’ fear"),
        ('the "key" clause', "the “key” clause"),
        ('"At first," he said', "“At first,” he said"),
        ("he said 'no' twice", "he said ‘no’ twice"),
        ("the '90s", "the ’90s"),
        ('<a href="#x" title="it\'s">"x"</a>', '<a href="#x" title="it\'s">“x”</a>'),
        ("<code>a = 'b'</code> isn't", "<code>a = 'b'</code> isn’t"),
        ('5" wide', "5” wide"),
        ('("in brackets")', "(“in brackets”)"),
    ],
)
def test_quotes_are_curled(straight, shown):
    assert curly(straight) == shown
