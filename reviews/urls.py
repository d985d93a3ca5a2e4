"""Addresses of the desk: nouns, the verb last."""

from django.conf import settings
from django.urls import include, path, re_path, register_converter

from history.codes import SHAPE
from reviews import (
    another_look_views,
    audit_views,
    comment_views,
    gates,
    preview_views,
    round_views,
    rule_views,
    schedule_views,
    sharing_views,
    views,
)


class Kind:
    regex = "|".join(settings.ITEM_KINDS)

    def to_python(self, value):
        return value

    def to_url(self, value):
        return value


class Code(Kind):
    regex = SHAPE.pattern


register_converter(Kind, "item_kind")
register_converter(Code, "item_code")

app_name = "desk"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("submissions/<int:pk>/", views.review, name="review"),
    path("submissions/<int:pk>/sign-off/", views.sign_off, name="sign-off"),
    path("submissions/<int:pk>/request-changes/", views.request_changes, name="request-changes"),
    path("submissions/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("submissions/<int:pk>/preview/", preview_views.submission, name="submission-preview"),
    path("shared/<str:secret>/", sharing_views.shared, name="shared"),
    path("audit/", audit_views.audit_page, name="audit"),
    path("audit/events.csv", audit_views.audit_csv, name="audit-csv"),
    path("audit/events.json", audit_views.audit_json, name="audit-json"),
    path("archive/", include("reviews.archive_urls")),
    path("submissions/<int:pk>/replace/", views.replace, name="replace"),
    path("submissions/<int:pk>/override/", views.override, name="override"),
    path("submissions/<int:pk>/schedule/", schedule_views.schedule, name="schedule"),
    path("submissions/<int:pk>/unschedule/", schedule_views.unschedule, name="unschedule"),
    path("submissions/<int:pk>/publish/", schedule_views.publish, name="publish"),
    path("corrections/", include("reviews.correction_urls")),
    path("submissions/<int:pk>/comment/", comment_views.comment, name="comment"),
    path("submissions/<int:pk>/mark/", round_views.mark, name="mark"),
    path("submissions/<int:pk>/skip/", round_views.skip, name="skip"),
    path("through/", round_views.through, name="through"),
    path("comments/<int:pk>/reply/", comment_views.reply, name="reply"),
    path("comments/<int:pk>/resolve/", comment_views.resolve, name="resolve"),
    path("comments/<int:pk>/reopen/", comment_views.reopen, name="reopen"),
    path("rules/", rule_views.rules_page, name="rules"),
    path("rules/<item_kind:kind>/", rule_views.change, name="rule-change"),
    path("another-look/", another_look_views.another_look_page, name="another-look"),
    path("submissions/<int:pk>/reviewers/", include("reviews.assignment_urls")),
    path("away/", include("reviews.absence_urls")),
    path("history/", include("reviews.history_urls")),
    path("", include("reviews.act_urls")),
    path("<item_kind:kind>/<item_code:code>/", views.item, name="item"),
    path("<item_kind:kind>/<item_code:code>/submit/", views.submission_create, name="submission-create"),
    path("<item_kind:kind>/<item_code:code>/comment/", comment_views.comment_on_item, name="item-comment"),
    path("<item_kind:kind>/<item_code:code>/preview/", preview_views.draft, name="preview"),
    path("<item_kind:kind>/<item_code:code>/links/", sharing_views.links, name="links"),
    path("<item_kind:kind>/<item_code:code>/links/share/", sharing_views.share, name="share"),
    path("<item_kind:kind>/<item_code:code>/links/revoke/", sharing_views.revoke, name="revoke"),
    re_path(r"^(?P<rest>.*/)$", gates.nowhere),
]
