"""Settings: the only reader of the environment. Unknown ``FIRSTLINE_`` names are refused."""

import json
import os
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from bot.accounts import StaffRole
from bot.errors import ConfigurationError
from bot.model_settings import BudgetSettings, LanguageModelSettings
from redaction.config import RedactionSettings
from retrieval.config import RetrievalSettings

PREFIX = "FIRSTLINE_"
_CLOSE = 0.75
"""Share of two names that has to agree before one is suggested for the other."""
_IGNORED = frozenset({"FIRSTLINE_DATASETS"})  # tests and measurements find public data sets by it


class BrandSettings(BaseModel):
    """How the help site and the widget present the company; wins over the knowledge base's file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str = Field(
        "",
        description="The company, as customers know it; empty takes that of `site.yaml`, else "
        "pages say “Help centre”.",
    )
    accent: str = Field(
        "",
        description="The one accent colour, as #rrggbb; empty takes that of `site.yaml`, else "
        "#0b6e5f.",
    )
    greeting: str = Field(
        "",
        description="First line of an empty chat; empty takes that of `site.yaml`, else a neutral "
        "one.",
    )
    suggested_questions: tuple[str, ...] | None = Field(
        None,
        description="Questions a customer can ask with one click, as a JSON list, [] for none; "
        "unset takes those of `site.yaml`, else titles of articles.",
    )
    hours: str = Field(
        "",
        description="When people answer, in words; empty takes those of `site.yaml`, else nothing "
        "is said of hours.",
    )


class VaultSettings(BaseModel):
    """Values that an agent may have restored. Off: then every value that is masked is gone."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enabled: bool = Field(
        default=False,
        description="Keep e-mail addresses, phone numbers, names and addresses encrypted, for "
        "agents to restore on record.",
    )
    days: int = Field(30, ge=1, le=3650, description="Days after which a kept value is deleted.")


class RetentionSettings(BaseModel):
    """How long customers' words are kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: int = Field(
        30, ge=1, le=3650, description="Days after which text is cleared; figures stay."
    )
    runs: tuple[Path, ...] = Field(
        (),
        description="Folders with evaluation runs whose cases are cleared, too, as a JSON list.",
    )


class ProviderSettings(BaseModel):
    """The company's identity provider, by OpenID Connect. Off unless an issuer is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = Field("", description="The provider's https address, exactly as it calls itself.")
    client_id: str = Field("", description="The name that the provider knows this service by.")
    client_secret: SecretStr = Field(SecretStr(""), description="The secret that came with it.")
    roles: dict[str, tuple[StaffRole, ...]] = Field(
        {}, description='Roles of each group, as JSON such as {"support": ["agent"]}.'
    )
    groups_claim: str = Field("groups", description="The claim that lists a person's groups.")
    scopes: tuple[str, ...] = Field(
        ("openid", "profile", "email"), description="What the provider is asked for, as JSON."
    )
    button: str = Field(
        "Sign in with your company account", description="What the button on the page says."
    )
    passwords: bool = Field(
        default=False, description="Let staff sign in with a password beside the provider."
    )


class WebSettings(BaseModel):
    """The HTTP service."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field("127.0.0.1", description="Address to listen on.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 picks a free one.")
    embed_origins: tuple[str, ...] = Field(
        ("*",), description="Sites that may embed the chat, as a JSON list; * is any site."
    )
    cors_origins: tuple[str, ...] = Field(
        (), description="Exact origins whose scripts may call the API, as a JSON list."
    )
    token_minutes: int = Field(
        15, ge=1, le=15, description="Life of a visitor token; the chat renews it by itself."
    )
    identity_secret: SecretStr = Field(
        SecretStr(""),
        description="Secret with which your backend signs customer_ref; empty takes any reference.",
    )
    identity_secret_before: SecretStr = Field(
        SecretStr(""), description="The one before, still good while you change it."
    )
    public_url: str = Field(
        "", description="Address that visitors use, behind a proxy; empty to take the request's."
    )
    messages_per_minute: int = Field(
        60,
        ge=1,
        description="Messages a minute in one conversation; one address may send 20 times that.",
    )
    messages_at_once: int | None = Field(
        None,
        ge=1,
        description="Messages decided on at once by one server; unset takes what its processors "
        "can do, or 16 where a language model words answers.",
    )
    interactive_docs: bool = Field(default=False, description="Serve /docs; for development.")


class DeskSettings(BaseModel):
    """Who takes handoffs, and when."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    queues: Path | None = Field(
        None,
        description="YAML file of queues with their hours; empty for one queue, of which nothing "
        "is promised.",
    )
    silence_minutes: int = Field(
        1440,
        ge=1,
        description="Minutes without a message until an open conversation is over; the next "
        "message then starts afresh.",
    )


