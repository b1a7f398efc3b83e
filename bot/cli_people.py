"""``firstline staff`` and ``firstline keys``: who works here, and what programs may call."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.accounts import KeyScope
from bot.command import SOME_FAILED, Data, or_exit, read_settings, say

if TYPE_CHECKING:
    from bot.people import People

staff_app = typer.Typer(no_args_is_help=True, help="The people in support.")
keys_app = typer.Typer(no_args_is_help=True, help="API keys of other programs.")

Who = Annotated[str, typer.Argument(metavar="NAME", help="Name or login.")]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", help="agent, content-owner, evaluator or admin; may be repeated."),
]


@staff_app.command("add")
def staff_add(
    login: Annotated[str, typer.Argument(help="E-mail address or one word, to sign in with.")],
    data: Data = None,
    name: Annotated[
        str | None, typer.Option(help="What customers see beside this person's messages.")
    ] = None,
    role: Roles = None,
    password: Annotated[
        bool, typer.Option("--password", help="Ask for a password instead of printing a link.")
    ] = False,
) -> None:
    """Add somebody and print a one-time sign-in link; the first person becomes the admin."""
    with _people(data) as people:
        typed = _typed_password() if password else None
        link = people.add(login, name=name, roles=role or (), password=typed)
        if link:
            say("this link signs in once, within 30 minutes:")
            print(link)  # noqa: T201  the command's output
        else:
            say(f"{login} can sign in with this password now")


@staff_app.command("link")
def staff_link(
    data: Data = None,
    name: Annotated[
        str | None, typer.Option(help="Whose link; needed when there is more than one person.")
    ] = None,
) -> None:
    """Print a one-time sign-in link for somebody."""
    with _people(data) as people:
        print(people.link(name))  # noqa: T201  the command's output


@staff_app.command("list")
def staff_list(data: Data = None) -> None:
    """List everybody with roles: the access review."""
    with _people(data) as people:
        rows = [
            (
                each.name,
                each.login,
                ", ".join(sorted(each.roles)),
                "provider" if each.external else "password" if each.has_password else "link",
                f"{each.created_at:%Y-%m-%d}",
                "in use" if each.disabled_at is None else f"disabled {each.disabled_at:%Y-%m-%d}",
            )
            for each in people.list()
        ]
        _print(("name", "login", "roles", "signs in by", "since", "state"), rows)


@staff_app.command("roles")
def staff_roles(who: Who, role: Roles = None, data: Data = None) -> None:
    """Set what somebody may do, from the next request on."""
    with _people(data) as people:
        account = people.set_roles(who, role or ())
        say(f"{account.name} is {', '.join(sorted(account.roles))} now")


@staff_app.command("disable")
def staff_disable(who: Who, data: Data = None) -> None:
    """End somebody's access at once; what the person wrote stays."""
    with _people(data) as people:
        say(f"{people.disable(who).name} has no access any more")


@staff_app.command("enable")
def staff_enable(who: Who, data: Data = None) -> None:
    """Let somebody sign in again."""
    with _people(data) as people:
        say(f"{people.enable(who).name} can sign in again")


@staff_app.command("log")
def staff_log(
    data: Data = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="Most lines.")] = 100,
) -> None:
    """Print who of the staff did what, the newest last, and check that nothing was altered."""
    with _people(data) as people:
        entries, report = people.log(limit)
        for entry in entries:
            detail = " ".join(f"{name}={value}" for name, value in sorted(entry.detail.items()))
            line = f"{entry.id} {entry.at:%Y-%m-%dT%H:%M:%SZ} {entry.actor} {entry.action} "
            # A name must not steer the terminal.
            line = "".join(char if char.isprintable() else " " for char in line)
            print(f"{line}{entry.object} {detail}".rstrip())  # noqa: T201  the command's output
        if report.broken_at is not None:
            say(f"entry {report.broken_at} was altered: {report.entries} before it are sound")
            raise typer.Exit(SOME_FAILED)
        say(f"{report.entries} entries, all sound; head {report.head}")


@keys_app.command("add")
def keys_add(
    role: Annotated[str, typer.Option(help="agent, content-owner, evaluator or admin.")],
    data: Data = None,
    name: Annotated[
        str | None, typer.Option(help="What the key's messages to customers are signed with.")
    ] = None,
    scope: Annotated[
        KeyScope, typer.Option(help="write is all that the role may.")
    ] = KeyScope.WRITE,
    days: Annotated[int, typer.Option(min=1, max=366, help="How long it is good.")] = 90,
) -> None:
    """Make an API key and print it once."""
    with _people(data) as people:
        key, kept = people.add_key(role, name=name, scope=scope, days=days)
        say(f"key {kept.id}, {kept.name}, good until {kept.expires_at:%Y-%m-%d}, shown only now:")
        print(key)  # noqa: T201  the command's output


@keys_app.command("list")
def keys_list(data: Data = None) -> None:
    """List the keys, never what opens a door."""
    with _people(data) as people:
        rows = [
            (
                each.id,
                each.name,
                each.role,
                each.scope,
                f"{each.expires_at:%Y-%m-%d}",
                "never" if each.last_used_at is None else f"{each.last_used_at:%Y-%m-%d %H:%M}",
                "in use" if each.revoked_at is None else f"revoked {each.revoked_at:%Y-%m-%d}",
            )
            for each in people.list_keys()
        ]
        _print(("id", "name", "role", "scope", "until", "last used (UTC)", "state"), rows)


@keys_app.command("revoke")
def keys_revoke(
    key_id: Annotated[str, typer.Argument(metavar="ID", help="The id that keys list shows.")],
    data: Data = None,
) -> None:
    """End a key at once."""
    with _people(data) as people:
        people.revoke_key(key_id)
        say(f"key {key_id} is revoked")


@keys_app.command("rotate")
def keys_rotate(data: Data = None) -> None:
    """Make a new key for visitors' tokens; open conversations go on."""
    from bot.keys import rotate_visitor

    with or_exit():
        rotate_visitor(read_settings(data).data)
        say("visitors' tokens are signed with a new key once the server has started again")


@contextmanager
def _people(data: Path | None) -> Iterator["People"]:
    from bot.people import people_of

    with or_exit(), people_of(read_settings(data)) as people:
        yield people


def _typed_password() -> str:
    """Asked twice at a terminal; the first line of standard input elsewhere."""
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    return sys.stdin.readline().rstrip("\n")


def _print(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(*heads, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    Console(soft_wrap=True, highlight=False, markup=False).print(table)
