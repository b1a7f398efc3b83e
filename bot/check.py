"""``firstline check``: what is configured, which models are verified, is the index whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import BaseModel, SecretStr
from rich.console import Console

from bot.backup_file import LAST
from bot.branding import branded
from bot.config import PREFIX, Settings, describe_settings
from bot.data_folder import make_writable
from bot.delivery import open_alerting, open_helpdesk, open_post, open_tracer, whereabouts
from bot.errors import ConfigurationError, FirstlineError
from bot.keys import load_or_create
from bot.knowledge import assemble
from bot.model_settings import Task, served_at
from bot.origin import origin_of, read_origin
from bot.site import SITE_FILE, Site, parse_site
from bot.store import Store
from bot.store_errors import StoreUnavailable
from bot.store_outbox import DeliveryState
from bot.vault_keys import VaultKeys
from bot.wiring import knowledge_base, open_embedder, open_redactor
from bot.wiring_models import open_models
from redaction.name_model import MODEL, TREE_SHA256, VERSION, verify_name_model
from retrieval.errors import (
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    RetrievalError,
)
from retrieval.load import load
from retrieval.manifest import current, generation_folder, read_manifest
from retrieval.model import verify_model

OLD_BACKUP = timedelta(days=1)
_MANY = 5
"""Attempts after which a delivery that is still tried is told of."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: ``ok``, ``note`` or ``wrong``, and the way out."""

    state: str
    text: str


def run_check(settings: Settings, console: Console, *, everything: bool = False) -> bool:
    """Print what was found, then what is configured.

    Args:
        settings: What is checked.
        console: Where the report goes.
        everything: List every setting, not only those that differ from their defaults.

    Returns:
        Whether everything is right.

    Raises:
        DataFolderError: The data folder can't be used.
    """
    right = True
    for finding in findings(settings):
        mark = {"ok": "[green]ok[/]   ", "note": "[yellow]note[/] "}.get(
            finding.state, "[red]wrong[/]"
        )
        console.print(mark, end=" ")
        console.print(finding.text, markup=False)
        right &= finding.state != "wrong"
    rows = list(configured(settings) if everything else changed(settings))
    head = "settings that differ from their defaults" if rows else "every setting has its default"
    console.print("settings:" if everything else f"{head} (--all lists every one)")
    for name, value in rows:
        console.print(f"  {name} = {value}", markup=False)
    return right


def configured(settings: Settings) -> Iterator[tuple[str, str]]:
    """Name and value of every setting, secrets hidden."""
    yield from ((name, _shown(value)) for name, value in _values(settings))


def changed(settings: Settings) -> Iterator[tuple[str, str]]:
    """The same of the settings that differ from their defaults."""
    defaults = {name: default for name, _, default in describe_settings()}
    yield from (
        (name, _shown(value)) for name, value in _values(settings) if value != defaults[name]
    )


def _values(settings: Settings) -> Iterator[tuple[str, object]]:
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if isinstance(value, BaseModel):
            for inner in type(value).model_fields:
                yield f"{PREFIX}{name}__{inner}".upper(), getattr(value, inner)
        else:
            yield f"{PREFIX}{name}".upper(), value


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "(set, hidden)" if value.get_secret_value() else "(not set)"
    return str(value) if value not in (None, "", ()) else "(default)"


def findings(settings: Settings) -> Iterator[Finding]:
    """What is right and what is not, in the order in which things depend on each other.

    Raises:
        DataFolderError: The data folder can't be used, so nothing else can be looked at.
    """
    made = ", and was made just now" if make_writable(settings.data) else ""
    yield Finding("ok", f"data folder {settings.data} is writable{made}")
    probes = (
        _database,
        _backup,
        _model,
        _names,
        _vault,
        _knowledge_base,
        _language_model,
        _helpdesk,
        _traces,
        _brand,
        _embedding,
        _index,
    )
    said: set[Finding] = set()
    for probe in probes:
        for finding in _probed(probe, settings):
            if finding not in said:  # two probes may meet the same obstacle
                said.add(finding)
                yield finding


def _probed(
    probe: Callable[[Settings], Iterator[Finding]], settings: Settings
) -> Iterator[Finding]:
    try:
        yield from probe(settings)
    except (FirstlineError, RetrievalError, OSError) as error:
        yield Finding("wrong", str(error))


