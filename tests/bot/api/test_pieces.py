"""A card number sent in several messages: nowhere in the files once it is complete."""

import re
import sqlite3
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

CARD = "5425233430109903"


def cut(parts: int) -> list[str]:
    """The number in about equal parts."""
    ends = [round(16 * place / parts) for place in range(parts + 1)]
    return [CARD[first:last] for first, last in pairwise(ends)]


def texts(data: Path) -> list[str]:
    """Every text of every table, as another program reads it."""
    connection = sqlite3.connect(data / "firstline.db")
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    found = [
        str(value)
        for (table,) in tables
        for row in connection.execute(f"SELECT * FROM {table}")  # noqa: S608  our own tables
        for value in row
        if isinstance(value, str)
    ]
    connection.close()
    return found


def raw(data: Path) -> bytes:
    """The database with its write-ahead log, as they are on disk now."""
    files = [path for path in data.rglob("*") if path.is_file() and "keys" not in path.parts]
    assert any(path.name.endswith("-wal") for path in files)
    return b"".join(path.read_bytes() for path in files)


@pytest.mark.parametrize("parts", range(2, 9))
@pytest.mark.parametrize("state", ["open", "waiting", "claimed"])
async def test_every_part_is_masked_when_the_last_one_comes(
    parts: int, state: str, visitor: Any, agent: Any, installation: Any
) -> None:
    if state != "open":
        ticket = (await visitor.say("stolen")).json()["handoff"]["ticket_id"]
        if state == "claimed":
            await agent.post(f"/{ticket}/claim")
    replies = [(await visitor.say(part)).json() for part in cut(parts)]
    assert [reply["notice"] for reply in replies[:-1]] == [None] * (parts - 1)
    assert "removed the card number" in replies[-1]["notice"]
    said = [
        turn["text"]
        for turn in (await visitor.read()).json()["turns"]
        if turn["speaker"] == "customer"
    ]
    assert said[-parts:] == ["[CARD_1]"] * parts
    whole = " ".join(texts(installation.data))
    for part in cut(parts):
        assert not re.search(rf"(?<![\w.:-]){part}(?![\w.:-])", whole), part
    on_disk = raw(installation.data)
    for part in cut(parts):
        if len(part) >= 5:  # shorter ones stand by chance in ids and times
            assert part.encode() not in on_disk


async def test_parts_with_words_around_them_leave_no_byte_in_any_file(
    visitor: Any, agent: Any, installation: Any
) -> None:
    await visitor.say("it starts zuluphrase 54252334")
    handed = (await visitor.post("/handoff", {"note": "please, a person"})).json()["handoff"]
    assert b"54252334" in raw(installation.data)  # in the turn, and in the ticket's summary
    await agent.post(f"/{handed['ticket_id']}/claim")
    await visitor.say("sorry, the rest zuluphrase 30109903")
    on_disk = raw(installation.data)
    assert b"54252334" not in on_disk
    assert b"30109903" not in on_disk
    ticket = (await agent.http.get(f"/v1/handoffs/{handed['ticket_id']}")).json()
    assert "it starts zuluphrase [CARD_1]" in ticket["summary"]


async def test_a_reader_in_the_way_does_not_keep_the_part_in_the_log_for_good(
    visitor: Any, installation: Any
) -> None:
    await visitor.say("it starts 54252334")
    assert b"54252334" in raw(installation.data)
    reader = sqlite3.connect(installation.data / "firstline.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM turn").fetchone()
    await visitor.say("and 30109903")
    reader.close()
    installation.store.close()
    assert b"54252334" not in b"".join(
        path.read_bytes() for path in installation.data.glob("firstline.db*")
    )
