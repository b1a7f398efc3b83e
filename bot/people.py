"""What an operator does about staff and keys at the command line; the help to start with, too."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

from bot.accounts import (
    OPERATOR,
    Account,
    KeyScope,
    StaffRole,
    checked_login,
    checked_name,
    roles_of,
)
from bot.api_keys import make_key
from bot.config import Settings
from bot.errors import ConfigurationError
from bot.opening import open_store
from bot.passwords import hash_password
from bot.server_address import site_address
from bot.staff import add_account, make_sign_in
from bot.store import Store
from bot.store_audit import AuditEntry, AuditReport
from bot.store_errors import AccountTaken, SignInRefused, UnknownAccount, UnknownKey
from bot.store_keys import ApiKey

FIRST = "Agent"
"""Name of the account that an installation begins with; the person who runs it is an admin."""


def first_link(store: Store, site: str) -> str | None:
    """A one-time link for the only person there is, made where there is nobody.

    ``None`` once there are others or this person has a password: nobody needs the log to get in.
    """
    accounts = store.accounts.list()
    if not accounts:
        with suppress(AccountTaken):  # another server starts at the same time
            add_account(store, FIRST, roles=[StaffRole.ADMIN])
        accounts = store.accounts.list()
    first = accounts[0]
    if len(accounts) > 1 or first.has_password or first.external or first.disabled_at is not None:
        return None
    return _link(store, first, site)


class People:
    """Accounts and keys of one installation.

    Args:
        store: The records.
        site: The address that staff use.
    """

    def __init__(self, store: Store, site: str) -> None:
        self._store = store
        self._site = site

    def add(
        self,
        login: str,
        *,
        name: str | None = None,
        roles: Sequence[str] = (),
        password: str | None = None,
    ) -> str:
        """Adds somebody; gives the one-time link for the first sign-in, empty with a password.

        Without ``roles``, the first person is an admin and everybody else an agent.

        Raises:
            ConfigurationError: When login, name, role or password can't be used or is taken.
        """
        login = checked_login(login)
        name = checked_name(name or login.partition("@")[0].replace(".", " ").title())
        hashed = None if password is None else hash_password(password, login=login, name=name)
        first = StaffRole.ADMIN if not self._store.accounts.list() else StaffRole.AGENT
        try:
            account = add_account(
                self._store, name, login=login, roles=roles_of(roles) if roles else {first}
            )
        except AccountTaken as error:
            raise ConfigurationError(f"{error} is taken: firstline staff list shows all") from None
        self._note("staff.add", account, roles=" ".join(sorted(account.roles)))
        if hashed is not None:
            self._store.accounts.set_password(account.id, hashed)
            return ""
        return self._linked(account)

    def link(self, name: str | None = None) -> str:
        """A one-time sign-in link for the account of that name or login; for the only one if none.

        Raises:
            ConfigurationError: When there is no such account, or more than one to choose from.
        """
        if name is None:
            accounts = self._store.accounts.list()
            if len(accounts) > 1:
                names = ", ".join(account.name for account in accounts)
                raise ConfigurationError(f"whose link? Add --name with one of: {names}")
            if not accounts:
                return first_link(self._store, self._site) or ""
            return self._linked(accounts[0])
        return self._linked(self._found(name))

    def list(self) -> Sequence[Account]:
        """Everybody, by name."""
        return self._store.accounts.list()

    def set_roles(self, name: str, roles: Sequence[str]) -> Account:
        """Changes what somebody may do, from the next request on."""
        account = self._found(name)
        wanted = roles_of(roles)
        if StaffRole.ADMIN not in wanted:
            self._keep_an_admin(account)
        self._store.accounts.set_roles(account.id, wanted)
        self._note("staff.roles", account, roles=" ".join(sorted(wanted)))
        return self._found(account.login)

    def disable(self, name: str) -> Account:
        """Ends somebody's access at once."""
        account = self._found(name)
        self._keep_an_admin(account)
        self._store.accounts.disable(account.id, _now())
        self._note("staff.disable", account)
        return account

    def enable(self, name: str) -> Account:
        """Lets somebody sign in again."""
        account = self._found(name)
        self._store.accounts.enable(account.id)
        self._note("staff.enable", account)
        return account

    def add_key(
        self,
        role: str,
        *,
        name: str | None = None,
        scope: KeyScope = KeyScope.WRITE,
        days: int = 90,
    ) -> tuple[str, ApiKey]:
        """A new API key, shown once, and what is kept of it."""
        (only,) = roles_of([role])
        try:
            key, kept = make_key(self._store, only, now=_now(), name=name, scope=scope, days=days)
        except AccountTaken as error:
            raise ConfigurationError(f"the name {error} is taken: choose another") from None
        self._store.audit.record(
            _now(), OPERATOR, "key.add", f"key:{kept.id}", role=kept.role, scope=kept.scope
        )
        return key, kept

    def log(self, limit: int) -> tuple[Sequence[AuditEntry], AuditReport]:
        """The newest entries of the audit chain, oldest first, and whether all of it is sound."""
        report = self._store.audit.verify()
        return self._store.audit.entries(max(0, report.entries - limit), limit), report

    def list_keys(self) -> Sequence[ApiKey]:
        """All keys, the newest first."""
        return self._store.api_keys.list()

    def revoke_key(self, key_id: str) -> None:
        """Ends a key at once."""
        try:
            self._store.api_keys.revoke(key_id, _now())
            self._store.audit.record(_now(), OPERATOR, "key.revoke", f"key:{key_id}")
        except UnknownKey:
            raise ConfigurationError(
                f"no key {key_id} in use: firstline keys list shows all"
            ) from None

    def _linked(self, account: Account) -> str:
        link = _link(self._store, account, self._site)
        self._note("staff.link", account)
        return link

    def _note(self, action: str, account: Account, **detail: str) -> None:
        self._store.audit.record(_now(), OPERATOR, action, f"account:{account.id}", **detail)

    def _found(self, name: str) -> Account:
        try:
            return self._store.accounts.find(name)
        except UnknownAccount:
            raise ConfigurationError(
                f"nobody is called {name!r}: firstline staff list shows all, firstline staff add "
                "adds somebody"
            ) from None

    def _keep_an_admin(self, account: Account) -> None:
        left = [
            each
            for each in self._store.accounts.list()
            if StaffRole.ADMIN in each.roles and each.disabled_at is None and each.id != account.id
        ]
        if StaffRole.ADMIN in account.roles and not left:
            raise ConfigurationError(f"{account.name} is the only admin: make another one first")


@contextmanager
def people_of(settings: Settings) -> Iterator[People]:
    """The people of the installation that the settings name."""
    store = open_store(settings)
    try:
        yield People(store, site_address(settings))
    finally:
        store.close()


def _link(store: Store, account: Account, site: str) -> str:
    try:
        return f"{site}/staff/sign-in?token={make_sign_in(store, account)}"
    except SignInRefused as error:
        raise ConfigurationError(str(error)) from None


def _now() -> datetime:
    return datetime.now(UTC)
