"""What readers send in, what became of it, what they follow, and the messages that go out to them."""

from readers.models.message import OutgoingMessage
from readers.models.posting import Posting
from readers.models.report import Report
from readers.models.report_event import ReportEvent
from readers.models.subscriber import Subscriber
from readers.models.subscription import Subscription
from readers.models.way_back import WayBack

__all__ = ["OutgoingMessage", "Posting", "Report", "ReportEvent", "Subscriber", "Subscription", "WayBack"]
