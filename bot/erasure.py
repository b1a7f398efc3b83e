"""Erasing a customer's conversations, with proof down to the bytes of the files.

What was erased stays erased, though an older copy of the database is put in place.
"""

import mmap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot.accounts import OPERATOR
from bot.data_folder import forget_vectors
from bot.store import Store
from bot.store_erasure import Rows
from bot.tombstones import FILE as ERASED
from bot.tombstones import add_tombstones, read_tombstones

WINDOW = 24
"""Characters of a text that are looked for at once: a page of the database may end in between."""

_SHORTEST = 12
"""Shorter words may be anybody's; the random id of their turn stands for them."""
_BUILT = frozenset({"index", "models", "keys"})
"""Parts of the data folder that hold nothing of a conversation."""
_RUN_TEXT = frozenset({"cases.jsonl", "report.html"})


@dataclass(frozen=True, slots=True)
class Proof:
    """What was erased, and what was looked for afterwards.

    Attributes:
        conversations: Ids, which stay in the audit log and the list of erasures.
        rows: Deleted rows of each table.
        rows_left: Rows of theirs that are still there; 0 is what it has to be.
        runs: Files of evaluation runs that held their words and were deleted.
        traces: How many ids, boxes and pieces of text were looked for.
        files: Files that were searched; none on PostgreSQL.
        found: Files in which a trace was found; empty is what it has to be.
        elsewhere: Ids that a helpdesk gave their tickets, to be deleted there.
    """

    conversations: Sequence[str]
    rows: Mapping[str, int]
    rows_left: int
    runs: Sequence[str]
    traces: int
    files: Sequence[str]
    found: Sequence[str]
    elsewhere: Sequence[str]

    @property
    def holds(self) -> bool:
        """Whether nothing is left."""
        return not self.rows_left and not self.found

    def lines(self) -> Iterator[str]:
        """The proof for a reader."""
        yield f"erased: {len(self.conversations)} conversations"
        for name, count in sorted(self.rows.items()):
            yield f"  {name}: {count} rows"
        yield f"rows left: {self.rows_left}"
        yield f"looked for {self.traces} traces in {len(self.files)} files"
        for each in self.runs:
            yield f"deleted, it held their words: {each}"
        for each in self.found:
            yield f"STILL THERE: {each}"
        for each in self.elsewhere:
            yield f"delete it in the helpdesk, too: {each}"


def erase(
    store: Store,
    data: Path,
    conversation_ids: Sequence[str],
    at: datetime,
    *,
    actor: str = OPERATOR,
    runs: Sequence[Path] = (),
) -> Proof:
    """Erases conversations for good and looks for what is left of them.

    The list of erasures is written first, so that an interrupted erasure is done at the next start.

    Args:
        store: The records, in use or not.
        data: The data folder.
        conversation_ids: Which.
        at: The time.
        actor: Who does it.
        runs: Folders with evaluation runs.

    Raises:
        StoreUnavailable: The database cannot be written or cleaned now; do it again.
        OSError: A file cannot be read or deleted.
    """
    known = store.erasure.known(conversation_ids)
    rows = [store.erasure.read(each) for each in known]
    audited = store.erasure.audited()
    traces = {each for part in rows for each in _traces(part) if each not in audited}
    add_tombstones(data / ERASED, known, at)
    gone: dict[str, int] = {}
    for each in known:
        for name, count in store.erasure.erase(each, at, actor).items():
            gone[name] = gone.get(name, 0) + count
    store.erasure.clean()
    deleted = _delete_runs(runs, traces)
    forget_vectors(data)
    files = list(_files(data, store.file)) if store.file is not None else []
    found = [
        str(file)
        for file in files
        if any(not _anothers(store, trace) for trace in _in_file(file, traces))
    ]
    return Proof(
        conversations=known,
        rows=gone,
        rows_left=sum(store.erasure.left(each) for each in known),
        runs=deleted,
        traces=len(traces),
        files=[str(each) for each in files],
        found=found,
        elsewhere=[
            f"{row['ticket_id']}, there {row['ref']}"
            for part in rows
            for row in part.get("outbox", ())
            if row["ref"]
        ],
    )


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


def _traces(rows: Rows) -> Iterator[bytes]:
    """What tells rows of theirs from those of others: ids of turns, boxes, and what people said."""
    for row in rows.get("turn", ()):
        yield str(row["id"]).encode()
        if row["speaker"] in {"customer", "agent"}:
            yield from _pieces(row["text"])
    for name in ("contact", "vault"):
        yield from (bytes(row["box"]) for row in rows.get(name, ()))
    for name, column in (
        ("handoff_note", "text"),
        ("turn_feedback", "comment"),
        ("episode", "comment"),
        ("vault_access", "reason"),
    ):
        for row in rows.get(name, ()):
            yield from _pieces(row[column] or "")


def _pieces(text: str) -> Iterator[bytes]:
    for start in range(0, len(text), WINDOW):
        piece = text[start : start + WINDOW]
        if len(piece) >= _SHORTEST:
            yield piece.encode("utf-8", "surrogatepass")


def _files(data: Path, database: Path) -> Iterator[Path]:
    """Every file that may hold something of a conversation."""
    places = {database, *(Path(f"{database}{end}") for end in ("-wal", "-shm", "-journal"))}
    for each in sorted(data.rglob("*")):
        if each.relative_to(data).parts[0] not in _BUILT:
            places.add(each)
    yield from (each for each in sorted(places) if each.is_file())


def _in_file(path: Path, traces: Iterable[bytes]) -> Iterator[bytes]:
    """Those of the traces whose bytes are in a file."""
    with path.open("rb") as file:
        if not path.stat().st_size:
            return
        with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield from (each for each in traces if content.find(each) >= 0)


def _anothers(store: Store, trace: bytes) -> bool:
    """Whether somebody else said the same, so that finding it proves nothing."""
    return store.erasure.is_said(trace.decode("utf-8", "replace"))


def _delete_runs(runs: Sequence[Path], traces: Iterable[bytes]) -> Sequence[str]:
    """Deletes the files of evaluation runs that quote somebody; their figures stay."""
    wanted = sorted(traces)
    found = [
        file
        for folder in runs
        for file in sorted(folder.rglob("*"))
        if file.name in _RUN_TEXT and any(True for _ in _in_file(file, wanted))
    ]
    for each in found:
        each.unlink()
    return [str(each) for each in found]
