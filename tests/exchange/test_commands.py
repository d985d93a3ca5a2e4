"""The commands on a terminal: the bar, the verdicts on the history."""

import io

import pytest
from django.core.management import CommandError, call_command

from exchange.progress import Progress
from patterns.models import Pattern
from tests.factories import make_draft, make_source, pattern_document


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_sees_a_bar():
    terminal = Terminal()
    progress = Progress("Saving", stream=terminal)
    progress.expect(2)
    progress.step("STC")
    assert terminal.getvalue().rstrip() == "\rSaving [############            ] 1/2 STC"
    progress.end()
    assert terminal.getvalue().endswith("\r")


def test_steps_are_counted_before_their_number_is_known():
    terminal = Terminal()
    Progress("Reading", stream=terminal).step("sources.yaml")
    assert terminal.getvalue().rstrip() == "\rReading 1 sources.yaml"


def test_elsewhere_there_is_no_bar():
    stream = io.StringIO()
    progress = Progress("Saving", 2, stream)
    progress.step("STC")
    progress.end()
    assert stream.getvalue() == ""


@pytest.mark.django_db
def test_verify_history_names_rows_that_went_another_way(editor, capsys):
    make_source(editor)
    make_draft(pattern_document(), editor)
    call_command("verify_history")
    assert capsys.readouterr().out == "The history is sound: 3 drafts, each what its rows give.\n"
    Pattern.objects.update(title="Smuggled")
    with pytest.raises(CommandError, match="1 problem in the working rows"):
        call_command("verify_history")
    assert capsys.readouterr().err == "pattern STC: the working rows do not give the kept document\n"
