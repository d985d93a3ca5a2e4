"""Reading entries by their shape: every value cleaned and of its kind, every fault a sentence with its line."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from difflib import get_close_matches

from exchange.reading import Entry, Items, Place, Problem, Text, Value
from exchange.shape import Field, Shape
from history.codes import SHAPE as CODE_SHAPE
from history.fields import KEY_SHAPE, LONGEST, is_web_address
from history.forms import MOST_ROWS
from library.documents import NotClean, clean_line, clean_text
from library.models import NUMBER
from library.prose import KEY
from patterns.models import slug_shape

DATE_SHAPE = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?", re.ASCII)
LONGEST_SLUG = 80
LISTS = ("lines", "codes", "variants", "rows")


def check(value: Value, shape: Shape, problems: list[Problem]) -> Entry | None:
    """Return the entry `value` with every field of `shape`, cleaned; add what is wrong with it to `problems`.

    Fields that are absent get their empty value. None when `value` is no entry at all.
    """
    if not isinstance(value, Entry):
        _refuse(
            problems, value.place, f"here must stand a {shape.noun} with its keys, such as “{_first(shape)}: ...”"
        )
        return None
    for key in value:
        if key not in shape.fields:
            _refuse(problems, key.place, _unknown(key, shape))
    entry = Entry(value.place)
    for name, field in shape.fields.items():
        entry[name] = _field(value, name, field, shape, problems)
    return entry


def _first(shape: Shape) -> str:
    return next(iter(shape.fields))


def _unknown(key: Text, shape: Shape) -> str:
    near = get_close_matches(key, shape.fields, n=1)
    advice = f"did you mean “{near[0]}”?" if near else f"a {shape.noun} has " + ", ".join(shape.fields)
    return f"“{_short(key)}” is not a key of a {shape.noun}; {advice}"


def _short(text: str) -> str:
    return text if len(text) <= 60 else text[:57] + "..."


def _refuse(problems: list[Problem], place: Place, sentence: str) -> None:
    problems.append(Problem(place, sentence))


def _field(entry: Entry, name: str, field: Field, shape: Shape, problems: list[Problem]):
    empty = _empty(entry.place, field)
    if name not in entry:
        if field.required:
            _refuse(problems, entry.place, f"this {shape.noun} has no “{name}”; add it")
        return empty
    value = entry[name]
    if isinstance(value, Text) and not value.strip() and (field.holds in LISTS or not field.required):
        return empty
    try:
        return READERS[field.holds](value, name, field, problems)
    except NotClean as error:
        _refuse(problems, value.place, f"“{name}”: {error}")
    except ValueError as error:
        _refuse(problems, value.place, str(error))
    return empty


def _empty(place: Place, field: Field):
    if field.holds in LISTS:
        return Items(place)
    return False if field.holds == "flag" else Text(field.default, place)


def _text(value: Value, name: str, field: Field, clean: Callable[[str], str] = clean_line) -> Text:
    if not isinstance(value, Text):
        what = "a list" if isinstance(value, Items) else "an entry"
        raise ValueError(f"“{name}” must be a text, here stands {what}; write the text after the colon")
    text = value.become(clean(value))
    if not text and field.required and not (field.may_be_open and value.is_quoted):
        advice = ', or "" to leave it open in the draft' if field.may_be_open else ""
        raise ValueError(f"“{name}” is empty; write it{advice}")
    if len(text) > (longest := field.longest or LONGEST):
        raise ValueError(f"“{name}” has {len(text):,} characters; shorten it to {longest:,} at most")
    return text


def _line(value, name, field, problems) -> Text:
    return _text(value, name, field)


def _prose(value, name, field, problems) -> Text:
    return _text(value, name, field, clean_text)


def _choice(value, name, field, problems) -> Text:
    text = _text(value, name, field)
    if text not in field.choices:
        raise ValueError(f"“{_short(text)}” is not possible for “{name}”; choose {_either(field.choices)}")
    return text


def _either(words) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}"


def _date(value, name, field, problems) -> Text:
    text = _text(value, name, field)
    parts = DATE_SHAPE.fullmatch(text)
    try:
        date(*(int(part or 1) for part in parts.groups()))
    except (AttributeError, ValueError):
        raise ValueError(
            f"“{_short(text)}” is not a date; write what is known as 2025-05-22, 2025-05 or 2025"
        ) from None
    return text


def _code(value, name, field, problems) -> Text:
    text = _text(value, name, replace(field, longest=0))
    if not CODE_SHAPE.fullmatch(text):
        raise ValueError(f"“{_short(text)}” is not a code; use letters, digits, dots and hyphens, 60 at most")
    if field.longest and len(text) > field.longest:
        raise ValueError(f"“{text}” leaves no place for its rows' codes; shorten it to {field.longest} at most")
    return text


def _key(value, name, field, problems) -> Text:
    text = _text(value, name, field)
    if text and not KEY_SHAPE.fullmatch(text):
        raise ValueError(f"“{_short(text)}” is not a citation key; use letters, digits and _ . : -, 80 at most")
    return text


def _new_key(value, name, field, problems) -> Text:
    text = _key(value, name, field, problems)
    if text and not re.fullmatch(KEY, text):
        raise ValueError(f"“{text}” cannot be cited; begin and end the key with a letter, a digit, _ or -")
    return text


def _slug(value, name, field, problems) -> Text:
    text = _text(value, name, field)
    check_slug(text)
    return text


def check_slug(text: str) -> None:
    """Raise ValueError with a sentence when `text` cannot be an address."""
    if len(text) > LONGEST_SLUG or not slug_shape.regex.search(text):
        raise ValueError(
            f"“{_short(text)}” is not an address; use small letters, digits and single hyphens, 80 at most"
        )


def _url(value, name, field, problems) -> Text:
    text = _text(value, name, field)
    if not is_web_address(text):
        raise ValueError(f"“{_short(text)}” is not a web address; it begins with https:// and has no blanks")
    return text


def _edition(value, name, field, problems) -> Text:
    text = _text(value, name, field)
    if len(text) > 12 or not NUMBER.fullmatch(text):
        raise ValueError(f"“{_short(text)}” is not an edition; write it as 2026.06 or 2026.06.2")
    return text


def _number(value, name, field, problems) -> Text:
    text = _text(value, name, field)
    if not re.fullmatch("[1-9][0-9]{0,8}", text):
        raise ValueError(f"“{_short(text)}” is not the number of a version; take the entry out or export again")
    return text


def _digest(value, name, field, problems) -> Text:
    text = _text(value, name, field)
    if not re.fullmatch("[0-9a-f]{64}", text):
        raise ValueError(f"“{_short(text)}” is not a digest; take the entry out or export again")
    return text


def _flag(value, name, field, problems) -> bool:
    text = _text(value, name, field)
    if text not in ("true", "false"):
        raise ValueError(f"“{name}” is true or false, not “{_short(text)}”")
    return text == "true"


def _list(value: Value, name: str) -> Items:
    if not isinstance(value, Items):
        what = "a text" if isinstance(value, Text) else "an entry"
        raise ValueError(f"“{name}” must be a list, here stands {what}; begin each item with a hyphen")
    return value


def _each(value, name, problems, read) -> Items:
    """Read every item of a list; one that is wrong does not hide the next."""
    items = Items(value.place)
    for item in _list(value, name):
        try:
            items.append(read(item))
        except ValueError as error:
            _refuse(problems, item.place, str(error))
    return items


def _lines(value, name, field, problems) -> Items:
    must = Field("line", required=True)
    return _each(value, name, problems, lambda item: _text(item, f"item of {name}", must))


def _codes(value, name, field, problems) -> Items:
    must = Field("code", required=True)
    return _each(value, name, problems, lambda item: _code(item, f"item of {name}", must, problems))


def _rows(value, name, field, problems) -> Items:
    if (count := len(_list(value, name))) > MOST_ROWS:
        raise ValueError(f"“{name}” has {count} rows; a list takes {MOST_ROWS} at most, divide or shorten it")
    checked = [check(row, field.rows, problems) for row in value]
    return Items(value.place, [row for row in checked if row is not None])


def _variants(value, name, field, problems) -> Items:
    """Sub-variants of an exhibit: their codes, or code and name as the exhibited edition has it."""
    spelled = [
        Entry(item.place, {Text("code", item.place): item}) if isinstance(item, Text) else item
        for item in _list(value, name)
    ]
    return _rows(Items(value.place, spelled), name, field, problems)


READERS = {
    "line": _line,
    "prose": _prose,
    "choice": _choice,
    "date": _date,
    "code": _code,
    "key": _key,
    "new_key": _new_key,
    "slug": _slug,
    "url": _url,
    "edition": _edition,
    "number": _number,
    "digest": _digest,
    "flag": _flag,
    "lines": _lines,
    "codes": _codes,
    "rows": _rows,
    "variants": _variants,
}
