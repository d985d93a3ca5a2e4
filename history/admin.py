"""Changing an item in the admin: its document is shown in forms, read back from them and saved as one version."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, Q, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html_join

from history import archive, between, notices, saving, timeline, unfinished
from history.differences import where
from history.forms import NoteForm, problems_of, with_one_more
from history.gates import keeping_what_was_typed
from history.merging import merge
from history.models import Draft, RefusedSave
from history.refused_admin import refused_page
from history.words import sentence_case, when
from library.models import Standing

admin.site.site_header = admin.site.site_title = "Anteroom"
admin.site.index_title = "Editing"
admin.site.enable_nav_sidebar = False


class ArchivedFilter(admin.SimpleListFilter):
    """Lists leave archived items out; this is the way to find them."""

    title, parameter_name = "use", "archived"

    def __init__(self, request, params, model, model_admin):
        super().__init__(request, params, model, model_admin)
        self.model_admin = model_admin

    def lookups(self, request, model_admin):
        return [("yes", "archived")]

    def choices(self, changelist):
        at_work, archived = super().choices(changelist)
        return [{**at_work, "display": "in use"}, archived]

    def queryset(self, request, queryset):
        found = {f"{self.model_admin.code_field}__in": archive.codes(self.model_admin.kind)}
        return queryset.filter(**found) if self.value() == "yes" else queryset.exclude(**found)


KEPT = ("version", "digest", "changed_at", "changed_by")  # of the draft, for lists


class ItemAdmin(admin.ModelAdmin):
    """The admin of one kind of item. Lists are Django's, forms and saving are ours; nothing is ever deleted."""

    kind = ""
    code_field = "code"
    forms = None  # the DocumentForms of the change page
    new_form = None  # the form that asks a new item's identity
    actions = None
    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER

    def has_delete_permission(self, request, obj=None):
        return False

    def get_urls(self):
        wrap = self.admin_site.admin_view
        urls = [
            path("code/<key:code>/", wrap(self.by_code_view), name=f"{self.kind}-edit"),
            path("code/<key:code>/unfinished/", wrap(self.unfinished_view), name=f"{self.kind}-unfinished"),
            path("code/<key:code>/discard/", wrap(self.discard_view), name=f"{self.kind}-discard"),
            *super().get_urls(),
        ]
        for url in urls:
            url.callback = keeping_what_was_typed(url.callback)
        return urls

    def get_queryset(self, request):
        draft = Draft.objects.filter(kind=self.kind, code=OuterRef(self.code_field))
        kept = {f"draft_{name}": Subquery(draft.values(name)) for name in KEPT}
        return super().get_queryset(request).annotate(**kept)

    @admin.display(description="version", ordering="draft_version")
    def version(self, item):
        return item.draft_version

    @admin.display(description="changed", ordering="draft_changed_at")
    def changed(self, item):
        return when(item.draft_changed_at)

    @admin.display(description="by", ordering="draft_changed_by")
    def by(self, item):
        return item.draft_changed_by

    # What kinds of item do in their own way.

    def forms_of(self, document, data=None):
        """Return the forms over `document`."""
        return self.forms(document, data)

    def forms_of_part(self, part):
        """Return what makes the forms of a page of the item; 404 for a page that no item of this kind has."""
        if part:
            raise Http404
        return self.forms_of

    def prepare(self, forms, draft):
        """Give the forms what their page shows beside the fields."""

    def blank(self, typed):
        """Return the document of a new item with the identity `typed`."""
        raise NotImplementedError

    def identity_checks(self, typed):
        """Return what to call before a new item is made; each raises ValueError for what is not to be had."""
        return [partial(saving.refuse_second, self.kind, typed.get("code", ""))]

    def links(self, request, draft):
        """Return name and address of the pages about the item."""
        about = [draft.kind, draft.code]
        return [("History", reverse("desk:timeline", args=about)), ("Archive", reverse("desk:archived", args=about))]

    def get_list_filter(self, request):
        return [*super().get_list_filter(request), ArchivedFilter]

    # Views.

    def changelist_view(self, request, extra_context=None):
        if any("\x00" in text for texts in request.GET.lists() for text in texts[1]):
            raise Http404  # no text of ours has it, and the database cannot look for it
        title = sentence_case(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def by_code_view(self, request, code):
        """Lead to the change page of the item with `code`: other pages know codes, not primary keys."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        item = get_object_or_404(self.model, **{self.code_field: code})
        address = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[item.pk])
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{query}" if query else address)

    def history_view(self, request, object_id, extra_context=None):
        return redirect("desk:timeline", self.kind, self.draft_of(request, object_id).code)

    def draft_of(self, request, object_id):
        """Return the draft of the item on a change page; 404 to who may not see it."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        item = self.get_object(request, object_id)
        draft = item and Draft.objects.filter(kind=self.kind, code=getattr(item, self.code_field)).first()
        if draft is None:
            raise Http404
        return draft

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else None  # an empty form is one that was sent, too
        form, note = self.new_form(sent), NoteForm(sent, prefix="change")
        if request.method == "POST":
            valid = all([form.is_valid(), note.is_valid()])
            self.check_identity(form)
            made = valid and form.is_valid() and self.create(request, form, note.cleaned_data["note"])
            if made:
                return redirect(f"admin:{self.kind}-edit", made.code)
        shown = {"main": form, "problems": problems_of([form])}
        context = {"title": f"New {self.opts.verbose_name}", "form": form, "forms": shown, "note": note}
        return self.page(request, "admin/item_new.html", context)

    def check_identity(self, form):
        """Tell the bound form at once everything of its identity that is not to be had."""
        for check in self.identity_checks(form.cleaned_data):
            try:
                check()
            except ValueError as problem:
                tell_problem(form, problem)

    def create(self, request, form, note):
        document = self.blank(form.cleaned_data)
        try:
            made = saving.create(self.kind, document["code"], document, by=request.user, note=note)
        except ValueError as problem:
            tell_problem(form, problem)
            return None
        messages.success(request, f"The {self.opts.verbose_name} {made.code} has its first version.")
        return made

    def change_view(self, request, object_id, form_url="", extra_context=None):
        return self.edit(request, self.draft_of(request, object_id), self.forms_of)

    def edit(self, request, draft, forms_of, part=""):
        """Show the forms over the draft, or save what they hold. `part` names a page of its own, if it is one."""
        if request.method == "POST":
            return self.save(request, draft, forms_of, part)
        if request.GET.get("mine"):
            return self.fetched(request, draft, forms_of, part)
        row = unfinished.of(request.user, draft, part)
        if row is None:
            token = unfinished.new_token()
            return self.show(request, draft, saving.Base.of(draft), forms_of(draft.read()), part=part, token=token)
        return self.with_unfinished(request, draft, forms_of, part, row)

    def fetched(self, request, draft, forms_of, part):
        """Show a refused text that its author goes on with, on top of what stands now: nobody's work goes back."""
        wanted = request.GET["mine"]
        about = {"kind": draft.kind, "code": draft.code, "part": part, "author": request.user}
        refused = get_object_or_404(RefusedSave, pk=wanted if wanted.isdecimal() and len(wanted) < 19 else 0, **about)
        base = timeline.document_of(draft, refused.base_version)
        yielding = request.GET.getlist("theirs")
        merged = merge(base, refused.read(), draft.read(), yielding)
        stands = [(where(one.path), one.key in yielding) for one in merged.conflicts]
        note = NoteForm(prefix="change", initial={"note": refused.note})
        token = "" if unfinished.of(request.user, draft, part) else unfinished.new_token()
        more = {"fetched": refused, "stands": stands, "token": token}
        return self.show(request, draft, saving.Base.of(draft), forms_of(merged.document), note, part, **more)

    def with_unfinished(self, request, draft, forms_of, part, row):
        """Show the form with what its author typed and did not save, or let them choose whether to go on with it."""
        base, data = saving.Base(row.base_version, row.base_digest), row.read()
        before = base.read(draft)
        typed = forms_of(before, data)
        if request.GET.get("unfinished") == "go-on":
            note = NoteForm(prefix="change", initial={"note": data.get(unfinished.NOTE, "")})
            return self.show(request, draft, base, typed, note, part, token=row.token, resumed=row)
        # Until they choose, nothing is kept of this page: it would overwrite what is there.
        asks = not unfinished.says_nothing_new(typed, before, draft)
        more = {"unfinished": row} if asks else {"token": row.token}
        return self.show(request, draft, saving.Base.of(draft), forms_of(draft.read()), part=part, **more)

    def of_code(self, request, code):
        """Return the draft of the item with `code` to somebody who may change it, for what only a POST does."""
        if request.method != "POST":
            raise Http404
        draft = self.draft_of(request, get_object_or_404(self.model, **{self.code_field: code}).pk)
        if not self.has_change_permission(request):
            raise PermissionDenied
        return draft

    def unfinished_view(self, request, code):
        """Keep what is being typed; a script sends it. Nothing is saved and nobody else sees it."""
        draft, part = self.of_code(request, code), request.GET.get("part", "")
        forms_of, token = self.forms_of_part(part), unfinished.token_in(request.POST)
        try:
            base = saving.Base.typed(request.POST.get("base_version", ""), request.POST.get("base_digest", ""))
            typed = unfinished.typed_in(forms_of(base.read(draft), request.POST), request.POST)
        except saving.WrongBase:
            return HttpResponse(status=400)
        except unfinished.TooLong:
            return HttpResponse(status=413)
        kept = token and unfinished.keep(request.user, draft, part, base=base, token=token, typed=typed)
        return HttpResponse(status=204 if kept else 409)

    def discard_view(self, request, code):
        """Throw one's own unfinished typing away, the one that the page showed."""
        draft, part = self.of_code(request, code), request.GET.get("part", "")
        self.forms_of_part(part)
        unfinished.forget(request.user, draft, part, unfinished.token_in(request.POST))
        messages.success(request, "Your unsaved typing is discarded.")
        return redirect(self.address_of(draft, part))

    def address_of(self, draft, part):
        """Return the address of a page of the item."""
        return reverse(f"admin:{self.kind}-edit", args=[draft.code])

    def save(self, request, draft, forms_of, part):
        if not self.has_change_permission(request):
            raise PermissionDenied
        try:
            base = saving.Base.typed(request.POST.get("base_version", ""), request.POST.get("base_digest", ""))
            before = base.read(draft)
        except saving.WrongBase as problem:
            return self.page(request, "admin/item_wrong.html", {"problem": problem, "title": str(draft.title)}, 400)
        more = request.POST.get("add", "")
        data = with_one_more(request.POST, more) if more else request.POST
        forms, note = forms_of(before, data), NoteForm(data, prefix="change")
        if more:
            note = NoteForm(prefix="change", initial={"note": note["note"].value()})
        outcome = None if more else self.saved(request, draft, base, forms, note, part)
        token = unfinished.token_in(request.POST)
        if outcome is None:
            return self.show(request, draft, base, forms, note, part, token=token)
        unfinished.forget(request.user, draft, part, token)
        return self.answer(request, outcome, base)

    def saved(self, request, draft, base, forms, note, part):
        """Save valid forms and return the outcome; None when something must be typed otherwise."""
        if not all([forms.is_valid(), note.is_valid()]):
            return None
        words = {"by": request.user, "note": note.cleaned_data["note"], "part": part}
        try:
            return saving.save(draft.kind, draft.code, forms.read(), base, **words)
        except ValueError as problem:
            tell_problem(forms.main, problem)
            return None

    def answer(self, request, outcome, base):
        if outcome.refused:
            return refused_page(request, outcome.refused, 409)
        if outcome.draft:
            told = [f"Saved as version {outcome.draft.version}.", *notices.about(outcome.draft)]
            if outcome.kept:
                told.insert(1, between.what_was_kept(outcome.draft, base.version, outcome.kept))
            messages.success(request, format_html_join(" ", "{}", ((sentence,) for sentence in told)))
        else:
            messages.info(request, "Nothing changed, so there is no new version.")
        return redirect(request.path)

    def show(self, request, draft, base, forms, note=None, part="", token="", **shown):
        """Show the forms. `token` names the page for keeping what is typed; `shown` is what else the page says."""
        archived = archive.archived(draft.kind, draft.code)
        # What somebody typed while another archived the item stays as it is, to be saved after its recovery.
        is_open = not archived or request.method == "POST"
        may_change = self.has_change_permission(request) and is_open
        if not may_change:
            forms.lock()
        self.prepare(forms, draft)
        mine = RefusedSave.objects.filter(kind=draft.kind, code=draft.code, author=request.user)
        context = {
            "title": draft.title,
            "draft": draft,
            "base": base,
            "forms": forms,
            "note": note or NoteForm(prefix="change"),
            "part": part,
            "token": token,
            "may_change": may_change,
            "archived": archived,
            "links": self.links(request, draft),
            "refused_count": mine.count(),
            "unfinished_address": reverse(f"admin:{self.kind}-unfinished", args=[draft.code]),
            "discard_address": reverse(f"admin:{self.kind}-discard", args=[draft.code]),
            **shown,
        }
        status = 409 if archived and request.method == "POST" else 200
        return self.page(request, "admin/item_form.html", context, status)

    def page(self, request, template, context, status=200):
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "kind": self.kind}
        return render(request, template, {**shared, **context}, status=status)