def _database(settings: Settings) -> Iterator[Finding]:
    """Opens the database and changes nothing in it."""
    url = settings.database_url.get_secret_value()
    if not url and not (settings.data / "firstline.db").is_file():
        yield Finding("ok", "database: SQLite in the data folder, made at the first start")
        return
    store = Store(url) if url else Store.in_folder(settings.data)
    try:
        store.reach()
        yield Finding("ok", "database answers")
        yield from _records(store)
    finally:
        store.close()


def _backup(settings: Settings) -> Iterator[Finding]:
    """How old the last good backup is; another database is backed up by its own tools."""
    if settings.database_url.get_secret_value() or not (settings.data / "firstline.db").is_file():
        return
    try:
        made = datetime.fromisoformat((settings.data / LAST).read_text(encoding="ascii").strip())
    except (OSError, ValueError):
        yield Finding("note", "no backup yet: `firstline backup FILE`, and see docs/operations.md")
        return
    age = datetime.now(UTC) - made
    state = "ok" if age < OLD_BACKUP else "note"
    hours = int(age.total_seconds() // 3600)
    yield Finding(
        state, f"the last good backup is {hours} hours old, made {made:%Y-%m-%d %H:%M} UTC"
    )


def _records(store: Store) -> Iterator[Finding]:
    try:
        dead = store.outbox.list(DeliveryState.DEAD)
        late = [d for d in store.outbox.list(DeliveryState.WAITING) if d.attempts >= _MANY]
        log = store.audit.verify()
    except StoreUnavailable:
        yield Finding("note", "the tables are of another version; a start brings them up to date")
        return
    if dead:
        why = dead[0].error or "unknown"
        more = f"{len(dead)} not delivered" if len(dead) > 1 else "1 not delivered"
        yield Finding(
            "wrong",
            f"outbox: {more}, to be tried again in the inbox; {dead[0].ticket_id}: {why}",
        )
    if late:
        why = f"{late[0].ticket_id} after {late[0].attempts} attempts: {late[0].error or 'unknown'}"
        yield Finding("note", f"outbox: {len(late)} cannot be delivered now; {why}")
    if log.broken_at is not None:
        text = f"the audit log was changed: entry {log.broken_at} does not fit the one before"
        yield Finding("wrong", text)
    elif log.entries:
        yield Finding("ok", f"audit log: {log.entries} entries, sound, head {log.head[:16]}…")


def _model(settings: Settings) -> Iterator[Finding]:
    verify_model(settings.retrieval)
    name, digest = settings.retrieval.model_name, settings.retrieval.model_sha256
    yield Finding("ok", f"embedding model {name} found, SHA-256 {digest[:16]}… verified")
    embedder = open_embedder(settings, settings.data)
    if embedder is None:
        yield Finding("wrong", "the embedding model cannot be run; the log above says why")
    else:
        kind = type(embedder).__name__
        yield Finding("ok", f"{kind}: {embedder.dimension} dimensions")


def _names(settings: Settings) -> Iterator[Finding]:
    redactor = open_redactor(settings, load_or_create(settings.data))
    sample = "My card is 4111 1111 1111 1111"
    if "4111" in redactor.redact(sample).text:
        yield Finding("wrong", "redaction does not mask a test card number; do not serve customers")
        return
    yield Finding("ok", "redaction masks a test card number")
    if settings.redaction.named_entities:
        verify_name_model()
        yield Finding(
            "ok", f"name model {MODEL} {VERSION} found, SHA-256 {TREE_SHA256[:16]}… verified"
        )
    else:
        yield Finding("note", "named entities off: names are found by cue phrases alone")


def _vault(settings: Settings) -> Iterator[Finding]:
    if not settings.vault.enabled:
        yield Finding("ok", "vault off: what was masked can never be read again")
        return
    keys = VaultKeys(settings.data).all()
    days = settings.vault.days
    if keys:
        text = f"vault on, keys in keys/vault.keys: {len(keys)}, values kept for {days} days"
        yield Finding("ok", f"{text}; back the file up apart from the database")
    else:
        yield Finding(
            "note", f"vault on, values kept for {days} days; the first start makes its key"
        )


def _knowledge_base(settings: Settings) -> Iterator[Finding]:
    origin = read_origin(settings.data)
    if settings.kb is None and origin is not None and not origin.built_in:
        yield Finding(
            "ok",
            f"knowledge base: the index was built from {origin}; to build it again name that "
            "folder with --kb or FIRSTLINE_KB",
        )
        return
    folder = knowledge_base(settings)
    if not folder.is_dir():
        yield Finding("wrong", f"knowledge base {folder} is not a folder; set FIRSTLINE_KB")
        return
    which = f"{folder}, the built-in articles" if settings.kb is None else str(folder)
    yield Finding("ok", f"knowledge base {which}")
    if origin not in (None, origin_of(settings.kb)):
        yield Finding("note", f"the index was built from {origin}; `firstline index` replaces it")


def _language_model(settings: Settings) -> Iterator[Finding]:
    llm = settings.llm
    if not llm.tasks:
        yield Finding("ok", "language model: off, answers quote the articles")
        return
    open_models(settings)  # finds its package and its key; nothing is sent
    for task, name in llm.tasks.items():
        at = served_at(llm, name)
        yield Finding("ok", f"language model {name}{f' at {at}' if at else ''} {_WORK[task]}")
    budget = settings.budget
    money = f", {budget.day_money:g} {budget.currency}" if budget.day_money else ""
    yield Finding("ok", f"budget of a day: {budget.day_tokens or 'unlimited'} tokens{money}")
    if not (llm.provider and llm.region):
        yield Finding(
            "note",
            "tell customers who runs the model and where: FIRSTLINE_LLM__PROVIDER and "
            "FIRSTLINE_LLM__REGION",
        )


_WORK = {
    Task.ANSWER: "words answers",
    Task.REWRITE: "reads follow-up questions",
    Task.SUMMARISE: "sums up handoffs",
    Task.DRAFT: "drafts articles",
}


def _helpdesk(settings: Settings) -> Iterator[Finding]:
    open_helpdesk(settings)  # nothing is sent
    yield Finding("ok", f"helpdesk: {whereabouts(settings)}")
    alerting = open_alerting(settings)
    if settings.mail.server:
        open_post(settings.mail)
        yield Finding("ok", f"mail: handed to {settings.mail.server}")
    if alerting.to or alerting.webhook:
        yield Finding("ok", f"alerts: {', '.join(sorted(alerting.causes))} tickets")


def _traces(settings: Settings) -> Iterator[Finding]:
    tracer = open_tracer(settings.traces)
    if tracer is not None:
        tracer.close()
        yield Finding("ok", f"traces go to {settings.traces.url}")


def _brand(settings: Settings) -> Iterator[Finding]:
    try:
        brand = branded(settings.brand, _site(settings))
    except ConfigurationError as error:
        yield Finding("wrong", str(error))
        return
    yield Finding("ok", f"brand {brand.name or 'without a name'}, accent colour {brand.accent}")
    if not brand.name:
        yield Finding(
            "note",
            'pages say "Help centre": set FIRSTLINE_BRAND__NAME, or name in the knowledge base\'s '
            f"{SITE_FILE}",
        )


def _site(settings: Settings) -> Site:
    """What the served knowledge base says of itself, nothing before the first index."""
    try:
        text = (generation_folder(settings.data) / SITE_FILE).read_text(encoding="utf-8")
        return parse_site(text, SITE_FILE)
    except (RetrievalError, OSError, ValueError, ConfigurationError):
        return Site()  # the probe of the index says what is wrong with it


def _embedding(settings: Settings) -> Iterator[Finding]:
    if "*" in settings.web.embed_origins:
        yield Finding(
            "note",
            "any site may embed the chat; name yours: "
            'FIRSTLINE_WEB__EMBED_ORIGINS=["https://www.example.com"]',
        )


def _index(settings: Settings) -> Iterator[Finding]:
    if current(settings.data) is None:
        yield Finding("note", f"no index yet: run `firstline index --data {settings.data}`")
        return
    try:
        index = load(settings.data, settings.retrieval, open_embedder(settings, settings.data))
    except IndexMissingError as error:
        yield Finding("note", str(error))
        return
    except IndexMismatchError as error:
        yield Finding("wrong", f"index {error}")
        return
    except IndexDamagedError as error:
        again = f"run `firstline index --data {settings.data}` to build it again"
        yield Finding("wrong", f"index {error}; {again}")
        return
    folder = generation_folder(settings.data)
    manifest = read_manifest(folder)
    assemble(folder, index)
    yield Finding(
        "ok",
        f"index {manifest.version} is whole: {len(manifest.articles)} articles, "
        f"{manifest.passages} passages, {len(manifest.files)} files verified",
    )
    if index.degraded:
        yield Finding("note", f"BM25 searches alone: {index.degraded}")
