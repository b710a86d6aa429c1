"""Notices to people: an inbox in the house, and ways out of it behind a port."""

from casework.notifications.delivery import Channel, Message, handlers, people_of
from casework.notifications.models import Notice, NoticeDelivery, NoticeReading
from casework.notifications.queries import Received, inbox, keys_of, of_case, unread_count
from casework.notifications.services import DELIVER, mark_read, recipient, send

__all__ = [
    "DELIVER",
    "Channel",
    "Message",
    "Notice",
    "NoticeDelivery",
    "NoticeReading",
    "Received",
    "handlers",
    "inbox",
    "keys_of",
    "mark_read",
    "of_case",
    "people_of",
    "recipient",
    "send",
    "unread_count",
]
