"""The invented people of a demo and their common password."""

import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.models import Group
from django.db import transaction

from accounts import events, roles
from accounts.models import AccountEvent, User

LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that look alike


@dataclass(frozen=True)
class Person:
    username: str
    first_name: str
    last_name: str
    role: str

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


EDITOR = Person("editor", "Marit", "Oosterveld", roles.EDITOR)
REVIEWER = Person("reviewer", "Ruth", "Ashgrove", roles.REVIEWER)
OTHER_REVIEWER = Person("reviewer2", "Idris", "Penhallow", roles.REVIEWER)
PEOPLE = (
    EDITOR,
    Person("editor2", "Caleb", "Onwudinjo", roles.EDITOR),
    REVIEWER,
    OTHER_REVIEWER,
    Person("legal", "Lena", "Quistgard", roles.LEGAL_REVIEWER),
    Person("chief", "Beatrix", "Hollowell", roles.CHIEF_EDITOR),
    Person("admin", "Samuel", "Threlkeld", roles.ADMINISTRATOR),
)


def strangers() -> list[str]:
    """Return the usernames of accounts that are no demo accounts."""
    invented = [person.username for person in PEOPLE]
    return list(User.objects.exclude(username__in=invented).values_list("username", flat=True))


def password() -> str:
    """Return ANTEROOM_DEMO_PASSWORD; else the one made once and kept in the home, for its owner only."""
    return os.environ.get("ANTEROOM_DEMO_PASSWORD") or _kept(settings.HOME / "demo-password")


def _kept(file: Path) -> str:
    if not file.exists():
        made = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor, new = tempfile.mkstemp(dir=file.parent, prefix="demo-password.")  # 0600 from the first moment
        os.write(descriptor, made.encode())
        os.close(descriptor)
        os.replace(new, file)
    return file.read_text().strip()


@transaction.atomic
def make_people() -> dict[str, User]:
    """Make the demo accounts, or give them back their names, roles and password; return them by username."""
    encoded = _encoded(password())
    for person in PEOPLE:
        names = {"first_name": person.first_name, "last_name": person.last_name}
        rights = {"email": f"{person.username}@anteroom.example", "is_staff": True, "is_active": True}
        values = {**names, **rights, "password": encoded}
        user, is_new = User.objects.update_or_create(username=person.username, defaults=values)
        user.groups.set(Group.objects.filter(name=person.role))
        if is_new:
            events.tell(user, AccountEvent.What.CREATED, reason=f"For the demo, as {person.role}")
    return people()


def _encoded(wanted: str) -> str:
    """One hash for all, whose password is the same anyway; kept while it fits, so that sessions stay."""
    kept = User.objects.filter(username=EDITOR.username).values_list("password", flat=True).first()
    return kept if kept and check_password(wanted, kept) else make_password(wanted)


def people() -> dict[str, User]:
    """Return the demo accounts that exist, by username."""
    return {user.username: user for user in User.objects.filter(username__in=[person.username for person in PEOPLE])}


def login_table() -> str:
    """Return the logins as a table for the terminal."""
    width = max(len(person.username) for person in PEOPLE) + 2
    lines = [f"  {person.username:<{width}}{person.role:<16}{person.name}" for person in PEOPLE]
    return "\n".join(["Demo logins, all with the password " + password(), *lines])
