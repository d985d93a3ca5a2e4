"""The editorial room's record: what was put up for review, who signed what, and every step on the way."""

from reviews.models.absence import Absence
from reviews.models.assignment import Assignment
from reviews.models.comment import Comment
from reviews.models.correction import Correction, LeftOut
from reviews.models.event import Event
from reviews.models.read_mark import ReadMark
from reviews.models.rule import Rule
from reviews.models.schedule import Schedule
from reviews.models.share_link import ShareLink
from reviews.models.sign_off import SignOff
from reviews.models.submission import Submission
from reviews.models.withholding import Withholding

__all__ = [
    "Absence",
    "Assignment",
    "Comment",
    "Correction",
    "Event",
    "LeftOut",
    "ReadMark",
    "Rule",
    "Schedule",
    "ShareLink",
    "SignOff",
    "Submission",
    "Withholding",
]
