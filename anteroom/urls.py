"""Every address: the readers' at the root, the staff's under /desk/, /accounts/ and /admin/."""

from importlib.util import find_spec

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("library.urls")),
    path("admin/", admin.site.urls),
]
if find_spec("reviews.urls"):
    urlpatterns.append(path("desk/", include("reviews.urls")))
if find_spec("accounts.urls"):
    urlpatterns.append(path("accounts/", include("accounts.urls")))

handler400 = "library.views.errors.bad_request"
handler403 = "library.views.errors.forbidden"
handler404 = "library.views.errors.not_found"
handler500 = "library.views.errors.failed"
