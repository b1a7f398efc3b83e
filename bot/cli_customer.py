"""``firstline customer``: give out or erase what is kept of one customer."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command import SOME_FAILED, Data, or_exit, reading, say

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.store import Store

customer_app = typer.Typer(
    no_args_is_help=True, help="What is kept of one customer; check who asks first."
)

_ANY_ID = {"ignore_unknown_options": True}  # a random id may begin with a hyphen

Which = Annotated[
    str | None, typer.Argument(metavar="ID", help="A conversation; or name the customer by --ref.")
]
Ref = Annotated[str | None, typer.Option("--ref", help="The customer_ref that your site gave.")]


@customer_app.command("export", context_settings=_ANY_ID)
def customer_export(
    out: Annotated[Path, typer.Option("--out", help="JSON; FILE.txt beside it is to read.")],
    conversation_id: Which = None,
    ref: Ref = None,
    data: Data = None,
) -> None:
    """Write everything that is kept of a customer, sealed values opened."""
    from bot.customer_export import CustomerExport, write_export
    from bot.keys import load_or_create

    with _opened(data) as (settings, store):
        keys = load_or_create(settings.data)
        found = _found(settings, store, conversation_id, ref)
        exported = CustomerExport(store, keys, settings.data).read(found, datetime.now(UTC))
        beside = write_export(exported, out)
        say(f"{len(found)} conversations in {out} and, to read, {beside}")


@customer_app.command("erase", context_settings=_ANY_ID)
def customer_erase(
    conversation_id: Which = None,
    ref: Ref = None,
    data: Data = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask whether it is meant.")] = False,
) -> None:
    """Erase everything of a customer for good, and prove that nothing is left."""
    from bot.erasure import erase

    with _opened(data) as (settings, store):
        found = _found(settings, store, conversation_id, ref)
        if not yes:
            typer.confirm(f"erase {len(found)} conversations for good?", abort=True, err=True)
        proof = erase(store, settings.data, found, datetime.now(UTC), runs=settings.retention.runs)
        for line in proof.lines():
            print(line)  # noqa: T201  the command's output
        if not proof.holds:
            say("something is left: run it again, with the server stopped")
            raise typer.Exit(SOME_FAILED)


def _found(
    settings: "Settings", store: "Store", conversation_id: str | None, ref: str | None
) -> Sequence[str]:
    from bot.errors import ConfigurationError
    from bot.keys import keyed_digest, load_or_create

    if (conversation_id is None) == (ref is None):
        raise ConfigurationError("name one conversation, or a customer by --ref")
    if ref is not None:
        key = load_or_create(settings.data).redaction
        found = store.erasure.conversations_of(keyed_digest(key, "customer", ref))
    else:
        found = store.erasure.known([conversation_id or ""])
    if not found:
        raise ConfigurationError("nothing is kept of that conversation or customer")
    return found


@contextmanager
def _opened(data: Path | None) -> "Iterator[tuple[Settings, Store]]":
    from bot.opening import existing_store

    with or_exit():
        settings = reading(data)
        store = existing_store(settings)
        try:
            yield settings, store
        finally:
            store.close()
