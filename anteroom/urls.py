"""Every address: the readers' at the root, the staff's under /desk/, /accounts/ and /admin/."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", include("library.urls")),
    path("corrections/", include("readers.urls")),
    path("subscriptions/", include("readers.subscription_urls")),
    path("desk/letters/", include("mailroom.urls")),
    path("desk/reports/", include("readers.desk_urls")),
    path("desk/", include("reviews.urls")),
    path("accounts/", include("accounts.urls")),
    # Django's own pages would change a password past the account's: no proof asked, nothing recorded.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/password_change/done/", RedirectView.as_view(pattern_name="mfa_index")),
    path("admin/", admin.site.urls),
]

handler400 = "library.views.errors.bad_request"
handler403 = "library.views.errors.forbidden"
handler404 = "library.views.errors.not_found"
handler500 = "library.views.errors.failed"
