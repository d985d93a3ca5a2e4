#!/usr/bin/env python3
"""Check a copy of the library: that nothing in it was altered, left out or added.

    python3 verify.py [FOLDER or ZIP] [--head POSITION:SHA256]

Needs Python 3.8 or newer and nothing else. Reads ledger.jsonl, editions.jsonl and library.jsonl, and what SHA256SUMS
names. Ends with 0 when all is sound; with 1 when something is not, and names it; with 2 when there is nothing to
read; with 3 when nothing is wrong, but something cannot be known from this copy alone, and names that: a file that is
missing, or a text that is left out on a ground which only a later ledger has. `--head` compares with a head that you
kept, or got from somebody else: whoever rewrites the whole ledger can make it agree with itself, but not with that.

Copyright: none claimed for this script; use it for anything (CC0 1.0).
"""

import argparse
import hashlib
import json
import sys
import zipfile
from pathlib import Path

FIRST = "0" * 64
LARGEST = 2**53 - 1  # of the integers that JSON carries everywhere (RFC 7493)
STATES = {"publication": "verified", "reaffirmation": "verified", "retirement": "retired", "withholding": "withheld"}
FILES = (
    *("library.jsonl", "editions.jsonl", "ledger.jsonl", "patterns.csv", "sub_variants.csv", "clauses.csv"),
    *("kill_list.csv", "precedents.csv", "anchors.csv", "partnerships.csv", "parties.csv", "exhibits.csv"),
    *("scores.csv", "citations.csv", "sources.csv", "ledger.csv", "anteroom.schema.json", "verify.py"),
    *("README.txt", "LICENCE.txt"),
)
PAGE = 1 << 20  # bytes of a file that are read at once


class Missing(Exception):
    """There is no such copy, or it lacks a file that is needed."""


class Folder:
    """A copy unpacked into a folder."""

    def __init__(self, path):
        self.path = path

    def open(self, name):
        try:
            return (self.path / name).open("rb")
        except OSError as error:
            raise Missing(f"{self.path / name} cannot be read") from error

    def names(self):
        return {path.name for path in self.path.iterdir() if path.is_file()}


class Zip:
    """A copy as it was downloaded."""

    def __init__(self, path):
        try:
            self.file = zipfile.ZipFile(path)
        except zipfile.BadZipFile as error:
            raise Missing(f"{path} is no zip file") from error
        self.members = {name.rpartition("/")[2]: name for name in self.file.namelist()}

    def open(self, name):
        if name not in self.members:
            raise Missing(f"{self.file.filename} has no {name}")
        return self.file.open(self.members[name])

    def names(self):
        return set(self.members)


def copy_at(path):
    """Return the copy at `path`. Raises Missing."""
    path = Path(path)
    if path.is_dir():
        return Folder(path)
    if path.is_file():
        return Zip(path)
    raise Missing(f"there is no {path}")


def canonical(value):
    """Return the RFC 8785 bytes of `value`, made of text, whole numbers, true and false, lists and objects.

    Raises ValueError for anything else: no document holds it.
    """
    return _written(value).encode("utf-8")


def _written(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int) and abs(value) <= LARGEST:
        return str(value)
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(_written(key) + ":" + _written(value[key]) for key in keys) + "}"
    raise ValueError(f"{str(value)[:40]} is of a kind that no document holds")


def read(line):
    """Return the object that `line` is. Raises ValueError if it is none, names a field twice or is not canonical."""
    found = json.loads(line.decode("utf-8"), object_pairs_hook=_once)
    if not isinstance(found, dict):
        raise ValueError("it is no object")
    if canonical(found) != line:
        raise ValueError("it is not in canonical form (RFC 8785)")
    return found


