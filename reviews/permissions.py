"""Who may do what at the desk: one `may_<verb>(user, thing)` each, nothing decided anywhere else."""

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, Value

from accounts import roles
from accounts.models import User
from history.models import Contribution, Draft
from reviews.live import Live
from reviews.models import Assignment, Comment, Correction, ShareLink, Submission, Withholding

DRAFTERS = (roles.EDITOR, roles.CHIEF_EDITOR)
REVIEWERS = (roles.REVIEWER, roles.LEGAL_REVIEWER, roles.CHIEF_EDITOR)
DESK = (*DRAFTERS, roles.REVIEWER, roles.LEGAL_REVIEWER)


def may_see_desk(user: User) -> bool:
    """Whether the person has work at the desk: every editorial role, and superusers."""
    return user.is_active and (user.is_superuser or roles.has_role(user, *DESK))


def may_edit(user: User) -> bool:
    """Whether the person may change drafts."""
    return user.is_active and (user.is_superuser or roles.has_role(user, *DRAFTERS))


def may_submit(user: User) -> bool:
    """Whether the person may put a draft up for review."""
    return may_edit(user)


def may_withdraw(user: User, submission: Submission) -> bool:
    """Whether the person may take the submission back: who submitted it, or a chief editor."""
    own = may_edit(user) and submission.submitted_by_id == user.pk
    return own or (user.is_active and (user.is_superuser or roles.has_role(user, roles.CHIEF_EDITOR)))


def may_review(user: User) -> bool:
    """Whether the person reviews at all, whatever they contributed to."""
    return user.is_active and (user.is_superuser or roles.has_role(user, *REVIEWERS))


def may_request_changes(user: User, submission: Submission) -> bool:
    """Whether the person may send the submission back with a reason."""
    return may_review(user)


def is_contributor(user: User, submission: Submission) -> bool:
    """Whether the person wrote any part of what is up for review since the live edition."""
    return any(person["id"] == user.pk for person in submission.contributors)


def may_sign_off(user: User, submission: Submission) -> bool:
    """Whether the person may approve the submission: a reviewer who wrote none of it, superusers alike."""
    return may_review(user) and not is_contributor(user, submission)


def may_comment(user: User) -> bool:
    """Whether the person may comment, and answer comments: everybody at the desk."""
    return may_see_desk(user)


def may_block(user: User) -> bool:
    """Whether the person's comment may keep an item from being signed off."""
    return may_review(user)


def may_resolve(user: User, comment: Comment, writers: set[int]) -> bool:
    """Whether the person may resolve it; a blocking one: only a reviewer who is none of the text's `writers`."""
    if comment.is_blocking:
        return may_review(user) and user.pk not in writers
    return may_comment(user)


def may_reopen(user: User, comment: Comment) -> bool:
    """Whether the person may reopen the comment; a blocking one blocks again."""
    return may_block(user) if comment.is_blocking else may_comment(user)


def may_archive(user: User, draft: Draft) -> bool:
    """Whether the person may set the item aside, or bring it back: an editor who wrote in it, or a chief editor."""
    written = Contribution.objects.filter(kind=draft.kind, code=draft.code, user_id=user.pk)
    return may_edit(user) and (_answers_for_all(user) or written.exists())


def may_share(user: User, item: Draft | ShareLink) -> bool:
    """Whether the person may show the item to an outside reader: everybody with work at the desk."""
    return may_see_desk(user)


def may_revoke(user: User, link: ShareLink) -> bool:
    """Whether the person may end a link: who made it, or a chief editor."""
    return may_see_desk(user) and (link.made_by_id == user.pk or _answers_for_all(user))


def _answers_for_all(user: User) -> bool:
    return user.is_active and (user.is_superuser or roles.has_role(user, roles.CHIEF_EDITOR))


def may_override(user: User) -> bool:
    """Whether the person may publish against the sign-off rule, with a written reason: chief editors alone."""
    return roles.has_role(user, roles.CHIEF_EDITOR)


def may_change_rule(user: User) -> bool:
    """Whether the person may change how many and whose sign-offs a publication needs."""
    return user.is_active and (user.is_superuser or roles.has_role(user, roles.CHIEF_EDITOR))


def may_schedule(user: User) -> bool:
    """Whether the person may say when something that is signed off is published: a chief editor."""
    return user.is_active and (user.is_superuser or roles.has_role(user, roles.CHIEF_EDITOR))


