"""A reader's report of a problem. (A *correction* at the desk is something else: an editor's change of a source.)"""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from library.models import Kind

LONGEST_TEXT, LONGEST_URL, LONGEST_NAME, LONGEST_ADDRESS = 4_000, 500, 100, 254
SOURCE = "source"  # beside the kinds of items: a source has no editions of its own


class ReportQuerySet(models.QuerySet):
    def open(self):
        """Those that wait for an editor."""
        return self.filter(state__in=Report.OPEN)

    def decided(self):
        """Those that the public log shows."""
        return self.filter(state__in=Report.DECIDED)

    def of(self, kind, code):
        return self.filter(kind=kind, code=code)


class Report(models.Model):
    """What one reader reported about one claim.

    `kind`, `code`, `row` and `edition` name the claim as it was read: the item or source, the row in it (empty for
    the whole), the edition (empty for a source). `title` and `claim` are what item and row were called. `nonce` is
    that of the form, so that a form sent twice makes one report. `email` is erased when it is needed no longer.
    """

    class Problem(models.TextChoices):
        FACT = "fact", "A fact is wrong"
        SOURCE = "source", "A source does not say this"
        LINK = "link", "A link is dead or leads elsewhere"
        OUTDATED = "outdated", "It is out of date"
        OTHER = "other", "Something else"

    class State(models.TextChoices):
        RECEIVED = "received"
        LOOKED_AT = "looked_at", "Being looked at"
        CORRECTED = "corrected"
        NOT_CHANGED = "not_changed", "Not changed"
        WITHDRAWN = "withdrawn"
        SPAM = "spam", "Set aside as spam"

    OPEN = (State.RECEIVED, State.LOOKED_AT)
    DECIDED = (State.CORRECTED, State.NOT_CHANGED)

    receipt = models.CharField(max_length=20, unique=True)
    nonce = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20, choices=[*Kind.choices, (SOURCE, "Source")])
    code = models.CharField(max_length=80)
    row = models.CharField(max_length=60, blank=True)
    edition = models.CharField(max_length=12, blank=True)
    title = models.TextField()
    claim = models.TextField(blank=True)

    problem = models.CharField(max_length=20, choices=Problem)
    text = models.TextField()
    url = models.CharField(max_length=LONGEST_URL, blank=True)
    thanks = models.CharField(max_length=LONGEST_NAME, blank=True)
    email = models.CharField(max_length=LONGEST_ADDRESS, blank=True)
    sent_at = models.DateTimeField()

    state = models.CharField(max_length=20, choices=State, default=State.RECEIVED)
    taken_by_id = models.BigIntegerField(null=True)
    taken_by = models.TextField(blank=True)
    closed_at = models.DateTimeField(null=True)
    decision = models.OneToOneField("readers.ReportEvent", null=True, on_delete=models.PROTECT, related_name="+")

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=[*Kind.values, SOURCE]), name="a_report_is_about_a_known_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind=SOURCE, edition="", row="") | (~Q(kind=SOURCE) & ~Q(edition="")),
                name="a_report_names_the_edition_that_was_read",
            ),
            models.CheckConstraint(
                condition=Q(problem__in=["fact", "source", "link", "outdated", "other"]),
                name="the_problem_of_a_report_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "looked_at", "corrected", "not_changed", "withdrawn", "spam"]),
                name="the_state_of_a_report_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "looked_at"], closed_at=None)
                | (~Q(state__in=["received", "looked_at"]) & Q(closed_at__isnull=False)),
                name="a_report_that_is_not_open_was_closed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["corrected", "not_changed"], decision__isnull=False)
                | (~Q(state__in=["corrected", "not_changed"]) & Q(decision=None)),
                name="a_decided_report_has_its_decision",
            ),
            models.CheckConstraint(
                condition=Q(taken_by_id=None, taken_by="") | (Q(taken_by_id__isnull=False) & ~Q(taken_by="")),
                name="who_looks_at_a_report_has_a_name",
            ),
            models.CheckConstraint(
                condition=~Q(state="looked_at") | Q(taken_by_id__isnull=False),
                name="a_report_is_looked_at_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="withdrawn") | Q(email="", thanks=""), name="a_withdrawn_report_names_nobody"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_at__gte=F("sent_at")),
                name="a_report_is_closed_after_it_was_sent",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "-id"]),
            models.Index(fields=["kind", "code"]),
            models.Index(fields=["closed_at"]),
        ]

    def __str__(self):
        return f"{self.receipt} about {self.about}"

    def get_absolute_url(self):
        return reverse("report", args=[self.receipt])

    @property
    def about(self):
        """The claim as `?about=` names it."""
        if self.kind == SOURCE:
            return f"@{self.code}"
        if not self.row:
            return self.code
        return self.row if self.kind == Kind.PATTERN else f"{self.code}/{self.row}"

    @property
    def is_open(self):
        return self.state in self.OPEN
