"""Everything that is kept of a customer, for them to have: as JSON and to read."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.accounts import OPERATOR
from bot.contacts import ContactBook, ContactDamaged
from bot.errors import ConfigurationError
from bot.keys import KeyFileError, Keys
from bot.store import Store
from bot.vault import Sealed, ValueDamaged, Vault
from bot.vault_keys import VaultKeyMissing, VaultKeys

ACTION = "customer.export"

Json = dict[str, Any]  # JSON: table names to rows


class CustomerExport:
    """Reads whole conversations, with what was sealed in them opened.

    Args:
        store: The records.
        keys: The installation's secrets.
        data: The data folder, for the keys of the vault.
    """

    def __init__(self, store: Store, keys: Keys, data: Path) -> None:
        self._store = store
        self._contacts = ContactBook(store, keys.contact, lambda: datetime.now(UTC))
        self._vault = Vault(VaultKeys(data))

    def read(self, conversation_ids: Sequence[str], at: datetime, actor: str = OPERATOR) -> Json:
        """What is kept of conversations; that it was read is on the audit chain first.

        Raises:
            StoreUnavailable: The database cannot be used now.
        """
        told = []
        for each in self._store.erasure.known(conversation_ids):
            self._store.audit.record(at, actor, ACTION, f"conversation:{each}")
            tables = self._store.erasure.read(each)
            told.append(
                {name: [self._opened(name, row) for row in rows] for name, rows in tables.items()}
            )
        return {"exported_at": at.isoformat(), "conversations": told}

    def _opened(self, table: str, row: Mapping[str, Any]) -> Json:
        plain = {name: _plain(value) for name, value in row.items() if name != "box"}
        if "box" not in row:
            return plain
        conversation_id = row["conversation_id"]
        try:
            if table == "contact":
                return {**plain, **asdict(self._contacts.unsealed(conversation_id, row["box"]))}
            sealed = Sealed(row["placeholder"], row["key_id"], row["box"])
            return {**plain, "value": self._vault.open(conversation_id, sealed)}
        except (ContactDamaged, ValueDamaged, VaultKeyMissing, KeyFileError):
            return {**plain, "value": "cannot be opened: its key is gone, or it was changed"}


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if isinstance(value, datetime) else value


def readable(exported: Json) -> Iterator[str]:
    """The same for a reader, line by line."""
    yield f"Everything that is kept, on {exported['exported_at']}"
    for tables in exported["conversations"]:
        (about,) = tables["conversation"]
        yield ""
        yield f"# Conversation {about['id']}, begun {about['created_at']}, {about['state']}"
        for turn in sorted(tables.get("turn", ()), key=lambda row: row["seq"]):
            who = turn["author"] or turn["speaker"]
            yield f"{turn['at']} {who}: {turn['text']}"
        for name, rows in sorted(tables.items()):
            if name in {"conversation", "turn", "event"}:
                continue
            yield ""
            yield f"## {name}"
            for row in rows:
                yield ", ".join(
                    f"{key}: {value}" for key, value in row.items() if value is not None
                )


def write_export(exported: Json, path: Path) -> Path:
    """Writes the JSON to ``path`` and the readable form beside it, which is returned.

    Only their owner can read them.

    Raises:
        ConfigurationError: One of them exists.
    """
    beside = path.with_name(f"{path.name}.txt")
    for place in (path, beside):
        if place.exists():
            raise ConfigurationError(f"{place} exists and is not overwritten: name a new file")
    _write(path, json.dumps(exported, indent=1, ensure_ascii=False) + "\n")
    _write(beside, "\n".join(readable(exported)) + "\n")
    return beside


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="surrogatepass") as file:
        file.write(text)
