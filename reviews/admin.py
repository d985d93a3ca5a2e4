"""Submissions, sign-offs and events in the admin: to be read, by those who answer for the library."""

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect

from history.words import when
from reviews import permissions
from reviews.models import Event, SignOff, Submission


def moment(field, heading):
    """Return a column that shows the moment in `field`."""

    @admin.display(description=heading, ordering=field)
    def column(self, row):
        return when(getattr(row, field))

    return column


class EvidenceAdmin(admin.ModelAdmin):
    """Evidence is written by the workflow and never here."""

    list_per_page = 50
    actions = None

    def has_module_permission(self, request):
        return permissions.may_read_evidence(request.user)

    def has_view_permission(self, request, obj=None):
        return permissions.may_read_evidence(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(Submission)
class SubmissionAdmin(EvidenceAdmin):
    list_display = ["code", "title", "draft_version", "state", "submitted_by", "submitted"]
    submitted = moment("submitted_at", "submitted")
    list_filter = ["state", "kind"]
    search_fields = ["code", "title", "digest"]

    def get_queryset(self, request):
        return super().get_queryset(request).defer("document")


@admin.register(SignOff)
class SignOffAdmin(EvidenceAdmin):
    list_display = ["code", "base_edition", "name", "role", "signed", "digest"]
    signed = moment("at", "signed")
    search_fields = ["code", "name", "digest"]


@admin.register(Event)
class EventAdmin(EvidenceAdmin):
    """Events are read in the audit, which has the only list of them."""

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("desk:audit")
