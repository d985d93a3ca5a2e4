"""Roles are groups, made after every migration, so that a flushed test database has them too."""

from django.apps import apps
from django.db.models import Q

EDITOR = "Editor"
REVIEWER = "Reviewer"
LEGAL_REVIEWER = "Legal reviewer"
CHIEF_EDITOR = "Chief editor"
ADMINISTRATOR = "Administrator"

# Highest first: the one that a signature shows when a person has several.
ROLES = (CHIEF_EDITOR, LEGAL_REVIEWER, REVIEWER, EDITOR, ADMINISTRATOR)

# What each role may do, in the words and the order in which administrators give them.
MAY = {
    EDITOR: "Drafts patterns, partnerships and sources, and submits them for review.",
    REVIEWER: "Reads what is submitted, comments, asks for changes, and signs off what others wrote.",
    LEGAL_REVIEWER: "Reviews like a reviewer, and gives the sign-offs that a rule keeps for legal reviewers.",
    CHIEF_EDITOR: "Drafts and reviews, hands out reviews, schedules, retires, proposes to withhold, sets the rules of"
    " sign-off, and may override them with a written reason.",
    ADMINISTRATOR: "Makes and changes accounts, and confirms or refuses a withholding. Drafts and signs off nothing.",
}

# What each role may do in the admin; what it may do at the desk stands in reviews/permissions.py.
DRAFTING = (("patterns", ("view", "add", "change")), ("partnerships", ("view", "add", "change")))
SOURCES = (("sources", ("view", "add", "change")),)
READING = tuple((app, ("view",)) for app in ("patterns", "partnerships", "sources"))
ADMIN_RIGHTS = {
    EDITOR: DRAFTING + SOURCES,
    REVIEWER: READING,
    LEGAL_REVIEWER: READING,
    CHIEF_EDITOR: DRAFTING + SOURCES,
    ADMINISTRATOR: (("accounts", ("view", "add", "change")),),
}


def highest_role(user):
    """Return the person's highest role by name, empty when the account has none."""
    return next((role for role in ROLES if role in user.held_roles), "")


def has_role(user, *roles):
    """Whether the active account holds one of `roles`."""
    return user.is_active and not user.held_roles.isdisjoint(roles)


def is_any_administrator_but(user):
    """Whether somebody else who is active manages accounts too.

    Their rows are held first, in one order, so that of two who demote each other at once the second is refused.
    """
    from accounts.models import User

    rights = Q(is_superuser=True) | Q(groups__name=ADMINISTRATOR)
    keepers = User.objects.filter(rights, is_active=True).values("pk")
    list(User.objects.select_for_update().filter(pk__in=keepers).order_by("pk").values_list("pk"))
    return keepers.exclude(pk=user.pk).exists()


def names(user):
    """Return all roles of the account, highest first, in words."""
    held = set(user.groups.values_list("name", flat=True))
    return ", ".join(role for role in ROLES if role in held) or "no role"


def first_page(user):
    """Return the name of the page on which the person's work begins: desk, accounts, or what everybody reads."""
    if user.is_superuser or has_role(user, CHIEF_EDITOR, LEGAL_REVIEWER, REVIEWER, EDITOR):
        return "desk:queue"
    return "admin:index" if user.is_staff else "home"


def make_roles(sender, **options):
    """Receiver of post_migrate: every role exists and has exactly its rights in the admin."""
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission

    for app, _ in DRAFTING + SOURCES + ADMIN_RIGHTS[ADMINISTRATOR]:
        create_permissions(apps.get_app_config(app), verbosity=0)
    for role, rights in ADMIN_RIGHTS.items():
        group, _ = Group.objects.get_or_create(name=role)
        wanted = set()
        for app, verbs in rights:
            for verb in verbs:
                found = Permission.objects.filter(content_type__app_label=app, codename__startswith=f"{verb}_")
                wanted.update(found)
        group.permissions.set(wanted)