class HelpdeskSettings(BaseModel):
    """Where tickets go beside our own inbox."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["inbox", "webhook", "zendesk", "chatwoot", "mail"] = Field(
        "inbox",
        description="inbox for our own alone; webhook, zendesk, chatwoot or mail tells another "
        "system, too.",
    )
    url: SecretStr = Field(
        SecretStr(""),
        description="Address of the webhook, of Zendesk (https://NAME.zendesk.com) or of Chatwoot.",
    )
    secret: SecretStr = Field(
        SecretStr(""),
        description="What signs webhooks (whsec_…), Zendesk's API token, Chatwoot's access token.",
    )
    secret_before: SecretStr = Field(
        SecretStr(""), description="Signs webhooks, too, while you change the secret."
    )
    user: str = Field("", description="Zendesk: e-mail address of the agent of the API token.")
    account: int = Field(0, ge=0, description="Chatwoot: number of the account.")
    inbox: int = Field(0, ge=0, description="Chatwoot: number of an inbox of the kind API.")
    to: str = Field("", description="Mail: the helpdesk's address.")
    tags: tuple[str, ...] = Field(
        (), description="Zendesk: tags of every ticket beside its own, as a JSON list."
    )
    networks: tuple[str, ...] = Field(
        (),
        description="Private networks that may be called, also by http, as a JSON list such as "
        '["127.0.0.1/32"]; else only public addresses by https are.',
    )


class MailSettings(BaseModel):
    """The mail server that takes our mail. Off unless one is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    server: str = Field(
        "", description="Name of the mail server, with :PORT where that is not 587."
    )
    user: str = Field("", description="Signs in there; empty to send without.")
    password: SecretStr = Field(SecretStr(""), description="Password of the user.")
    sender: str = Field("", description="Whom mail is from, such as Kestrel <help@example.com>.")
    encryption: Literal["auto", "required", "implicit", "off"] = Field(
        "auto",
        description="auto uses STARTTLS where it is offered, required demands it, implicit is TLS "
        "from the start (port 465), off none; a password never goes unencrypted.",
    )


class AlertSettings(BaseModel):
    """Who is told of tickets outside the inbox. The alerts name ids and reasons only."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    when: tuple[Literal["new", "urgent", "overdue"], ...] = Field(
        ("new", "urgent", "overdue"), description="What is told, as a JSON list."
    )
    to: tuple[str, ...] = Field((), description="Mail addresses that are told, as a JSON list.")
    url: SecretStr = Field(SecretStr(""), description="Webhook that is told.")
    secret: SecretStr = Field(SecretStr(""), description="What signs it (whsec_…).")


class InsightSettings(BaseModel):
    """What content owners are shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    contact_cost: float = Field(
        4.0,
        ge=0,
        description="What a chat costs that a person handles, and a contact whose channel isn't "
        "known; $3–5 is usual.",
    )
    call_cost: float = Field(
        8.0, ge=0, description="What a call costs that a person takes; $5–12 is usual."
    )
    mail_cost: float = Field(
        6.0, ge=0, description="What an e-mail costs that a person answers; $2–7 is usual."
    )
    self_service_cost: float = Field(
        0.1,
        ge=0,
        description="What a contact costs that nobody handles; less than $0.10 is aimed at.",
    )
    currency: str = Field("$", max_length=8, description="Sign in front of amounts.")

    @property
    def told_contact_cost(self) -> float | None:
        """The cost of a contact that the deployer set; the usual one is no measured saving."""
        return self.contact_cost if "contact_cost" in self.model_fields_set else None


