"""``firstline vault``: change its keys, read its record, empty it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.accounts import OPERATOR
from bot.command import SOME_FAILED, Data, or_exit, read_settings, say

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.store import Store

vault_app = typer.Typer(no_args_is_help=True, help="Values that agents may have restored.")


@vault_app.command("rotate")
def vault_rotate(
    data: Data = None,
    destroy: Annotated[
        bool,
        typer.Option("--destroy", help="Destroy the key before this one, too; stop servers first."),
    ] = False,
) -> None:
    """Make a new key and seal every kept value with it; servers may go on running."""
    from bot.values import rotate
    from bot.vault_keys import VaultKeys

    with _opened(data) as (settings, store):
        done = rotate(store.vault, VaultKeys(settings.data), destroy=destroy)
        store.audit.record(
            datetime.now(UTC),
            OPERATOR,
            "vault.rotate",
            "vault",
            key=done.key_id,
            moved=str(done.moved),
        )
        say(f"key {done.key_id} seals from now on; {done.moved} values were sealed anew")
        if done.dropped:
            say(f"destroyed: {', '.join(done.dropped)}")
        if done.damaged:
            say(f"{done.damaged} values could not be opened and stay as they are")
            raise typer.Exit(SOME_FAILED)


@vault_app.command("log")
def vault_log(
    data: Data = None,
    limit: Annotated[int, typer.Option(min=1, max=10000, help="Most lines.")] = 100,
) -> None:
    """Print who had which value restored and why, the newest first; never a value."""
    with _opened(data) as (_, store):
        for access in store.vault.accesses(limit=limit):
            line = (
                f"{access.at:%Y-%m-%dT%H:%M:%SZ} {access.agent} {access.conversation_id} "
                f"{access.placeholder or '-'} {access.outcome.value}: {access.reason}"
            )
            # A reason is free text: a control character in it must not steer the terminal.
            print("".join(c if c.isprintable() else " " for c in line))  # noqa: T201  the output


@vault_app.command("clear")
def vault_clear(
    data: Data = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask whether it is meant.")] = False,
) -> None:
    """Delete every kept value, as after switching the vault off; the record stays."""
    with _opened(data) as (_, store):
        if not yes:
            typer.confirm("delete every kept value for good?", abort=True, err=True)
        now = datetime.now(UTC)
        gone = store.vault.forget_before(now + timedelta(days=1))
        store.audit.record(now, OPERATOR, "vault.clear", "vault", deleted=str(gone))
        say(f"{gone} values deleted")


@contextmanager
def _opened(data: Path | None) -> "Iterator[tuple[Settings, Store]]":
    from bot.opening import open_store

    with or_exit():
        settings = read_settings(data)
        store = open_store(settings)
        try:
            yield settings, store
        finally:
            store.close()