class EditionFilter(admin.SimpleListFilter):
    """Whether the item has a standing edition, and whether its draft says something else by now."""

    title, parameter_name = "edition", "edition"

    def lookups(self, request, model_admin):
        return [("none", "none yet"), ("same", "same as the draft"), ("behind", "behind the draft")]

    def queryset(self, request, queryset):
        is_same = Q(live_digest=F("draft_digest"))
        wanted = {"none": Q(live=None), "same": is_same, "behind": Q(live__isnull=False) & ~is_same}
        return queryset.filter(wanted.get(self.value(), Q()))


class PublishedAdmin(ItemAdmin):
    """The admin of items that go through review into editions."""

    def get_queryset(self, request):
        standing = Standing.objects.latest().filter(kind=self.kind, code=OuterRef("code"))
        live = {
            "live": Subquery(standing.values("number")),
            "live_digest": Subquery(standing.values("edition__digest")),
        }
        return super().get_queryset(request).annotate(**live)

    @admin.display(description="edition", ordering="live", empty_value="none yet")
    def edition(self, item):
        return item.live

    def links(self, request, draft):
        desk = ("At the desk", reverse("desk:item", args=[draft.kind, draft.code]))
        live = Standing.objects.latest().filter(kind=draft.kind, code=draft.code).first()
        public = [("Public page", reverse(f"{draft.kind}-page", args=[live.slug]))] if live else []
        preview = ("Preview", reverse("desk:preview", args=[draft.kind, draft.code]))
        return [desk, preview, *super().links(request, draft), *public]


def tell_problem(form, problem):
    """Show a refused identity at the field it belongs to."""
    field = getattr(problem, "field", "")
    form.add_error(field if field in form.fields else None, f"{sentence_case(str(problem))}.")