class TraceSettings(BaseModel):
    """OpenTelemetry traces: ids, kinds and times. Off unless an address is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: str = Field(
        "",
        description="Where traces go, by OTLP over HTTP, such as http://127.0.0.1:4318/v1/traces.",
    )
    headers: dict[str, SecretStr] = Field(
        {}, description='Sent along, as JSON such as {"Authorization": "Bearer KEY"}.'
    )
    share: float = Field(1.0, ge=0, le=1, description="Share of the traces that is sent.")


class Settings(BaseSettings):
    """Everything that can be configured, by ``FIRSTLINE_NAME`` or ``FIRSTLINE_GROUP__NAME``."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True
    )

    data: Path = Field(Path("data"), description="Folder of the index, the database and the keys.")
    kb: Path | None = Field(
        None, description="Folder of the knowledge base; empty for the built-in one of Kestrel."
    )
    policy: Path | None = Field(
        None, description="Policy file that leads over the knowledge base's own `policy.yaml`."
    )
    database_url: SecretStr = Field(
        SecretStr(""), description="SQLAlchemy URL; empty for SQLite in the data folder."
    )
    log_level: str = Field(
        "info", pattern="^(debug|info|warning|error)$", description="Least level that is logged."
    )
    log_format: Literal["text", "json"] = Field(
        "text", description="json writes one object a line."
    )
    brand: BrandSettings = BrandSettings()
    web: WebSettings = WebSettings()
    llm: LanguageModelSettings = LanguageModelSettings()
    budget: BudgetSettings = BudgetSettings()
    desk: DeskSettings = DeskSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    redaction: RedactionSettings = RedactionSettings()
    vault: VaultSettings = VaultSettings()
    retention: RetentionSettings = RetentionSettings()
    oidc: ProviderSettings = ProviderSettings()
    helpdesk: HelpdeskSettings = HelpdeskSettings()
    mail: MailSettings = MailSettings()
    alerts: AlertSettings = AlertSettings()
    insights: InsightSettings = InsightSettings()
    traces: TraceSettings = TraceSettings()


def load_settings(overrides: Mapping[str, object] | None = None) -> Settings:
    """Read the settings from the environment.

    Args:
        overrides: Top-level values that win, from the command line.

    Raises:
        ConfigurationError: A name is unknown or a value can't be used; names both.
    """
    known = set(setting_names())
    for name in sorted(os.environ):
        if name.upper().startswith(PREFIX) and name.upper() not in known | _IGNORED:
            near = _nearest(name.upper(), known)
            hint = f": did you mean {near}?" if near else ": see docs/configuration.md"
            raise ConfigurationError(f"unknown setting {name}{hint}")
    try:
        return Settings(**(overrides or {}))  # type: ignore[arg-type]  # pydantic checks
    except ValidationError as error:
        first = error.errors(include_input=False)[0]
        where = "__".join(str(part) for part in first["loc"]).upper()
        raise ConfigurationError(f"setting {PREFIX}{where}: {first['msg']}") from error
    except SettingsError as error:
        name = next(_not_json(), "")
        raise ConfigurationError(
            f'setting {name}: is not JSON; a list looks like ["one", "two"]'
        ) from error


def _nearest(name: str, known: Collection[str]) -> str | None:
    """The setting that was likely meant: spelt nearly so, or with its group left out.

    Compared without the prefix, which every name shares.
    """
    wanted = name.removeprefix(PREFIX)
    inner = [each for each in known if each.endswith(f"__{wanted}")]
    if len(inner) == 1:
        return inner[0]
    near = get_close_matches(wanted, [each.removeprefix(PREFIX) for each in known], 1, _CLOSE)
    return PREFIX + near[0] if near else None


def _not_json() -> Iterator[str]:
    """Names in the environment whose value should be JSON and isn't."""
    lists = {name for name, _, default in describe_settings() if not _plain(default)}
    lists.add(f"{PREFIX}BRAND__SUGGESTED_QUESTIONS")  # unset by default, a list when set
    for name in sorted(os.environ):
        if name.upper() in lists:
            try:
                json.loads(os.environ[name])
            except ValueError:
                yield name


def _plain(default: object) -> bool:
    return default is None or isinstance(default, str | int | float | Path | SecretStr)


def setting_names() -> Iterator[str]:
    """Every environment name that is understood."""
    yield from (name for name, _, _ in describe_settings())


def describe_settings() -> Iterator[tuple[str, str, object]]:
    """Name, description and default of every setting, in order."""
    for name, field in Settings.model_fields.items():
        group = field.default
        if isinstance(group, BaseModel):
            for inner, part in type(group).model_fields.items():
                key = f"{PREFIX}{name}__{inner}".upper()
                yield key, part.description or "", part.get_default(call_default_factory=True)
        else:
            yield f"{PREFIX}{name}".upper(), field.description or "", field.default
