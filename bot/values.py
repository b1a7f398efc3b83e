"""Personal values on request: for an agent who holds the ticket, with a reason, on record.

ValueRefused
├── NotHolder       the ticket is another agent's, or nobody's
└── UnknownValue    no value is kept for the placeholder
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.errors import FirstlineError
from bot.gate import Gate
from bot.keys import KeyFileError
from bot.store import Store
from bot.store_vault import Access, Outcome, VaultStore
from bot.threaded import threaded
from bot.ticket import Ticket, TicketState
from bot.vault import Sealed, ValueDamaged, Vault
from bot.vault_keys import VaultKeyMissing, VaultKeys
from redaction.kinds import PLACEHOLDER


class ValueRefused(FirstlineError):
    """A value that is not handed out."""


class NotHolder(ValueRefused):
    """The agent does not hold the ticket of the conversation."""


class UnknownValue(ValueRefused):
    """No value is kept for the placeholder."""


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a change of keys did.

    Attributes:
        key_id: The new key.
        moved: Values that it sealed anew.
        damaged: Values that did not open; they stay as they are, and so does their key.
        dropped: Keys that sealed nothing any more and were destroyed.
    """

    key_id: str
    moved: int
    damaged: int
    dropped: tuple[str, ...]


class ValueDesk:
    """Restores values for agents.

    Args:
        store: The records.
        gate: Redacts the reasons, and has the vault.
        clock: Tells the time.
    """

    def __init__(self, store: Store, gate: Gate, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._gate = gate
        self._clock = clock

    async def restorable(self, ticket_id: str, agent: str) -> Sequence[str]:
        """Placeholders whose values this agent may ask for; none where no vault is kept.

        Raises:
            UnknownTicket: When there is none of that id.
            NotHolder: When this agent does not hold the ticket.
        """
        ticket = await self._held(ticket_id, agent)
        if self._gate.vault is None:
            return ()
        await self.purge()
        return await threaded(self._store.vault.placeholders, ticket.conversation_id)

    async def restore(self, ticket_id: str, agent: str, placeholder: str, reason: str) -> str:
        """The value behind a placeholder; that it was asked for is on record before it is given.

        Raises:
            UnknownTicket: When there is none of that id.
            NotHolder: When this agent does not hold the ticket.
            UnknownValue: When no value is kept for the placeholder, or no vault at all.
            ValueDamaged: When it does not open.
            VaultKeyMissing: When its key is gone.
            StoreUnavailable: When the request cannot be put on record.
        """
        ticket = await self._held(ticket_id, agent)
        vault = self._gate.vault
        if vault is None:
            raise UnknownValue("no vault is kept here")
        await self.purge()
        told = (await self._gate.admit(reason)).text
        sealed = await threaded(self._store.vault.get, ticket.conversation_id, placeholder)
        outcome, value, error = _opened(vault, ticket.conversation_id, sealed)
        await threaded(
            self._store.vault.record,
            Access(
                self._clock(),
                agent,
                ticket.conversation_id,
                placeholder if PLACEHOLDER.fullmatch(placeholder) else "",
                told,
                outcome,
            ),
        )
        if error is not None:
            raise error
        return value

    async def purge(self) -> int:
        """Deletes values that are older than the vault keeps them; says how many."""
        vault = self._gate.vault
        if vault is None:
            return 0
        return await threaded(self._store.vault.forget_before, self._clock() - vault.lifetime)

    async def _held(self, ticket_id: str, agent: str) -> Ticket:
        ticket = await threaded(self._store.handoffs.get, ticket_id)
        if ticket.state is not TicketState.CLAIMED or ticket.claimed_by != agent:
            raise NotHolder(ticket_id)
        return ticket


def _opened(
    vault: Vault, conversation_id: str, sealed: Sealed | None
) -> tuple[Outcome, str, Exception | None]:
    if sealed is None:
        return Outcome.UNKNOWN, "", UnknownValue("no value is kept for this placeholder")
    try:
        return Outcome.RESTORED, vault.open(conversation_id, sealed), None
    except ValueDamaged as error:
        return Outcome.DAMAGED, "", error
    except (VaultKeyMissing, KeyFileError) as error:
        return Outcome.KEY_MISSING, "", error


def rotate(store: VaultStore, keys: VaultKeys, *, destroy: bool = False) -> Rotation:
    """Makes a key, seals every value anew with it, and destroys keys that are out of use.

    The key that was the newest before stays until the next time, since a server may just be sealing
    with it; ``destroy`` drops it at once, for when servers are stopped.

    Args:
        store: The sealed values.
        keys: The ring.
        destroy: Whether to drop the key before this one, too.
    """
    before = keys.all()[:1]
    vault = Vault(keys)
    newest = keys.add().id
    moved = damaged = 0
    after = ("", "")
    while batch := store.sealed_by_others(newest, after):
        pairs = []
        for kept in batch:
            try:
                pairs.append((kept, vault.again(kept.conversation_id, kept.sealed)))
            except (ValueDamaged, VaultKeyMissing):
                damaged += 1
        moved += store.replace(pairs)
        after = (batch[-1].conversation_id, batch[-1].sealed.placeholder)
    needed = {newest, *store.keys_in_use()}
    if not destroy:
        needed |= {key.id for key in before}
    dropped = tuple(key.id for key in keys.all() if key.id not in needed)
    keys.drop(set(dropped))
    return Rotation(newest, moved, damaged, dropped)
