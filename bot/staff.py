"""Signing staff in: by password or one-time link, a session in a cookie, a token for their forms.

SignInDelayed   too many failures from this address: wait
NoRole          a SignInRefused: the provider knows the person, but no group has a role here
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from math import ceil

import jwt

from bot.accounts import LONGEST_NAME, Account, StaffRole, checked_login, checked_name, is_login
from bot.api_keys import use_key
from bot.errors import FirstlineError
from bot.oidc import Identity
from bot.passwords import hash_password, is_outdated, is_password
from bot.store import Store
from bot.store_errors import AccountTaken, SignInRefused, UnknownAccount
from bot.store_keys import ApiKey
from bot.store_staff import StaffSession, digest_of

LINK_LIFETIME = timedelta(minutes=30)
FREE_FAILURES = 3
"""Wrong passwords before the first wait."""

LONGEST_WAIT = 300.0
"""Seconds; the wait doubles up to it."""


class SignInDelayed(FirstlineError):
    """Too many wrong passwords for one account from one address.

    Args:
        seconds: How long to wait.
    """

    def __init__(self, seconds: int) -> None:
        super().__init__(f"wait {seconds} seconds")
        self.seconds = seconds


class NoRole(SignInRefused):
    """Somebody whom the provider knows, in no group that has a role here."""


_NAMESAKES = 100


def _now() -> datetime:
    return datetime.now(UTC)


def add_account(
    store: Store,
    name: str,
    *,
    login: str | None = None,
    roles: Iterable[StaffRole] = (StaffRole.AGENT,),
    clock: Callable[[], datetime] = _now,
) -> Account:
    """Makes an account without a password: a one-time link signs in for the first time.

    Args:
        store: Keeps it.
        name: What colleagues and customers see.
        login: Typed to sign in; the name in lower case with dots where none is given.
        roles: What the person may do.
        clock: Tells the time.

    Raises:
        ConfigurationError: When login or name can't be used.
        AccountTaken: When one of them is in use.
    """
    name = checked_name(name)
    login = checked_login(login or ".".join(name.split()))
    return store.accounts.add(login, name, roles, now=clock())


def make_sign_in(
    store: Store,
    account: Account,
    *,
    lifetime: timedelta = LINK_LIFETIME,
    clock: Callable[[], datetime] = _now,
) -> str:
    """A token for ``/staff/sign-in?token=…``, good once. It is shown here and never again.

    Args:
        store: Keeps its digest.
        account: Who signs in by it.
        lifetime: How long it is good.
        clock: Tells the time.

    Raises:
        SignInRefused: When the account is disabled.
    """
    if account.disabled_at is not None:
        raise SignInRefused(f"{account.name} is disabled: run firstline staff enable first")
    token = secrets.token_urlsafe(32)
    now = clock()
    store.staff.add_link(token, account.id, now=now, expires_at=now + lifetime)
    return token


class StaffAccess:
    """Opens, checks and ends staff sessions.

    Args:
        store: Keeps them.
        key: Keys the form tokens.
        clock: Tells the time.
    """

    def __init__(self, store: Store, key: bytes, clock: Callable[[], datetime] = _now) -> None:
        self._store = store
        self._staff = store.staff
        self._key = key
        self._clock = clock

    def sign_in(self, token: str, replaces: str | None = None) -> str:
        """Uses up a link; gives the id of a fresh session.

        Args:
            token: The link's token.
            replaces: The browser's session until now, which ends.

        Raises:
            SignInRefused: When the link is unknown, used or too old, or its account is disabled.
        """
        session_id = secrets.token_urlsafe(32)
        opened = self._staff.use_link(token, session_id, self._clock(), replaces)
        self._signed_in(opened.account, "link")
        return session_id

    def sign_in_with_password(
        self, login: str, password: str, address: str, replaces: str | None = None
    ) -> str:
        """Checks a password; gives the id of a fresh session.

        Failures count for this account from this address, so that nobody can lock somebody else out
        from another.

        Raises:
            SignInDelayed: When too many failed before.
            SignInRefused: When login or password is wrong or the account is disabled; the same
                answer after the same time.
        """
        login = login.strip().lower()
        who = self._keyed(f"sign-in:{login}:{address}")
        self._wait(who)
        found = self._store.accounts.password_of(login) if is_login(login) else None
        right = is_password(password, None if found is None else found[1])
        if found is None or not right or found[0].disabled_at is not None:
            self._staff.failed(who, self._clock())
            raise SignInRefused("the login or the password is wrong")
        account, hashed = found
        if is_outdated(hashed):
            self._store.accounts.set_password(account.id, self._hashed(account, password))
        self._staff.forget_failures(who)
        return self._open(account, "password", replaces)

    def enter(self, identity: Identity, replaces: str | None = None) -> str:
        """The id of a fresh session for somebody whom the identity provider has identified.

        The first time an account is made, or the one with the same verified address is taken over.
        Roles follow the provider's groups at each sign-in.

        Raises:
            NoRole: When no group of the person has a role here.
            SignInRefused: When the account is disabled.
        """
        if not identity.roles:
            raise NoRole("no group of this person has a role here: see FIRSTLINE_OIDC__ROLES")
        known = f"{identity.issuer}\0{identity.subject}".encode()
        subject = hashlib.sha256(known).hexdigest()
        account = self._store.accounts.of_subject(subject) or self._joined(identity, subject)
        if account.roles != identity.roles:
            self._store.accounts.set_roles(account.id, identity.roles)
            roles = " ".join(sorted(identity.roles))
            self.note("provider", "staff.roles", f"account:{account.id}", roles=roles)
        return self._open(account, "provider", replaces)

    def seal(self, values: Sequence[str], minutes: int) -> str:
        """Values that a browser keeps for us and cannot make up."""
        claims = {"exp": self._clock() + timedelta(minutes=minutes), "values": list(values)}
        return jwt.encode(claims, self._keyed("seal"), algorithm="HS256")

    def unseal(self, sealed: str) -> list[str]:
        """What was sealed.

        Raises:
            SignInRefused: When it is too old or not ours.
        """
        try:
            claims = jwt.decode(
                sealed,
                self._keyed("seal"),
                algorithms=["HS256"],
                options={"require": ["exp"], "verify_exp": False},  # below, by our own clock
            )
        except jwt.PyJWTError:
            raise SignInRefused("not sealed by us") from None
        if self._clock().timestamp() >= claims["exp"]:
            raise SignInRefused("sealed too long ago")
        return [str(value) for value in claims["values"]]

    def set_password(self, account: Account, password: str, session_id: str | None = None) -> None:
        """Sets a password; every other session and link of the account ends.

        Raises:
            PasswordWeak: When it is easy to guess.
        """
        kept = None if session_id is None else digest_of(session_id)
        self._store.accounts.set_password(account.id, self._hashed(account, password), kept)

    def is_own_password(self, account: Account, password: str, address: str) -> bool:
        """Whether the password is the account's, asked once more before it is changed.

        Raises:
            SignInDelayed: When too many failed before.
        """
        who = self._keyed(f"change:{account.login}:{address}")
        self._wait(who)
        found = self._store.accounts.password_of(account.login)
        right = is_password(password, None if found is None else found[1])
        if not right:
            self._staff.failed(who, self._clock())
        return right

    def session(self, session_id: str) -> StaffSession:
        """The session of that id, with the account as it is now.

        Raises:
            SignInRefused: When it is unknown or over, or the account disabled.
        """
        return self._staff.session(session_id, self._clock())

    def key(self, text: str) -> ApiKey:
        """What an API key is, its use noted.

        Raises:
            SignInRefused: When it is no key, or unknown, over or revoked.
        """
        return use_key(self._store, text, self._clock())

    def note(self, actor: str, action: str, object_: str, **detail: str) -> None:
        """Puts a deed on the audit chain.

        Raises:
            StoreUnavailable: When it cannot be noted; then it must not be done.
        """
        self._store.audit.record(self._clock(), actor, action, object_, **detail)

    def sign_out(self, session_id: str) -> None:
        """Ends the session."""
        self._staff.end(session_id)

    def form_token(self, session_id: str) -> str:
        """The token that each state-changing request of the session must carry."""
        return self._keyed(f"form:{session_id}")

    def is_form_token(self, session_id: str, token: str) -> bool:
        """Whether ``token`` belongs to the session."""
        return hmac.compare_digest(self.form_token(session_id).encode(), token.encode())

    def _open(self, account: Account, by: str, replaces: str | None) -> str:
        session_id = secrets.token_urlsafe(32)
        self._staff.open(account.id, session_id, self._clock(), replaces)
        self._signed_in(account, by)
        return session_id

    def _signed_in(self, account: Account, by: str) -> None:
        self.note(account.name, "staff.sign_in", f"account:{account.id}", by=by)

    def _joined(self, identity: Identity, subject: str) -> Account:
        email = identity.email.lower()
        if is_login(email):
            try:
                account = self._store.accounts.find(email)
            except UnknownAccount:
                pass
            else:
                if not account.external:
                    self._store.accounts.set_subject(account.id, subject)
                    return account
                email = ""
        login = email if is_login(email) else f"sso-{subject[:12]}"
        plain = "".join(char if char.isprintable() else " " for char in identity.name)
        name = " ".join(plain.split())[: LONGEST_NAME - 4] or login.partition("@")[0][:LONGEST_NAME]
        for number in range(1, _NAMESAKES):
            try:
                return self._store.accounts.add(
                    login,
                    name if number == 1 else f"{name} {number}",
                    identity.roles,
                    now=self._clock(),
                    subject=subject,
                )
            except AccountTaken:
                continue
        raise SignInRefused("too many people of this name")

    def _wait(self, who: str) -> None:
        known = self._staff.failures(who)
        if known is None:
            return
        failures, at = known
        if failures < FREE_FAILURES:
            return
        wait = min(2.0 ** (failures - FREE_FAILURES), LONGEST_WAIT)
        left = (at + timedelta(seconds=wait) - self._clock()).total_seconds()
        if left > 0:
            raise SignInDelayed(ceil(left))

    def _hashed(self, account: Account, password: str) -> str:
        return hash_password(password, login=account.login, name=account.name)

    def _keyed(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()
