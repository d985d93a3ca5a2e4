"""What import_corpus and seed_demo share: who imports, the progress on the terminal, the words of the outcome."""

from pathlib import Path

from django.core.management.base import CommandError

from accounts.models import User
from exchange import demo, signing
from exchange.loading import CHANGED, KINDS, NEW, UNCHANGED, Loaded, Ticks, load
from exchange.progress import Progress
from exchange.reading import LISTED, Refused
from reviews.permissions import may_edit

PLURALS = {"family": "families", "source": "sources", "pattern": "patterns", "partnership": "partnerships"}


def importer(username: str | None) -> User:
    """Return who the versions will be by: `username`, the demo editor, or the only person who may edit.

    Raises CommandError for somebody unknown or without the right, and when there is a choice.
    """
    if username:
        user = User.objects.filter(username=username).first()
        if user is None or not may_edit(user):
            raise CommandError(f"{username} is no editor of this library; name one who is: --by USERNAME")
        return user
    editor = demo.people().get(demo.EDITOR.username)
    editors = [editor] if editor else [user for user in User.objects.filter(is_active=True) if may_edit(user)]
    if len(editors) != 1:
        raise CommandError("say who imports, an editor of this library: --by USERNAME")
    return editors[0]


def load_with_progress(folder: Path, by, stderr, dry_run: bool = False, replace_edited: bool = False) -> Loaded:
    """Load `folder` as `load` does. Raises CommandError after listing what is wrong."""
    reading, saving = Progress("Reading"), Progress("Saving")
    ticks = Ticks(read=reading.step, expect=saving.expect, save=saving.step)
    try:
        return load(folder, by=by, dry_run=dry_run, replace_edited=replace_edited, ticks=ticks)
    except Refused as error:
        saving.end()
        for problem in error.problems[:LISTED]:
            stderr.write(str(problem))
        more = len(error.problems) - LISTED
        if more > 0:
            stderr.write(f"... and {more} more")
        raise CommandError(f"{error}; nothing was written. Mend the lines above and import again.") from error
    finally:
        saving.end()


def sign_off_with_progress(loaded: Loaded) -> signing.Signed:
    """Publish what a corpus brought, as the demo people. Raises CommandError when there are none."""
    there = demo.people()
    cast = [there.get(person.username) for person in (demo.EDITOR, demo.REVIEWER, demo.OTHER_REVIEWER)]
    if None in cast:
        raise CommandError("the demo accounts are missing; run `manage.py seed_demo` first")
    editor, *reviewers = cast
    items = [(kind, code) for kind in signing.ORDER for code in loaded.codes(kind)]
    progress = Progress("Signing off", len(items))
    note = "Content of the starter corpus"
    try:
        return signing.sign_off_all(items, editor=editor, reviewers=reviewers, note=note, tick=progress.step)
    finally:
        progress.end()


def words_on_loading(loaded: Loaded, dry_run: bool = False) -> list[str]:
    """Return what a corpus made of the drafts, line by line."""
    lines = ["A trial run: nothing was written. The import would give:"] if dry_run else []
    for kind in KINDS:
        if loaded.count(kind):
            counts = [f"{loaded.count(kind, verdict)} {verdict}" for verdict in (NEW, CHANGED, UNCHANGED)]
            lines.append(f"{PLURALS[kind]}: {', '.join(counts)}")
    for step in loaded.steps:
        if step.replaces:
            what = f"{step.kind} {step.code}; its history keeps {step.replaces}"
            lines.append(f"replaced although it was edited: {what}")
    if loaded.recomposed:
        lines.append(f"composed again because they cite what changed: {', '.join(loaded.recomposed)}")
    for kind, codes in loaded.left.items():
        lines.append(f"not in this folder, left alone: {PLURALS[kind]} {', '.join(codes)}")
    return lines


def words_on_signing(signed: signing.Signed) -> list[str]:
    """Return what became of the drafts, line by line, with the reasons of what stays one."""
    lines = [f"published: {len(signed.published)}, live already: {len(signed.left)}, drafts: {len(signed.refused)}"]
    for name, reasons in signed.refused.items():
        lines.append(f"{name} stays a draft:")
        lines += [f"  {reason}" for reason in reasons]
    return lines
