"""A corpus folder: which files it has, and what they say as checked entries."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from exchange import shape
from exchange.checking import check, check_slug
from exchange.reading import Entry, Items, Place, Problem, Text, read_file

LISTS = {"families.yaml": ("families", shape.FAMILY), "sources.yaml": ("sources", shape.SOURCE)}
EXPORTED = {"exported.yaml": ("exported", shape.EXPORTED)}  # optional: what an export says of itself
FOLDERS = {"patterns": shape.PATTERN, "partnerships": shape.PARTNERSHIP}
Tick = Callable[[str], None]


@dataclass
class Corpus:
    """What a folder says. Entries of patterns and partnerships carry their slug, the name of their file.

    `exported` names the version and digest that each item had when the folder was exported; empty for one that was
    written by hand.
    It is whole when nothing but single values had to be refused, so that its parts can be compared.
    """

    name: str = ""
    is_whole: bool = True
    families: list[Entry] = field(default_factory=list)
    sources: list[Entry] = field(default_factory=list)
    patterns: list[Entry] = field(default_factory=list)
    partnerships: list[Entry] = field(default_factory=list)
    exported: list[Entry] = field(default_factory=list)

    def entries(self) -> list[Entry]:
        """Return the entry of every item, in the order in which items can be saved."""
        return [*self.families, *self.sources, *self.patterns, *self.partnerships]


def is_corpus(folder: Path) -> bool:
    """Whether `folder` has at least one part of a corpus."""
    return any((folder / name).exists() for name in (*LISTS, *FOLDERS))


def files_of(folder: Path, problems: list[Problem]) -> dict[str, list[Path]]:
    """Return the YAML files of the corpus by part, sorted; add what does not belong there to `problems`."""
    here = Place(str(folder), 1)
    if not folder.is_dir():
        what = "is a file, not a folder" if folder.exists() else "does not exist"
        problems.append(Problem(here, f"this {what}; give the folder that holds families.yaml and patterns/"))
        return {}
    if not is_corpus(folder):
        parts = "families.yaml, sources.yaml, patterns/ or partnerships/"
        problems.append(Problem(here, f"this folder is not a corpus: it has no {parts}"))
        return {}
    _refuse_strangers(folder, {*LISTS, *EXPORTED}, {*FOLDERS}, problems)
    files = {name: [folder / name] for name in (*LISTS, *EXPORTED) if _exists(folder / name)}
    for name in FOLDERS:
        files[name] = _items_in(folder / name, problems)
    return files


def _exists(path: Path) -> bool:
    return path.exists() or path.is_symlink()  # a link to nowhere is named when it is read


def _items_in(folder: Path, problems: list[Problem]) -> list[Path]:
    if not _exists(folder):
        return []
    if not folder.is_dir():
        problems.append(Problem(Place(str(folder), 1), "this must be a folder with one file per item"))
        return []
    files = sorted(path for path in folder.iterdir() if path.suffix == ".yaml" and not path.name.startswith("."))
    _refuse_strangers(folder, {path.name for path in files}, set(), problems)
    return files


def _refuse_strangers(folder: Path, names: set[str], folders: set[str], problems: list[Problem]) -> None:
    for path in sorted(folder.iterdir()):
        is_data = path.suffix.lower() in (".yaml", ".yml") or path.is_dir()
        if is_data and path.name not in names | folders and not path.name.startswith("."):
            sentence = "this is no part of a corpus; rename it (the names end in .yaml) or move it elsewhere"
            problems.append(Problem(Place(str(path), 1), sentence))


def read_corpus(folder: Path, problems: list[Problem], tick: Tick = lambda name: None) -> Corpus:
    """Return what the corpus in `folder` says; add everything wrong in its files to `problems`."""
    files = files_of(folder, problems)
    corpus = Corpus(folder.resolve().name, is_whole=not problems)
    for part, paths in files.items():
        for path in paths:
            tick(path.name)
            value = read_file(path, problems)
            name, wanted = LISTS.get(part) or EXPORTED.get(part) or (part, FOLDERS.get(part))
            read = _item if part in FOLDERS else _list
            entries = [None] if value is None else read(value, path, wanted, problems)
            getattr(corpus, name).extend(entry for entry in entries if entry is not None)
            corpus.is_whole &= None not in entries
    return corpus


def _list(value, path: Path, wanted: shape.Shape, problems: list[Problem]) -> list[Entry | None]:
    if not isinstance(value, Items):
        sentence = f"this file must be a list of {path.stem}; begin each with “- ”"
        problems.append(Problem(value.place, sentence))
        return [None]
    return [check(item, wanted, problems) for item in value]


def _item(value, path: Path, wanted: shape.Shape, problems: list[Problem]) -> list[Entry | None]:
    entry = check(value, wanted, problems)
    if entry is None:
        return [None]
    first = Place(str(path), 1)
    try:
        check_slug(path.stem)
    except ValueError as error:
        problems.append(Problem(first, f"the file's name gives the address, and {error}"))
    entry["slug"] = Text(path.stem, first)
    return [entry]
