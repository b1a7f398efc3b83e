"""One message within its transaction: read what it meets, lock it, keep what it changes."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.dialogue import Exchange
from bot.store_errors import ClientIdTaken, ConversationMoved, UnknownConversation
from bot.store_handoffs import mask_summaries, open_ticket
from bot.store_outbox import queue_delivery
from bot.store_tables import conversation as conversations
from bot.store_tables import turn as turns
from bot.store_turns import lock_conversation, read_turn, record_event
from bot.ticket import NewTicket

_WITH_TICKET = (ConversationState.WAITING, ConversationState.CLAIMED)


@dataclass(frozen=True, slots=True)
class StoredReply:
    """What one customer message led to.

    Attributes:
        customer: The customer's turn.
        reply: The assistant's turn; ``None`` where it kept silent for an agent.
        notice: What the customer was told about removed data.
    """

    customer: Turn
    reply: Turn | None
    notice: str | None


def load_conversation(connection: Connection, conversation_id: str) -> Conversation:
    """The conversation with all its turns.

    Raises:
        UnknownConversation: When there is none of that id.
    """
    row = connection.execute(
        select(conversations).where(conversations.c.id == conversation_id)
    ).one_or_none()
    if row is None:
        raise UnknownConversation(conversation_id)
    said = connection.execute(
        select(turns).where(turns.c.conversation_id == conversation_id).order_by(turns.c.seq)
    ).all()
    return Conversation(
        id=row.id,
        locale=row.locale,
        channel=row.channel,
        state=ConversationState(row.state),
        turns=tuple(read_turn(each) for each in said),
        placeholders=row.placeholders,
    )


def lock_unmoved(connection: Connection, before: Conversation) -> int:
    """Locks the conversation, checks that it is as it was read, and gives the next place in it."""
    state = lock_conversation(connection, before.id)
    count = connection.execute(
        select(func.count()).select_from(turns).where(turns.c.conversation_id == before.id)
    ).scalar_one()
    if state != before.state.value or count != len(before.turns):
        raise ConversationMoved(before.id)
    return count


def tell_agents(connection: Connection, exchange: Exchange, ticket: NewTicket | None) -> None:
    """Opens the ticket, if one is wanted, and queues the message for the helpdesk."""
    if ticket is not None:
        open_ticket(connection, exchange.conversation.id, ticket)
    if exchange.conversation.state in _WITH_TICKET:
        queue_delivery(connection, exchange.conversation.id, exchange.customer)


def set_conversation(connection: Connection, after: Conversation) -> None:
    """Keeps the state and the placeholders of a conversation."""
    connection.execute(
        update(conversations)
        .where(conversations.c.id == after.id)
        .values(state=after.state.value, placeholders=after.placeholders)
    )


def mask_earlier(
    connection: Connection, before: Conversation, after: Conversation, at: datetime
) -> bool:
    """Rewrites earlier turns in which the gate has since found pieces of a card number."""
    pairs = list(zip(before.turns, after.turns, strict=False))
    changed = [(old, new) for old, new in pairs if old.text != new.text]
    for old, new in changed:
        connection.execute(update(turns).where(turns.c.id == old.id).values(text=new.text))
        mask_summaries(connection, before.id, old.text, new.text)
        record_event(connection, before.id, at, "masked", turn_id=old.id)
    return bool(changed)


def turn_of_client(
    connection: Connection, conversation_id: str, client_id: str | None
) -> Turn | None:
    """The turn that carries the sender's own id, if there is one."""
    if client_id is None:
        return None
    row = connection.execute(
        select(turns).where(
            turns.c.conversation_id == conversation_id, turns.c.client_id == client_id
        )
    ).one_or_none()
    return None if row is None else read_turn(row)


def same_speaker(known: Turn, speaker: Speaker) -> Turn:
    """The turn itself, as long as its speaker is the one who asks.

    Raises:
        ClientIdTaken: When it is another speaker's.
    """
    if known.speaker is not speaker:
        raise ClientIdTaken("the client_id is in use in this conversation; send a new random one")
    return known


def reply_of(connection: Connection, conversation_id: str, client_id: str) -> StoredReply | None:
    """What an earlier message of that client id led to; ``None`` when it is new.

    Raises:
        ClientIdTaken: When the turn of that client id is not a customer's.
    """
    known = turn_of_client(connection, conversation_id, client_id)
    if known is None:
        return None
    customer = same_speaker(known, Speaker.CUSTOMER)
    row = connection.execute(select(turns).where(turns.c.reply_to == customer.id)).one_or_none()
    notice = connection.execute(
        select(turns.c.notice).where(turns.c.id == customer.id)
    ).scalar_one()
    return StoredReply(customer, None if row is None else read_turn(row), notice)
