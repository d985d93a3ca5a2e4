"""My refused texts: what could not be saved, for its author to read, go on with or discard."""

from django.contrib import admin, messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse

from history import timeline
from history.models import Draft, RefusedSave
from history.refused import three_columns
from history.words import when


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
    rows = three_columns(draft, refused)
    context = {
        **admin.site.each_context(request),
        "title": f"Not saved: {draft.title}" if status == 409 else f"My refused text: {draft.title}",
        "opts": RefusedSave._meta,
        "draft": draft,
        "refused": refused,
        "conflicts": [row for row in rows if row.conflict],
        "merged": [row for row in rows if not row.conflict],
        "refused_by": _names(draft, refused.base_version, refused.theirs_version),
        "form_address": reverse(f"admin:{draft.kind}-{'part' if part else 'edit'}", args=[draft.code, *part]),
    }
    return render(request, "admin/item_refused.html", context, status=status)


def _names(draft, after, up_to):
    return ", ".join(timeline.contributors(draft.kind, draft.code, after, up_to).values())
