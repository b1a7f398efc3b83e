"""What was erased stays erased, though an older copy of the database is put in place."""

from datetime import datetime
from pathlib import Path

from bot.accounts import OPERATOR
from bot.store import Store
from bot.tombstones import FILE as ERASED
from bot.tombstones import read_tombstones


def replay(store: Store, data: Path, now: datetime) -> int:
    """Erases again what was erased before, should an older copy of the database have it.

    Returns:
        How many conversations were there again.
    """
    known = store.erasure.known(tuple(read_tombstones(data / ERASED)))
    for each in known:
        store.erasure.erase(each, now, OPERATOR)
    if known:
        store.erasure.clean()
    return len(known)
