"""Changing an item in the admin: its document is shown in forms, read back from them and saved as one version."""

from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, Q, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html_join

from history import notices, saving, timeline
from history.forms import NoteForm, problems_of, with_one_more
from history.gates import keeping_what_was_typed
from history.merging import merge
from history.models import Draft, RefusedSave
from history.refused import three_columns
from history.words import sentence_case, when
from library.models import Standing

admin.site.site_header = admin.site.site_title = "Anteroom"
admin.site.index_title = "Editing"
admin.site.enable_nav_sidebar = False


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
        urls = [
            path("code/<key:code>/", self.admin_site.admin_view(self.by_code_view), name=f"{self.kind}-edit"),
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

    def prepare(self, forms, draft):
        """Give the forms what their page shows beside the fields."""

    def blank(self, typed):
        """Return the document of a new item with the identity `typed`."""
        raise NotImplementedError

    def identity_checks(self, typed):
        """Return what to call before a new item is made; each raises ValueError for what is not to be had."""
        return [partial(saving.refuse_second, self.kind, typed.get("code", ""))]

    def links(self, draft):
        """Return name and address of the pages about the item."""
        return [("History", reverse("desk:timeline", args=[draft.kind, draft.code]))]

    # Views.

    def changelist_view(self, request, extra_context=None):
        if any("\x00" in text for texts in request.GET.lists() for text in texts[1]):
            raise Http404  # no text of ours has it, and the database cannot look for it
        title = sentence_case(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def by_code_view(self, request, code):
        """Lead to the change page of the item with `code`: other pages know codes, not primary keys."""
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
        form, note = self.new_form(request.POST or None), NoteForm(request.POST or None, prefix="change")
        if request.method == "POST":
            valid = all([form.is_valid(), note.is_valid()])
            for check in self.identity_checks(form.cleaned_data):
                try:
                    check()
                except ValueError as problem:
                    tell_problem(form, problem)
            made = valid and form.is_valid() and self.create(request, form, note.cleaned_data["note"])
            if made:
                return redirect(f"admin:{self.kind}-edit", made.code)
        shown = {"main": form, "problems": problems_of([form])}
        context = {"title": f"New {self.opts.verbose_name}", "form": form, "forms": shown, "note": note}
        return self.page(request, "admin/item_new.html", context)

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
        refused = self.fetched(request, draft, part)
        forms = forms_of(self.on_top(draft, refused) if refused else draft.read())
        note = NoteForm(prefix="change", initial={"note": refused.note} if refused else None)
        return self.show(request, draft, saving.Base.of(draft), forms, note, part, refused)

    def fetched(self, request, draft, part):
        """Return the refused text that its author wants to go on with, on top of what stands now."""
        wanted = request.GET.get("mine", "")
        if not wanted:
            return None
        about = {"kind": draft.kind, "code": draft.code, "part": part, "author": request.user}
        return get_object_or_404(RefusedSave, pk=wanted if wanted.isdecimal() else 0, **about)

    def on_top(self, draft, refused):
        """Return what the refused text changed, on top of the current version: nobody's work goes back."""
        return merge(timeline.document_of(draft, refused.base_version), refused.read(), draft.read())

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
        if outcome is None:
            return self.show(request, draft, base, forms, note, part)
        return self.answer(request, outcome)

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

    def answer(self, request, outcome):
        if outcome.refused:
            return refused_page(request, outcome.refused, 409)
        if outcome.draft:
            told = [f"Saved as version {outcome.draft.version}.", *notices.about(outcome.draft)]
            messages.success(request, format_html_join(" ", "{}", ((sentence,) for sentence in told)))
        else:
            messages.info(request, "Nothing changed, so there is no new version.")
        return redirect(request.path)

    def show(self, request, draft, base, forms, note, part, refused=None):
        may_change = self.has_change_permission(request)
        if not may_change:
            forms.lock()
        self.prepare(forms, draft)
        mine = RefusedSave.objects.filter(kind=draft.kind, code=draft.code, author=request.user)
        context = {
            "title": draft.title,
            "draft": draft,
            "base": base,
            "forms": forms,
            "note": note,
            "part": part,
            "may_change": may_change,
            "links": self.links(draft),
            "fetched": refused,
            "refused_count": mine.count(),
        }
        return self.page(request, "admin/item_form.html", context)

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

    def links(self, draft):
        desk = ("At the desk", reverse("desk:item", args=[draft.kind, draft.code]))
        live = Standing.objects.latest().filter(kind=draft.kind, code=draft.code).first()
        public = [("Public page", reverse(f"{draft.kind}-page", args=[live.slug]))] if live else []
        return [desk, *super().links(draft), *public]


@admin.register(RefusedSave)
class RefusedSaveAdmin(admin.ModelAdmin):
    """My refused texts: everybody sees their own, to fetch what could not be saved."""

    list_display = ["code", "kind", "opened_at", "meanwhile", "refused", "note"]
    actions = None

    @admin.display(description="you opened", ordering="base_version")
    def opened_at(self, refused):
        return f"version {refused.base_version}"

    @admin.display(description="by then it was", ordering="theirs_version")
    def meanwhile(self, refused):
        return f"version {refused.theirs_version}"

    @admin.display(description="refused", ordering="refused_at")
    def refused(self, refused):
        return when(refused.refused_at)

    def changelist_view(self, request, extra_context=None):
        return super().changelist_view(request, {"title": "My refused texts", **(extra_context or {})})

    def get_urls(self):
        discard = self.admin_site.admin_view(self.discard_view)
        return [path("<int:pk>/discard/", discard, name="refused-discard"), *super().get_urls()]

    def discard_view(self, request, pk):
        """Throw one's own refused text away; its page asks before."""
        if request.method != "POST":
            raise Http404
        refused = get_object_or_404(self.get_queryset(request), pk=pk)
        refused.delete()
        messages.success(request, f"Your refused text of {refused.code} is discarded.")
        return redirect("admin:history_refusedsave_changelist")

    def has_module_permission(self, request):
        return request.user.is_staff

    def has_view_permission(self, request, obj=None):
        return request.user.is_staff

    def has_add_permission(self, request):
        return False

    has_change_permission = has_delete_permission = lambda self, request, obj=None: False

    def get_queryset(self, request):
        return super().get_queryset(request).filter(author=request.user)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        refused = self.get_object(request, object_id)
        if refused is None:
            raise Http404
        return refused_page(request, refused, 200)

    def history_view(self, request, object_id, extra_context=None):
        raise Http404


def refused_page(request, refused, status):
    """Show what was refused beside what was there before and what is there now."""
    draft = get_object_or_404(Draft, kind=refused.kind, code=refused.code)
    part = [refused.part] if refused.part else []
    form = reverse(f"admin:{draft.kind}-{'part' if part else 'edit'}", args=[draft.code, *part])
    between = timeline.contributors(draft.kind, draft.code, refused.base_version, refused.theirs_version)
    context = {
        **admin.site.each_context(request),
        "title": f"Not saved: {draft.title}" if status == 409 else f"My refused text: {draft.title}",
        "opts": RefusedSave._meta,
        "draft": draft,
        "refused": refused,
        "rows": three_columns(draft, refused),
        "theirs_by": ", ".join(between.values()),
        "form_address": f"{form}?mine={refused.pk}",
    }
    return render(request, "admin/item_refused.html", context, status=status)


def tell_problem(form, problem):
    """Show a refused identity at the field it belongs to."""
    field = getattr(problem, "field", "")
    form.add_error(field if field in form.fields else None, f"{sentence_case(str(problem))}.")
