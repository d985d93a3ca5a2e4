"""Addresses of corrections in bulk, under /desk/corrections/."""

from django.urls import path

from reviews import correction_views

urlpatterns = [
    path("", correction_views.corrections_page, name="corrections"),
    path("<int:pk>/", correction_views.correction_page, name="correction"),
    path("<int:pk>/sign-off/", correction_views.sign_off, name="correction-sign-off"),
    path("<int:pk>/request-changes/", correction_views.request_changes, name="correction-request-changes"),
    path("<int:pk>/withdraw/", correction_views.withdraw, name="correction-withdraw"),
    path("<int:pk>/open/", correction_views.open_rest, name="correction-open"),
]
