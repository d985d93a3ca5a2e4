"""Every address: the readers' at the root, the staff's under /desk/, /accounts/ and /admin/."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("library.urls")),
    path("desk/letters/", include("mailroom.urls")),
    path("desk/", include("reviews.urls")),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "library.views.errors.bad_request"
handler403 = "library.views.errors.forbidden"
handler404 = "library.views.errors.not_found"
handler500 = "library.views.errors.failed"
