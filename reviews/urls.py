"""Addresses of the desk: nouns, the verb last."""

from django.conf import settings
from django.urls import include, path, re_path, register_converter

from history.codes import SHAPE
from reviews import another_look_views, gates, rule_views, views


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
    path("submissions/<int:pk>/replace/", views.replace, name="replace"),
    path("submissions/<int:pk>/override/", views.override, name="override"),
    path("rules/", rule_views.rules_page, name="rules"),
    path("rules/<item_kind:kind>/", rule_views.change, name="rule-change"),
    path("another-look/", another_look_views.another_look_page, name="another-look"),
    path("history/", include("reviews.history_urls")),
    path("<item_kind:kind>/<item_code:code>/", views.item, name="item"),
    path("<item_kind:kind>/<item_code:code>/submit/", views.submission_create, name="submission-create"),
    re_path(r"^(?P<rest>.*/)$", gates.nowhere),
]
