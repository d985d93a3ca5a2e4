"""The house keeps its walls: which app may import which, and what nobody may do."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# What each app may import of ours. Everybody but library may name accounts and mailroom.
MAY_IMPORT = {
    "library": set(),
    "history": {"library"},
    "sources": {"history", "library"},
    "patterns": {"sources", "history", "library"},
    "partnerships": {"patterns", "sources", "history", "library"},
    "readers": {"patterns", "sources", "history", "library"},
    "reviews": {"readers", "partnerships", "patterns", "sources", "history", "library"},
    "exchange": {"reviews", "readers", "partnerships", "patterns", "sources", "history", "library"},
    "accounts": {"library"},  # for rows that never change; library knows nobody
    "mailroom": set(),
}
APPS = {*MAY_IMPORT, "anteroom"}
# Commands that look after the database may ask the wiring where its programs are.
WIRING = {"exchange/backup.py", "exchange/management/commands/backup.py", "exchange/management/commands/restore.py"}


def modules(app):
    return [path for path in sorted((ROOT / app).rglob("*.py")) if "migrations" not in path.parts]


def imported(path):
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""


@pytest.mark.parametrize("app", sorted(MAY_IMPORT))
def test_imports_point_one_way(app):
    allowed = MAY_IMPORT[app] | {app} | (set() if app == "library" else {"accounts", "mailroom"})
    for path in modules(app):
        relative = str(path.relative_to(ROOT))
        mine = allowed | {"anteroom"} if relative in WIRING else allowed
        found = {name.split(".")[0] for name in imported(path)} & APPS
        assert found <= mine, f"{relative} imports {sorted(found - mine)}"


def test_only_the_timeline_opens_revisions():
    for app in APPS:
        for path in modules(app):
            text = path.read_text()
            assert "RevisionMiddleware" not in text and "VersionAdmin" not in text, path
            if path != ROOT / "history" / "timeline.py":
                assert "create_revision" not in text, path


def test_readers_templates_know_nobody():
    for path in [ROOT / "templates" / "base.html", *(ROOT / "templates" / "library").rglob("*.html")]:
        text = path.read_text()
        for word in ("csrf_token", "request.", "user.", "messages", "perms", "|safe and"):
            assert word not in text, f"{path} mentions {word}"


def test_no_inline_script_or_style():
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text()
        assert "<style" not in text and ' style="' not in text and " onclick=" not in text, path
        for tag in text.split("<script")[1:]:
            head = tag.split(">")[0]
            assert "src=" in head or 'type="application' in head, path


def test_no_room_is_called_anything_goes():
    for app in APPS:
        for path in modules(app):
            assert path.stem not in {"utils", "helpers", "common", "misc", "core"}, path
