"""``firstline backup``, ``restore``, ``retention``, ``costs``: the records of an installation."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.command import SOME_FAILED, Data, or_exit, reading, say, writing

records_app = typer.Typer()
retention_app = typer.Typer(no_args_is_help=True, help="How long customers' words are kept.")


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
    from bot.opening import recorded_store

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
    from bot.opening import database_file

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


@retention_app.command("run")
def retention_run(
    data: Data = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what is overdue and change nothing.")
    ] = False,
) -> None:
    """Clear text that is older than it may be; a running server does it once a day."""
    from bot.opening import existing_store
    from bot.retention import Retention

    with or_exit():
        settings = reading(data)
        store = existing_store(settings)
        try:
            report = Retention.of(settings, store).run(dry=dry_run)
        finally:
            store.close()
        for line in report.lines():
            print(line)  # noqa: T201  the command's output
        if report.left and not dry_run:
            say(f"{report.left} are still overdue: somebody changed them meanwhile, run it again")
            raise typer.Exit(SOME_FAILED)


@records_app.command()
def costs(
    data: Data = None,
    days: Annotated[int, typer.Option(min=1, help="How many days back, today included.")] = 30,
) -> None:
    """Print what language models cost, in all and for each contained conversation."""
    from bot.opening import recorded_store
    from bot.spend import Cost

    with or_exit():
        settings = reading(data)
        store = recorded_store(settings)
        since = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        since -= timedelta(days=days - 1)
        try:
            bill = store.spend.bill(since)
        finally:
            store.close()

    def shown(cost: Cost) -> str:
        money = cost.micros / 1_000_000
        return (
            f"{cost.calls} calls, {cost.input_tokens} tokens read, {cost.output_tokens} written, "
            f"{money:.4f} {settings.budget.currency}"
        )

    typer.echo(f"since {since.date()}: {shown(bill.cost)}")
    typer.echo(f"of that for {bill.conversations} conversations: {shown(bill.spent_on_them)}")
    each = bill.micros_per_contained
    told = "none" if each is None else f"{each / 1_000_000:.4f} {settings.budget.currency}"
    typer.echo(f"per contained conversation: {told} (n = {bill.contained})")
    if not (settings.budget.input_price or settings.budget.output_price):
        typer.echo("no prices are set: FIRSTLINE_BUDGET__INPUT_PRICE and __OUTPUT_PRICE")