def may_open_corrections(user: User) -> bool:
    """Whether the person may put up again what a correction left out: who drafts."""
    return may_edit(user)


def may_stop_correction(user: User, correction: Correction) -> bool:
    """Whether the person may keep the correction from opening for what waits: who made it, or a chief editor."""
    own = may_edit(user) and correction.by_id == user.pk
    return own or _answers_for_all(user)


def count_of_reviewers(*held: str) -> int:
    """Return how many active accounts may review, or how many of them hold one of the roles `held`."""
    return User.objects.filter(is_active=True, groups__name__in=held or REVIEWERS).distinct().count()


def may_read_evidence(user: User) -> bool:
    """Whether the person may read submissions, sign-offs and events in the admin: who answers for the library."""
    return user.is_active and (user.is_superuser or roles.has_role(user, roles.CHIEF_EDITOR, roles.ADMINISTRATOR))


def desk_people() -> list[User]:
    """Return everybody of whom `may_see_desk` is true, by name; asking what each of them may asks nothing more."""
    here = User.objects.filter(Q(is_superuser=True) | Q(groups__name__in=DESK), is_active=True)
    held = ArrayAgg("groups__name", filter=Q(groups__isnull=False), default=Value([]))
    people = User.objects.filter(pk__in=here.values("pk")).annotate(held=held)
    people = list(people.order_by("first_name", "last_name", "username"))
    for person in people:
        person.held_roles = frozenset(person.held)
    return people


def may_assign(user: User) -> bool:
    """Whether the person hands out reviews: asks, takes back, sets due dates."""
    return user.is_active and (user.is_superuser or roles.has_role(user, roles.CHIEF_EDITOR))


def may_claim(user: User, submission: Submission) -> bool:
    """Whether the person may take the review: who may sign it off."""
    return may_sign_off(user, submission)


def may_answer(user: User, assignment: Assignment) -> bool:
    """Whether the person may accept or decline: nobody but who was asked."""
    return user.is_active and assignment.person_id == user.pk


def may_set_absence(user: User, person: User) -> bool:
    """Whether `user` may say when `person` is away: of oneself, and a chief editor of everybody at the desk."""
    return may_see_desk(user) if user.pk == person.pk else may_assign(user)


def may_stand_in(user: User, person: User) -> bool:
    """Whether `user` may have the turns of `person` while they are away: somebody else who may do the same work."""
    if user.pk == person.pk:
        return False
    return may_review(user) if may_review(person) else may_edit(user)


def is_chief(user: User) -> bool:
    """Whether the person answers for what the library recommends: chief editors, and superusers."""
    return user.is_active and (user.is_superuser or roles.has_role(user, roles.CHIEF_EDITOR))


def is_administrator(user: User) -> bool:
    """Whether the person answers for the site and its accounts: administrators, and superusers."""
    return user.is_active and (user.is_superuser or roles.has_role(user, roles.ADMINISTRATOR))


def is_writer(user: User, live: Live) -> bool:
    """Whether the person wrote any part of what stands."""
    return user.pk in live.writers


def has_reviewed_last(user: User, live: Live) -> bool:
    """Whether the person is among those who reviewed last what stands."""
    return user.pk in live.reviewers


def may_reaffirm(user: User, live: Live) -> bool:
    """Whether the person may stand for a live edition anew: a reviewer who neither wrote it nor reviewed it last."""
    return may_review(user) and not is_writer(user, live) and not has_reviewed_last(user, live)


def may_retire(user: User) -> bool:
    """Whether the person may retire items."""
    return is_chief(user)


def may_propose_withholding(user: User) -> bool:
    """Whether the person may propose to withhold editions: half of an act that takes two."""
    return is_chief(user)


def may_see_withholdings(user: User) -> bool:
    """Whether the person may read what has been proposed to be withheld, and why."""
    return is_chief(user) or is_administrator(user)


def may_confirm_withholding(user: User, withholding: Withholding) -> bool:
    """Whether the person may confirm the proposal: an administrator, never who proposed it."""
    return is_administrator(user) and user.pk != withholding.proposed_by_id


def may_refuse_withholding(user: User, withholding: Withholding) -> bool:
    """Whether the person may refuse the proposal: an administrator, and who proposed it takes it back."""
    return is_administrator(user) or (is_chief(user) and user.pk == withholding.proposed_by_id)
