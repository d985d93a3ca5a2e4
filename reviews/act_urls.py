"""Addresses of what becomes of an edition after its publication."""

from django.urls import path

from reviews import act_views

urlpatterns = [
    path("due/", act_views.due, name="due"),
    path("withholdings/", act_views.withholdings, name="withholdings"),
    path("withholdings/<int:pk>/", act_views.withholding, name="withholding"),
    path("withholdings/<int:pk>/confirm/", act_views.withholding_confirm, name="withholding-confirm"),
    path("withholdings/<int:pk>/refuse/", act_views.withholding_refuse, name="withholding-refuse"),
    path("<item_kind:kind>/<item_code:code>/reaffirm/", act_views.reaffirm, name="reaffirm"),
    path("<item_kind:kind>/<item_code:code>/retire/", act_views.retire, name="retire"),
    path("<item_kind:kind>/<item_code:code>/withhold/", act_views.withhold, name="withhold"),
]
