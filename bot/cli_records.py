"""``firstline backup``, ``restore``: the records of an installation, kept safe."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.command import SOME_FAILED, Data, or_exit, reading, say, writing

records_app = typer.Typer()


@records_app.command()
def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The backup; a new file.")],
    data: Data = None,
    keys: Annotated[
        bool, typer.Option("--keys", help="Put the installation's keys in it; then keep it safe.")
    ] = False,
) -> None:
    """Write the database and, with --keys, the keys into one verified file."""
    from bot.backup import back_up
    from bot.people import recorded_store

    with or_exit():
        settings = reading(data)
        store = recorded_store(settings)
        try:
            made = back_up(store, settings.data, target, keys=keys, now=datetime.now(UTC))
        finally:
            store.close()
        size = target.stat().st_size / 1e6
        say(
            f"{target}: {size:.1f} MB, {made.rows.get('conversation', 0)} conversations, "
            f"{made.rows.get('turn', 0)} turns, {made.audit_entries} entries of the audit log, "
            f"{'with' if made.has_keys else 'without'} keys; read back and verified"
        )
        if made.audit_broken_at is not None:
            say(f"the audit log was changed: entry {made.audit_broken_at}; see firstline check")
            raise typer.Exit(SOME_FAILED)


@records_app.command()
def restore(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="A backup by firstline backup.")],
    data: Data = None,
    erased: Annotated[
        list[Path] | None,
        typer.Option(help="Another copy of erased.jsonl; may be repeated."),
    ] = None,
) -> None:
    """Put a backup in place of a database that is gone; what was erased since is erased again."""
    from bot.backup import restore as put_in_place
    from bot.people import database_file

    with or_exit():
        settings = writing(data)
        done = put_in_place(
            source,
            settings.data,
            database_file(settings),
            erased=erased or (),
            now=datetime.now(UTC),
        )
        made = done.backup
        say(
            f"restored the backup of {made.made_at}: {made.rows.get('conversation', 0)} "
            f"conversations, {made.rows.get('turn', 0)} turns; {done.erased} conversations were "
            "erased again"
        )
        if made.audit_broken_at is not None:
            say(f"the audit log was changed before: entry {made.audit_broken_at}")
        if not made.has_keys:
            say("the backup has no keys: put those of keys/ in place before the server starts")