def _once(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("it names a field twice")
    return found


def sha256(data):
    return hashlib.sha256(data).hexdigest()


class Check:
    """One look through a copy.

    `problems` are sentences about what is wrong with it, `unknown` about what cannot be known from it alone.
    """

    def __init__(self, copy):
        self.copy = copy
        self.problems, self.unknown = [], []
        self.hashes = {}  # of the entries, by position
        self.published = {}  # (kind, code, edition) to (position, digest, time)
        self.withheld = {}  # (kind, code, edition) to (position, ground)
        self.standing = {}  # (kind, code) to how it stands by the ledger
        self.editions = self.left_out = 0

    def say(self, sentence):
        self.problems.append(sentence)

    def lines(self, name):
        """Yield place, bytes and object of every line of a file; name those that cannot be read."""
        with self.copy.open(name) as file:
            for number, line in enumerate(file, start=1):
                where = f"{name} line {number}"
                if not line.endswith(b"\n"):
                    self.say(f"{where}: the line has no end; the file was cut off")
                try:
                    yield where, line.rstrip(b"\n"), read(line.rstrip(b"\n"))
                except (ValueError, RecursionError) as error:
                    self.say(f"{where}: {error}")

    def run(self, head=None):
        """Check everything; `head` is a (position, hash) kept elsewhere."""
        self.check_sums()
        self.check_ledger()
        self.check_editions()
        self.check_standing()
        if head:
            self.check_head(*head)
        return self.problems

    def check_sums(self):
        """Every file that SHA256SUMS names is there and is what it says, and it names all that a copy holds."""
        names, listed = self.copy.names(), self.sums()
        for name, digest in listed.items():
            if name not in names:
                self.say(f"{name}: SHA256SUMS names it, but it is missing")
            elif self.digest_of(name) != digest:
                self.say(f"{name}: its SHA-256 is not the one in SHA256SUMS")
        if not listed:
            self.unknown.append("SHA256SUMS: it is missing or empty, so that tables and texts are not checked")
        for name in FILES:
            if name not in names and name not in listed:
                self.unknown.append(f"{name}: it is missing")
            elif name not in listed and listed:
                self.unknown.append(f"{name}: SHA256SUMS does not name it")

    def sums(self):
        """Return the digests in SHA256SUMS by the names of their files."""
        if "SHA256SUMS" not in self.copy.names():
            return {}
        with self.copy.open("SHA256SUMS") as file:
            sums = [line.split("  ", 1) for line in file.read().decode("utf-8", "replace").splitlines()]
        return {parts[1]: parts[0] for parts in sums if len(parts) == 2}

    def digest_of(self, name):
        hashed = hashlib.sha256()
        with self.copy.open(name) as file:
            for page in iter(lambda: file.read(PAGE), b""):
                hashed.update(page)
        return hashed.hexdigest()

    def check_ledger(self):
        """Each entry names the hash of the one before it, positions have no gap, time does not go back."""
        previous, position, time = FIRST, 0, ""
        for where, line, entry in self.lines("ledger.jsonl"):
            try:
                if entry["position"] != position + 1:
                    self.say(f"{where}: position {entry['position']} follows {position}")
                if entry["previous"] != previous:
                    self.say(f"{where}: it names {entry['previous']} as the hash of the entry before it, {previous}")
                if entry["time"] < time:
                    self.say(f"{where}: {entry['time']} is earlier than the entry before it")
                self.follow(where, entry)
                position, time = entry["position"], entry["time"]
            except (KeyError, TypeError) as error:
                self.say(f"{where}: it is no ledger entry ({error})")
            previous = sha256(line)
            self.hashes[position] = previous

    def follow(self, where, entry):
        """Take in what the act made of its item."""
        item, edition = (entry["kind"], entry["code"]), (entry["kind"], entry["code"], entry["edition"])
        before, act = self.standing.get(item), entry["act"]
        if act not in STATES:
            self.say(f"{where}: {act} is no act")
            return
        if act == "publication":
            if edition in self.published:
                self.say(f"{where}: {named(edition)} was published before")
            self.published[edition] = (entry["position"], entry["digest"], entry["time"])
        elif edition not in self.published:
            self.say(f"{where}: {named(edition)} was not published before this {act}")
        elif self.published[edition][1] != entry["digest"]:
            self.say(f"{where}: its digest is not that of {named(edition)}")
        if act == "withholding":
            self.withheld[edition] = (entry["position"], entry["note"])
            if before and before["edition"] != entry["edition"]:
                return
        self.standing[item] = stands(entry, before)

    def check_editions(self):
        """Every publication has its edition with the digest that the ledger names, or the ground why it has not."""
        missing = dict(self.published)
        for where, _, line in self.lines("editions.jsonl"):
            try:
                edition = (line["kind"], line["code"], line["edition"])
                if missing.pop(edition, None) is None:
                    self.say(f"{where}: the ledger knows no {named(edition)}, or it stands here twice")
                    continue
                self.editions += 1
                self.check_edition(where, edition, line, "edition")
            except (KeyError, TypeError, ValueError) as error:
                self.say(f"{where}: it is no line of this file ({error})")
        for edition in missing:
            self.say(f"editions.jsonl: {named(edition)} is missing")

    def check_edition(self, where, edition, line, kind_of_line):
        position, digest, time = self.published[edition]
        if (line["position"], line["digest"], line["published"]) != (position, digest, time):
            self.say(f"{where}: position, digest or time are not those of the ledger")
        if line["line"] == "withheld":
            self.check_left_out(where, edition, line)
            return
        document = line["document"]
        if line["line"] != kind_of_line:
            self.say(f"{where}: it is no line of this file")
        if edition in self.withheld:
            self.say(f"{where}: {named(edition)} is withheld, but its text stands here")
        actual = sha256(canonical(document))
        if actual != digest:
            self.say(f"{where}: the SHA-256 of the document is {actual}, the ledger says {digest}")
        elif (document["kind"], document["code"]) != edition[:2]:
            self.say(f"{where}: its document is that of {document['kind']} {document['code']}")

    def check_left_out(self, where, edition, line):
        """A text may be left out on the ground of an act in the ledger, or of one after its end that is not seen."""
        told, last = (line["withheld"]["position"], line["withheld"]["ground"]), max(self.hashes, default=0)
        if "document" in line:
            self.say(f"{where}: {named(edition)} is called withheld, but its text stands here")
        if told[0] > last:
            act = f"the withholding at {told[0]}; the ledger of this copy ends at {last}"
            self.unknown.append(f"{where}: the text of {named(edition)} is left out on the ground of {act}")
        elif self.withheld.get(edition) != told:
            self.say(f"{where}: the ledger does not withhold {named(edition)} at {told[0]} on this ground")
        self.left_out += line["line"] == "withheld" and where.startswith("editions")

    def check_standing(self):
        """library.jsonl says of every item what follows from the ledger."""
        missing = dict(self.standing)
        for where, _, line in self.lines("library.jsonl"):
            try:
                item = (line["kind"], line["code"])
                by_ledger = missing.pop(item, None)
                if by_ledger is None or by_ledger["edition"] != line["edition"]:
                    self.say(
                        f"{where}: by the ledger, {named((*item, line['edition']))} does not stand, or is here twice"
                    )
                    continue
                self.check_edition(where, (*item, line["edition"]), line, "standing")
                if line["line"] == "standing":
                    wrong = [name for name, value in by_ledger.items() if line[name] != value]
                    if wrong:
                        self.say(f"{where}: by the ledger, {', '.join(wrong)} should be otherwise")
            except (KeyError, TypeError, ValueError) as error:
                self.say(f"{where}: it is no line of this file ({error})")
        for kind, code in missing:
            self.say(f"library.jsonl: {kind} {code} is missing")

    def check_head(self, position, digest):
        found = self.hashes.get(position)
        if found is None:
            self.say(f"the ledger ends at {max(self.hashes, default=0)}; you kept a head at position {position}")
        elif found != digest:
            self.say(f"entry {position} has the hash {found}; you kept {digest}")


def stands(entry, before):
    """Return how the item of `entry` stands after it; what is no review leaves the last review as it was."""
    is_review = entry["act"] in ("publication", "reaffirmation") or not before
    names = ", ".join(dict.fromkeys(person["name"] for person in entry["people"]))
    return {
        "edition": entry["edition"],
        "state": STATES[entry["act"]],
        "review_by": entry["review_by"] or (before["review_by"] if before else ""),
        "reviewed_on": entry["time"][:10] if is_review else before["reviewed_on"],
        "reviewed_by": names if is_review else before["reviewed_by"],
        "successor": entry.get("successor", ""),
    }


def named(edition):
    return "edition {2} of {0} {1}".format(*edition)


def kept_head(text):
    """Return (position, hash) of what `--head` names."""
    position, _, digest = text.partition(":")
    if not position.isdigit() or len(digest) != 64:
        raise argparse.ArgumentTypeError("write it as 12:9f86d0..., the position and the 64 digits of the hash")
    return int(position), digest.lower()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("copy", nargs="?", default=".", help="the folder or the zip file; default: this folder")
    parser.add_argument("--head", type=kept_head, metavar="POSITION:SHA256", help="a head that you kept")
    asked = parser.parse_args(arguments)
    try:
        check = Check(copy_at(asked.copy))
        problems = check.run(asked.head)
    except Missing as missing:
        print(missing, file=sys.stderr)
        return 2
    for sentence in [*problems, *check.unknown]:
        print(sentence, file=sys.stderr)
    if problems:
        print(f"{len(problems)} problems: this copy is not what the library published.", file=sys.stderr)
        return 1
    return tell_what_is_sound(check)


def tell_what_is_sound(check):
    """Say what was checked, and the head to keep; return 3 if something cannot be known, else 0."""
    last = max(check.hashes, default=0)
    if check.unknown:
        ask = "Ask the library, or somebody who has another copy."
        print(f"Points that cannot be known from this copy alone: {len(check.unknown)}. {ask}", file=sys.stderr)
    word = "Sound but for these points" if check.unknown else "Sound"
    print(f"{word}: {last} ledger entries, {check.editions} editions, {check.left_out} of them withheld.")
    print(f"Head, to keep: {last}:{check.hashes.get(last, FIRST)}")
    return 3 if check.unknown else 0


if __name__ == "__main__":
    sys.exit(main())
