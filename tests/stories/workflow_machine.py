"""A machine that lets six people do everything at the desk in any order, beside a model of what may come of it.

The model keeps its own account of who wrote what and who signed which text, from what was asked for and not from
the rows of the library. After every step the record must agree with it.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from unittest import mock

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from accounts import roles
from history import timeline
from history.models import Draft
from library import ledger, pages
from library.documents import digest_bytes, parse, section_digests
from library.models import Edition, LedgerEntry, Page, Standing
from reviews import acts, cases, comments, rules, schedules, workflow
from reviews.models import Comment, Submission
from tests.conftest import make_person
from tests.factories import make_draft, make_source, pattern_document

CAST = (
    ("edda", roles.EDITOR),
    ("ada", roles.ADMINISTRATOR),
    ("rhea", roles.REVIEWER),
    ("lena", roles.LEGAL_REVIEWER),
    ("cleo", roles.CHIEF_EDITOR),
    ("wim", roles.EDITOR),  # and Reviewer: writes and signs
)
MAY_EDIT, MAY_REVIEW = {"edda", "cleo", "wim"}, {"rhea", "lena", "cleo", "wim"}
PATTERNS = ("STC", "XYZ")
SOURCES = {"smith-2026": "edda", "lee-2026": "wim"}  # and who wrote it first
REASON = "A reason of more than twenty characters"

people = st.sampled_from([name for name, _ in CAST])
writing = st.sampled_from(["edda", "edda", "edda", "wim", "cleo", "rhea"])  # mostly those who may
reviewing = st.sampled_from(["rhea", "rhea", "lena", "lena", "cleo", "wim", "edda", "ada"])
patterns = st.sampled_from(PATTERNS)
sources = st.sampled_from(list(SOURCES))
texts = st.sampled_from(["The first words", "Other words", "Third words"])
clauses = st.sampled_from(["A clause", "Another clause"])
something_is_up = precondition(lambda self: self.frozen)
something_was_published = precondition(lambda self: self.acts)


@dataclass
class Signed:
    """One sign-off as the model remembers it."""

    by: str
    section: str
    section_digest: str
    base: str
    is_override: bool = False


@dataclass
class Item:
    """What the model knows of one pattern."""

    writers: list[set] = field(default_factory=list)  # of version 1, 2, ...
    said: list[tuple] = field(default_factory=list)  # by these versions
    live_version: int = 0
    editions: int = 0
    state: str = ""
    published_writers: set = field(default_factory=set)
    last_reviewers: set = field(default_factory=set)
    withheld: set = field(default_factory=set)
    blocking: set = field(default_factory=set)  # primary keys of open blocking comments
    scheduled: int = 0  # primary key of the submission whose publication waits for its moment
    signed: list[Signed] = field(default_factory=list)

    def since_live(self, up_to):
        return set().union(*self.writers[self.live_version : up_to])


class Desk(RuleBasedStateMachine):
    """Six people, two patterns, one source."""

    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.cast = {name: make_person(name, name.title(), "Person", role) for name, role in CAST}
        self.cast["wim"].groups.add(*self.cast["rhea"].groups.all())
        self.items = {code: Item() for code in PATTERNS}
        self.source_writers: dict[str, set] = {}
        self.frozen: dict[int, set] = {}  # who wrote in each submission
        self.needs = {"people": 1, "legal": False}
        self.acts = self.verified = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # What the people do.

    @initialize()
    def first_drafts(self):
        for key, who in SOURCES.items():
            make_source(self.cast[who], key)
            self.source_writers[key] = {who}
        for code in PATTERNS:
            make_draft(pattern_document(code), self.cast["edda"])
            self.wrote(code, {"edda"}, ())

    def wrote(self, code, people, said):
        self.items[code].writers.append(people)
        self.items[code].said.append(said)

    @rule(who=writing, code=patterns, text=texts, clause=clauses, cited=sources)
    def edit(self, who, code, text, clause, cited):
        if who not in MAY_EDIT:
            return  # the doors to saving are the matrix's to test
        row = {"code": f"{code}-C1", "title": clause, "text": "Its text.", "negotiate": ""}
        document = pattern_document(code, fits_when=f"{text} [@{cited}].", clauses=[row])
        says = (text, clause, cited)
        is_new = says != self.items[code].said[-1]
        saved = make_draft(document, self.cast[who], note="Edit")
        assert (saved is not None) == is_new, f"a version: {saved}, something new: {is_new}"
        if is_new:
            self.wrote(code, {who}, says)

    @rule(who=writing, code=patterns, version=st.integers(1, 6))
    def restore(self, who, code, version):
        item, newest = self.items[code], len(self.items[code].writers)
        if who not in MAY_EDIT or version > newest:
            return
        done = timeline.restore("pattern", code, version, by=self.cast[who], note="Restored", shown=newest)
        says = item.said[version - 1]
        is_new = says != item.said[-1]
        assert (done is not None) == is_new, f"a version: {done}, something new: {is_new}"
        if is_new:
            self.wrote(code, {who}.union(*item.writers[:version]), says)

    @rule(who=writing, key=sources, title=st.sampled_from(["Title one", "Title two"]))
    def correct_source(self, who, key, title):
        if who not in MAY_EDIT:
            return
        before = dict(Draft.objects.filter(kind="pattern").values_list("code", "version"))
        if make_source(self.cast[who], key, title=title):
            self.source_writers[key].add(who)
        for code, version in Draft.objects.filter(kind="pattern").values_list("code", "version"):
            if version > before[code]:
                self.wrote(code, {who}, self.items[code].said[-1])

    @rule(who=writing, code=patterns)
    def submit(self, who, code):
        open_before = Submission.objects.of("pattern", code).open().exists()
        if who not in MAY_EDIT:
            return self.refused(lambda: self._submit(who, code), PermissionDenied)
        if open_before:
            return self.refused(lambda: self._submit(who, code), workflow.NotAllowed)
        try:
            self._submit(who, code)
        except workflow.NotAllowed:
            live = cases.live_edition("pattern", code)
            digest = Draft.objects.get(code=code).digest
            assert (live and live.digest == digest) or self.is_withheld(code, digest)
        return None

    @rule(who=st.sampled_from(sorted(MAY_EDIT)), code=patterns, text=texts, clause=clauses, cited=sources)
    def edit_and_submit(self, who, code, text, clause, cited):
        self.edit(who, code, text, clause, cited)
        self.submit(who, code)

    def _submit(self, who, code):
        submission = workflow.submit("pattern", code, by=self.cast[who], note="For review")
        since = self.items[code].since_live(submission.draft_version)
        live = cases.live_edition("pattern", code)
        self.frozen[submission.pk] = since | self.authors_of_new_sources(submission, live)

    @something_is_up
    @rule(who=reviewing, code=patterns, section=st.sampled_from(["all", "all", "clauses"]), is_old=st.booleans())
    def sign_off(self, who, code, section, is_old):
        """Sign what is open, or what an older page of the same item showed."""
        found = list(Submission.objects.of("pattern", code))
        if not found:
            return
        now, read = found[0], found[:2][-1] if is_old else found[0]
        item, writers = self.items[code], self.writers_of(now)
        live = cases.live_edition("pattern", code)
        base = live.number if live else ""
        may = who in MAY_REVIEW and who not in writers
        may_section = section == "all" or (who == "lena" and rules.in_force(now)["sections"].get(section) == "legal")
        is_now = now.state == "open" and read.digest == now.digest and now.base_edition == base
        digests = section_digests(now.read())
        again = any(
            row.by == who and row.base == base and row.section in (section, "all") and row.is_override is False
            and row.section_digest == digests[row.section]
            for row in item.signed
        )  # fmt: skip

        def sign():
            return workflow.sign_off(
                now, digest=read.digest, base_edition=read.base_edition, by=self.cast[who], section=section
            )

        if not (may and may_section):
            self.refused(sign, PermissionDenied)
        elif not is_now or read.base_edition != base:
            self.refused(sign, workflow.Stale)
        elif (
            again
            or item.blocking
            or (
                self.is_withheld(code, now.digest)
                and self.would_publish(now, Signed(who, section, digests[section], base))
            )
        ):
            self.refused(sign, workflow.NotAllowed)
        else:
            edition = sign()
            item.signed.append(Signed(who, section, digests[section], base))
            met = self.is_met(now, writers) and item.scheduled != now.pk
            assert (edition is not None) == met, f"published: {edition}, the rule is met: {met}"
            if edition:
                self.published(now, edition)

    @something_is_up
    @rule(code=patterns, readers=st.permutations(sorted(MAY_REVIEW)))
    def everybody_signs(self, code, readers):
        """What people mostly do, so that most runs get to editions and to what comes after them."""
        for who in readers:
            self.sign_off(who, code, "all", is_old=False)

    @rule(code=patterns, text=texts, clause=clauses, cited=sources, readers=st.permutations(sorted(MAY_REVIEW)))
    def go_public(self, code, text, clause, cited, readers):
        self.edit_and_submit("edda", code, text, clause, cited)
        self.everybody_signs(code, readers)

    @something_is_up
    @rule(who=people, code=patterns, reason=st.sampled_from([REASON, "short"]))
    def override(self, who, code, reason):
        now = Submission.objects.of("pattern", code).first()
        if now is None:
            return
        live = cases.live_edition("pattern", code)
        base = live.number if live else ""
        shown = {"digest": now.digest, "base_edition": now.base_edition}

        def act():
            return workflow.override(now, **shown, reason=reason, by=self.cast[who])

        if who != "cleo":
            self.refused(act, PermissionDenied)
        elif now.state != "open" or now.base_edition != base or reason != REASON or self.is_stopped(now):
            self.refused(act, workflow.NotAllowed)
        else:
            self.items[code].signed.append(Signed(who, "all", now.digest, base, is_override=True))
            self.published(now, act())

    @rule(who=reviewing, code=patterns, is_blocking=st.sampled_from([False, False, True]))
    def comment(self, who, code, is_blocking):
        draft = Draft.objects.get(kind="pattern", code=code)

        def act():
            return comments.comment(
                "pattern", code, by=self.cast[who], text="About this", texts=[draft.read()], is_blocking=is_blocking
            )

        if who == "ada" or (is_blocking and who not in MAY_REVIEW):
            self.refused(act, PermissionDenied)
        else:
            made = act()
            if is_blocking:
                self.items[code].blocking.add(made.pk)

    @precondition(lambda self: any(item.blocking for item in self.items.values()))
    @rule(who=reviewing, code=patterns)
    def resolve(self, who, code):
        item = self.items[code]
        if not item.blocking:
            return
        made = Comment.objects.get(pk=min(item.blocking))
        up = Submission.objects.of("pattern", code).open().first()
        writers = item.since_live(len(item.writers)) | (self.writers_of(up) if up else set())
        is_right = who in MAY_REVIEW and who not in writers
        self.tried(is_right, True, lambda: comments.resolve(made, by=self.cast[who]))
        if is_right:
            item.blocking.discard(made.pk)

    @something_is_up
    @rule(who=reviewing, code=patterns)
    def request_changes(self, who, code):
        now = Submission.objects.of("pattern", code).first()
        if now is None:
            return
        is_right = who in MAY_REVIEW
        self.tried(is_right, now.state == "open", lambda: self._request(now, who))
        self.unscheduled(now)

    def _request(self, submission, who):
        workflow.request_changes(submission, by=self.cast[who], reason="Please reword it")

    @something_is_up
    @rule(who=writing, code=patterns)
    def withdraw(self, who, code):
        now = Submission.objects.of("pattern", code).first()
        if now is None:
            return
        is_right = who == "cleo" or (who in MAY_EDIT and now.submitted_by_id == self.cast[who].pk)
        self.tried(is_right, now.state == "open", lambda: workflow.withdraw(now, by=self.cast[who]))
        self.unscheduled(now)

    def unscheduled(self, submission):
        """What is not in review any more is on no schedule."""
        if Submission.objects.get(pk=submission.pk).state != "open":
            self.items[submission.code].scheduled = 0

    @something_is_up
    @rule(who=st.sampled_from(["cleo", "cleo", "cleo", "rhea", "edda"]), code=patterns)
    def schedule(self, who, code):
        now = Submission.objects.of("pattern", code).first()
        if now is None:
            return
        due = timezone.now() + timedelta(days=1)
        self.tried(who == "cleo", now.state == "open", lambda: schedules.schedule(now, due_at=due, by=self.cast[who]))
        if who == "cleo" and now.state == "open":
            self.items[code].scheduled = now.pk

    @precondition(lambda self: any(item.scheduled for item in self.items.values()))
    @rule()
    def the_moment_comes(self):
        waiting = {code: item.scheduled for code, item in self.items.items() if item.scheduled}
        expected = {code for code, pk in waiting.items() if self.is_due(Submission.objects.get(pk=pk))}
        with mock.patch.object(timezone, "now", return_value=timezone.now() + timedelta(days=2)):
            schedules.publish_due()
        for code, pk in waiting.items():
            submission = Submission.objects.get(pk=pk)
            assert (submission.state == "published") == (code in expected), (code, expected)
            self.items[code].scheduled = 0
            if code in expected:
                self.published(submission, Edition.objects.filter(code=code).order_by("-position").first())

    def is_due(self, submission):
        """Whether everything that is asked again when the moment comes is so."""
        item = self.items[submission.code]
        live = cases.live_edition("pattern", submission.code)
        is_on_top = submission.base_edition == (live.number if live else "")
        stands = item.state in ("", "verified") and not self.is_stopped(submission)
        return is_on_top and stands and self.is_met(submission, self.writers_of(submission))

    @rule(who=st.sampled_from(["cleo", "cleo", "cleo", "rhea"]), number=st.integers(1, 3), legal=st.booleans())
    def change_rule(self, who, number, legal):
        wanted = {"people": number, "legal": legal}

        def act():
            rules.change("pattern", people=number, legal=["clauses"] if legal else [], by=self.cast[who], note="Why")

        self.tried(who == "cleo", wanted != self.needs, act)
        if who == "cleo":
            self.needs = wanted

    @something_was_published
    @rule(who=reviewing, code=patterns)
    def reaffirm(self, who, code):
        item = self.items[code]
        is_second = who in MAY_REVIEW and who not in item.published_writers | item.last_reviewers
        if not item.editions:
            self.refused(lambda: self._reaffirm(who, code, None), workflow.NotAllowed)
            return
        standing = Standing.objects.latest().select_related("edition").get(code=code)
        is_moment = item.state == "verified" and not item.blocking
        self.tried(is_second, is_moment, lambda: self._reaffirm(who, code, standing))
        if is_second and is_moment:
            item.last_reviewers = {who}
            self.acts += 1

    def _reaffirm(self, who, code, standing):
        acts.reaffirm("pattern", code, **self.seen(standing), by=self.cast[who])

    @something_was_published
    @rule(who=st.sampled_from(["cleo", "cleo", "rhea", "ada"]), code=patterns, is_old=st.booleans())
    def retire(self, who, code, is_old):
        item = self.items[code]
        standing = Standing.objects.latest().select_related("edition").filter(code=code).first()
        shown = self.seen(standing)
        if is_old:
            shown["position"] -= 1

        def act():
            acts.retire("pattern", code, **shown, by=self.cast[who], reason=REASON)

        self.tried(who == "cleo", item.state == "verified" and not is_old, act)
        if who == "cleo" and item.state == "verified" and not is_old:
            item.state = "retired"
            self.acts += 1

    @something_was_published
    @rule(
        who=st.sampled_from(["cleo", "cleo", "edda", "ada"]),
        second=st.sampled_from(["ada", "cleo", "wim"]),
        code=patterns,
    )
    def withhold(self, who, second, code):
        """One proposes the live edition, a second one decides."""
        item = self.items[code]
        standing = Standing.objects.latest().select_related("edition").filter(code=code).first()
        number = standing.number if standing else "2026.01"
        shown = self.seen(standing)
        is_moment = item.editions > 0 and number not in item.withheld

        def propose():
            return acts.propose_withholding(
                "pattern", code, **shown, editions=[number], by=self.cast[who], ground=REASON
            )

        if who != "cleo" or not is_moment:
            self.refused(propose, PermissionDenied if who != "cleo" else workflow.NotAllowed)
            return
        proposal = propose()

        def confirm():
            acts.confirm_withholding(proposal, **shown, typed_code=code, by=self.cast[second])

        if second != "ada":
            self.refused(confirm, PermissionDenied)
            acts.refuse_withholding(proposal, by=self.cast["ada"], reason="Not enough for that")
            return
        confirm()
        item.withheld.add(number)
        item.state = "withheld"
        self.acts += 1

    def seen(self, standing):
        if standing is None:
            return {"digest": "0" * 64, "position": 1}
        return {"digest": standing.edition.digest, "position": standing.from_position}

    # What must hold whatever they did.

    def tried(self, is_right, is_moment, act):
        if not is_right:
            self.refused(act, PermissionDenied)
        elif not is_moment:
            self.refused(act, workflow.NotAllowed)
        else:
            act()

    def refused(self, act, expected):
        """Whatever refuses records nothing."""
        before = self.evidence()
        try:
            with transaction.atomic():
                act()
        except expected:
            assert self.evidence() == before
        else:
            raise AssertionError(f"nothing was refused, {expected.__name__} was due")

    def evidence(self):
        return LedgerEntry.objects.count(), Edition.objects.count(), Submission.objects.filter(state="open").count()

    def is_withheld(self, code, digest):
        withheld = self.items[code].withheld
        return Edition.objects.filter(code=code, number__in=withheld, digest=digest).exists()

    def is_stopped(self, submission):
        blocking = self.items[submission.code].blocking
        return bool(blocking) or self.is_withheld(submission.code, submission.digest)

    def would_publish(self, submission, signature):
        signed = self.items[submission.code].signed
        signed.append(signature)
        met = self.is_met(submission, self.writers_of(submission))
        signed.pop()
        return met and self.items[submission.code].scheduled != submission.pk

    def writers_of(self, submission):
        """Who wrote what `submission` has and the live edition had not, by the model's account when it was frozen."""
        return self.frozen[submission.pk]

    def authors_of_new_sources(self, submission, live):
        had = {source["key"]: source for source in live.read()["bibliography"]} if live else {}
        new = [source["key"] for source in submission.read()["bibliography"] if had.get(source["key"]) != source]
        return set().union(*(self.source_writers[key] for key in new))

    def is_met(self, submission, writers):
        digests = section_digests(submission.read())
        counted = [
            row
            for row in self.items[submission.code].signed
            if row.base == submission.base_edition
            and row.section_digest == digests[row.section]
            and row.by not in writers
        ]
        kept = submission.rule
        number = max(kept["people"], self.needs["people"])
        legal = self.needs["legal"] or "clauses" in kept["sections"]
        readers = {row.by for row in counted if row.section == "all"}
        counsel = any(row.by == "lena" for row in counted)
        return len(readers) >= number and (counsel or not legal)

    def published(self, submission, edition):
        item = self.items[submission.code]
        writers = self.writers_of(submission)
        entry = LedgerEntry.objects.get(position=edition.position).read()
        assert bytes(edition.document) == bytes(submission.document)
        digests = section_digests(parse(bytes(edition.document)))
        for person in entry["people"]:
            assert person["digest"] == digests[person["section"]]
            name = person["name"].split()[0].lower()
            assert person["override_reason"] or name not in writers, f"{name} signed their own words"
        assert entry["people"], "nobody signed"
        item.scheduled = 0
        item.live_version, item.editions = submission.draft_version, item.editions + 1
        item.state = "verified"
        item.published_writers |= writers
        item.last_reviewers = {person["name"].split()[0].lower() for person in entry["people"]}
        self.acts += 1

    @invariant()
    def one_ledger_entry_for_every_public_act(self):
        assert LedgerEntry.objects.count() == self.acts
        assert Edition.objects.count() == sum(item.editions for item in self.items.values())
        if self.verified != self.acts:  # what no act has touched was verified before
            assert ledger.verify() == []
            self.check_public_pages()
            self.verified = self.acts

    @invariant()
    def the_timeline_has_every_version_with_its_writers(self):
        for code, item in self.items.items():
            if item.writers:
                draft = Draft.objects.get(kind="pattern", code=code)
                assert draft.version == len(item.writers)
                found = timeline.contributors("pattern", code, draft.version - 1, draft.version).values()
                assert {name.split()[0].lower() for name in found} == item.writers[-1]

    def check_public_pages(self):
        """The stored page of each item is that of its newest edition."""
        newest = ledger.head()
        for code, item in self.items.items():
            page = Page.objects.filter(code=code).first()
            if item.state in ("", "withheld"):
                assert page is None
                continue
            edition = Edition.objects.filter(code=code).order_by("-position").first()
            assert page.fragment == pages.render(code, newest.position).fragment
            assert page.badges["number"] == edition.number and page.badges["digest"] == edition.digest
            assert digest_bytes(bytes(edition.document)) == edition.digest
            standing = Standing.objects.latest().get(code=code)
            assert standing.edition_id == edition.pk and standing.state == item.state

    @something_was_published
    @rule(code=patterns)
    def a_reader_comes(self, code):
        item = self.items[code]
        answer = Client().get(f"/patterns/pattern-{code.lower()}/")
        assert answer.status_code == {"": 404, "withheld": 451}.get(item.state, 200)
        for edition in Edition.objects.filter(code=code):
            served = Client().get(f"/patterns/{edition.slug}/{edition.number}.json")
            if edition.number in item.withheld:
                assert served.status_code == 451
            else:
                assert served.content == bytes(edition.document)
        if answer.status_code == 200:
            newest = Edition.objects.filter(code=code).order_by("-position").first()
            assert f"Edition {newest.number}" in answer.content.decode()
