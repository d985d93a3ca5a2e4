"""Why something that a reader sent is not taken, or a step is not done: a sentence for who tried."""


class NotAllowed(Exception):
    """The moment is wrong; nothing was recorded."""


class TooMany(NotAllowed):
    """The limit of what is taken has been reached."""


class SentAlready(NotAllowed):
    """The form was sent before, with other words in it."""


class Ended(NotAllowed):
    """The subscription that a link is about is there no longer."""
