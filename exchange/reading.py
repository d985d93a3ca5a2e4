"""YAML files as plain values that know their line: texts, lists and entries, nothing constructed, nothing guessed.

The parser's events are read one by one instead of composed nodes: in nodes an alias has already become what it
stands for, and deep nesting has already used up the stack.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import yaml

from library.documents import NotClean, clean_text

LARGEST = 5 * 1024 * 1024
DEEPEST = 50
LISTED = 50
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Place(NamedTuple):
    """A line of a file, as people and editors write it: `sources.yaml:12`."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a corpus: where, what, and what to do."""

    place: Place
    sentence: str

    def __str__(self) -> str:
        words = " ".join(f"{self.place}: {self.sentence}".split())  # the sentence may quote any text
        return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in words)


class Refused(Exception):
    """A corpus that cannot be loaded; `problems` says why."""

    def __init__(self, problems: list[Problem]):
        super().__init__(f"{len(problems)} problem{'s' if len(problems) != 1 else ''}")
        self.problems = problems


class Text(str):
    """A scalar as it was written, whatever it looks like: `NO` is the text NO."""

    place: Place
    is_quoted: bool
    is_block: bool

    def __new__(cls, text: str, place: Place, is_quoted: bool = False, is_block: bool = False):
        new = super().__new__(cls, text)
        new.place, new.is_quoted, new.is_block = place, is_quoted, is_block
        return new

    def become(self, text: str) -> "Text":
        """Return the cleaned `text` at the same place."""
        skipped = len(self) - len(self.lstrip("\n")) if self.is_block else 0
        place = self.place._replace(line=self.place.line + skipped)
        return Text(text, place, self.is_quoted, self.is_block)

    def at(self, offset: int) -> Place:
        """Return the place of the character at `offset`; in folded and quoted texts that of their beginning."""
        if not self.is_block:
            return self.place
        return self.place._replace(line=self.place.line + 1 + self.count("\n", 0, offset))


class Items(list):
    """A list and where it begins."""

    def __init__(self, place: Place, items: list | tuple = ()):
        super().__init__(items)
        self.place = place


class Entry(dict):
    """A mapping and where it begins; its keys are texts that know their own lines."""

    def __init__(self, place: Place, fields: dict | tuple = ()):
        super().__init__(fields)
        self.place = place


Value = Text | Items | Entry


def plain(value):
    """Return `value` made of the built-in types only, as documents hold it."""
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return str(value) if isinstance(value, str) else value


def read_file(path: Path, problems: list[Problem]) -> Value | None:
    """Return what the YAML file says; None when it cannot be read, with the reasons added to `problems`."""
    before = len(problems)
    text = _read_text(path, problems)
    if text is None:
        return None
    value = _Reading(str(path), problems).value_of(text)
    return value if len(problems) == before else None


def _read_text(path: Path, problems: list[Problem]) -> str | None:
    try:
        if not path.is_file():
            raise OSError("it is not a file")
        if path.stat().st_size > LARGEST:
            problems.append(Problem(Place(str(path), 1), "this file is larger than 5 MB; split or shorten it"))
            return None
        body = path.read_bytes()
    except OSError as error:
        problems.append(Problem(Place(str(path), 1), f"this file cannot be read ({error.strerror or error})"))
        return None
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = Place(str(path), body.count(b"\n", 0, error.start) + 1)
        sentence = f"the byte {body[error.start]:#04x} is not UTF-8; save the file in the encoding UTF-8"
        problems.append(Problem(place, sentence))
        return None
    return _without_hidden(path, text.replace("\r\n", "\n").replace("\r", "\n"), problems)


def _without_hidden(path: Path, text: str, problems: list[Problem]) -> str | None:
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            clean_text(line)
        except NotClean as error:
            problems.append(Problem(Place(str(path), number), str(error)))
            return None
    return text


class _Reading:
    """The reading of one file."""

    def __init__(self, file: str, problems: list[Problem]):
        self.file, self.problems = file, problems

    def value_of(self, text: str) -> Value | None:
        try:
            return self._document(iter(yaml.parse(text, Loader=Loader)))
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = min(mark.line, text.count("\n")) + 1 if mark else 1
            self._refuse(line, f"this is not YAML ({error.problem}); check quotes, colons and indentation")
        except yaml.YAMLError as error:
            line = text.encode().count(b"\n", 0, getattr(error, "position", 0)) + 1
            self._refuse(line, "a character that YAML does not allow stands here; remove it")
        except _TooDeep as error:
            self._refuse(error.line, f"more than {DEEPEST} levels deep; a corpus needs six")
        return None

    def _refuse(self, line: int, sentence: str) -> None:
        self.problems.append(Problem(Place(self.file, line), sentence))

    def _document(self, events: Iterator) -> Value | None:
        value, documents = None, 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self._refuse(event.start_mark.line + 1, "a second document begins here; remove the line ---")
                    return None
            elif not isinstance(event, (yaml.StreamStartEvent, yaml.DocumentEndEvent, yaml.StreamEndEvent)):
                value = self._value(event, events, 1)
        if value is None or (value == "" and not isinstance(value, list | dict)):
            self._refuse(1, "this file is empty; fill it or remove it")
        return value

    def _value(self, event, events: Iterator, depth: int) -> Value:
        place = Place(self.file, event.start_mark.line + 1)
        if depth > DEEPEST:
            raise _TooDeep(place.line)
        self._refuse_marks(event, place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._items(place, events, depth)
        if isinstance(event, yaml.MappingStartEvent):
            return self._entry(place, events, depth)
        if isinstance(event, yaml.AliasEvent):
            return Text("", place)
        return Text(event.value, place, is_quoted=event.style in ("'", '"'), is_block=event.style == "|")

    def _refuse_marks(self, event, place: Place) -> None:
        if isinstance(event, yaml.AliasEvent):
            self._refuse(place.line, f"*{event.anchor} is an alias; write the text out")
        elif event.anchor is not None:
            self._refuse(place.line, f"&{event.anchor} is an anchor; remove it and write texts out")
        elif event.tag is not None:
            self._refuse(place.line, f"{event.tag} is a tag; remove it, every value is read as text")

    def _items(self, place: Place, events: Iterator, depth: int) -> Items:
        items = Items(place)
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._value(event, events, depth + 1))
        return items

    def _entry(self, place: Place, events: Iterator, depth: int) -> Entry:
        entry = Entry(place)
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._value(event, events, depth + 1)
            value = self._value(next(events), events, depth + 1)
            if not isinstance(key, Text):
                self._refuse(key.place.line, "a key must be a word, here stands a list or an entry")
            elif key in entry:
                self._refuse(key.place.line, f"the key “{key}” stands twice in this entry; join the two")
            else:
                entry[key] = value
        return entry


class _TooDeep(Exception):
    def __init__(self, line: int):
        self.line = line
