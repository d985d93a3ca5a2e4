"""What people say to each other about an item."""

from collections import Counter

from django.contrib.postgres.fields import ArrayField
from django.db import models


class CommentQuerySet(models.QuerySet):
    def of(self, kind, code):
        return self.filter(kind=kind, code=code)

    def threads(self):
        return self.filter(answers=None)

    def unresolved(self):
        return self.threads().filter(resolved_at=None)

    def blocking(self):
        """Those that keep the item from being signed off."""
        return self.unresolved().filter(is_blocking=True)

    def blocking_by_item(self, codes):
        """How many comments keep each item with one of `codes` from being signed off, by kind and code."""
        items = self.blocking().filter(code__in=codes).order_by().values_list("kind", "code")
        return Counter({(kind, code): count for kind, code, count in items.annotate(models.Count("pk"))})


class Comment(models.Model):
    """One remark about an item, or an answer to one. Only its resolution ever changes; nothing is deleted.

    `place` names a field or row as `library.comparison.Change.path` does, empty for the whole item: codes of rows
    are permanent, so a comment follows its row. `quote` and `wording` (a digest) keep what stood there, `submission`
    is the one under which it was said. An answer has the place of the remark that it `answers`.
    """

    kind = models.CharField(max_length=20)
    code = models.CharField(max_length=60)
    place = ArrayField(models.TextField(), default=list, blank=True)
    quote = models.TextField(blank=True)
    wording = models.CharField(max_length=64, blank=True)
    submission = models.BigIntegerField(null=True)
    answers = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replies")
    text = models.TextField()
    is_blocking = models.BooleanField(default=False)
    user_id = models.BigIntegerField()
    name = models.TextField()
    role = models.TextField()
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)
    resolved_by_id = models.BigIntegerField(null=True)
    resolved_by = models.TextField(blank=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["kind", "code", "id"])]
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="a_comment_says_something"),
            models.CheckConstraint(
                condition=models.Q(resolved_at=None, resolved_by_id=None, resolved_by="")
                | (models.Q(resolved_at__isnull=False, resolved_by_id__isnull=False) & ~models.Q(resolved_by="")),
                name="a_comment_is_resolved_by_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(answers=None) | models.Q(is_blocking=False, resolved_at=None),
                name="an_answer_neither_blocks_nor_is_resolved",
            ),
        ]

    def __str__(self):
        return f"{self.name} on {self.code}"

    @property
    def is_open(self):
        """Whether nobody has resolved it yet."""
        return self.resolved_at is None
