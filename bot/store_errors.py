"""What can go wrong between the service and its records.

StoreError
├── StoreUnavailable     the database is locked, full or out of reach: try again
├── UnknownConversation
├── UnknownTurn          no such turn in this conversation
├── UnknownTicket
├── ConversationClosed   it takes no more messages
├── NotEnded             there is nothing to rate yet
├── AlreadyRated         the episode has another rating
├── ConversationMoved    somebody wrote to it since it was read: read again and decide again
├── ClientIdTaken        another speaker's turn already carries this client id
├── TicketTaken          another agent was first, or the ticket is not in the state asked for
├── SignInRefused        the link, session or key is unknown, used, too old or disabled
├── UnknownAccount       there is no such member of staff
├── AccountTaken         an account or key of that login or name exists
├── UnknownKey           there is no API key of that id in use
└── UnknownDelivery      nothing of that id waits to be delivered
"""

from bot.errors import FirstlineError


class StoreError(FirstlineError):
    """Something the records refuse."""


class StoreUnavailable(StoreError):
    """The database cannot be used now. Nothing was written."""


class UnknownConversation(StoreError):
    """There is no conversation of that id."""


class UnknownTurn(StoreError):
    """There is no such turn in this conversation."""


class UnknownTicket(StoreError):
    """There is no handoff ticket of that id."""


class ConversationClosed(StoreError):
    """The conversation takes no more messages; the customer starts a new one."""


class NotEnded(StoreError):
    """No episode of the conversation is over."""


class AlreadyRated(StoreError):
    """The episode has another rating already; each has one."""


class ConversationMoved(StoreError):
    """The conversation changed since it was read, so what was decided on it is not stored."""


class ClientIdTaken(StoreError):
    """A turn of another speaker carries this client id."""


class TicketTaken(StoreError):
    """The ticket is not in the state that the step needs."""


class SignInRefused(StoreError):
    """The sign-in link, session or API key is unknown, used, too old or disabled."""


class UnknownAccount(StoreError):
    """There is no such member of staff."""


class AccountTaken(StoreError):
    """An account or API key of that login or name exists."""


class UnknownKey(StoreError):
    """There is no API key of that id that is still in use."""


class UnknownDelivery(StoreError):
    """Nothing of that id waits to be delivered, or has failed to be."""


class UnknownChange(StoreError):
    """No announced change of the product has that id."""


class ChangeTaken(StoreError):
    """Another change of the product has that id."""
