"""Addresses of the desk, signing in, and what a page says."""

ITEM = "/desk/pattern/STC/"


def page(submission, verb=""):
    return f"/desk/submissions/{submission.pk}/{verb}"


def as_(client, person):
    client.force_login(person)
    return client


def text_of(response):
    return " ".join(response.content.decode().split())


def shown(submission, **changed):
    """What the form of the review page sends."""
    return {"digest": submission.digest, "base_edition": submission.base_edition, **changed}
