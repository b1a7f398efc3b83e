"""Settings of language models: which ones, how long they may take, what they may spend."""

from enum import StrEnum
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

OFF = "off"
"""Stands for the model of a task that none does."""


class Task(StrEnum):
    """What a model may be used for."""

    ANSWER = "answer"
    REWRITE = "rewrite"
    SUMMARISE = "summarise"
    DRAFT = "draft"


class LanguageModelSettings(BaseModel):
    """A language model that words answers. Off unless a model is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str = Field(
        "", description="LangChain name such as openai:NAME; empty quotes the articles instead."
    )
    answer_model: str = Field(
        "", description="Words answers and clarifying questions; empty takes the model, off none."
    )
    rewrite_model: str = Field(
        "",
        description="Words a follow-up as a question of its own; empty takes the model, off none.",
    )
    summarise_model: str = Field(
        "", description="Words the summary for agents; empty takes the model, off none."
    )
    draft_model: str = Field(
        "", description="Drafts articles for content owners; empty takes the model, off none."
    )
    base_url: str = Field(
        "", description="Address of an OpenAI-compatible server, or of the named provider's."
    )
    api_key: SecretStr = Field(
        SecretStr(""), description="Key of the provider; empty takes the provider's own variable."
    )
    provider: str = Field(
        "", description="Who runs the model, as customers are told; empty names the host."
    )
    region: str = Field("", description="Where it runs, as customers are told, such as the EU.")
    timeout: float = Field(
        6.0, gt=0, description="Seconds of a turn for all models, then the article is quoted."
    )
    structured: Literal["auto", "on", "off"] = Field(
        "auto",
        description="Hold replies in JSON to a schema; auto does where the provider can, a server "
        "with an address of its own only when on.",
    )
    calls_at_once: int = Field(4, ge=1, description="Calls under way at the same time.")
    calls_waiting: int = Field(
        16, ge=0, description="Calls that may wait for their turn; one more quotes the article."
    )
    breaker_failures: int = Field(
        5, ge=1, le=5, description="Failures in a row after which the model is left alone."
    )
    breaker_seconds: float = Field(
        30.0, gt=0, description="Seconds after which one call tries whether it works again."
    )
    cache: bool = Field(
        default=False,
        description="Give a checked answer again to nearly the same question of low risk.",
    )

    @property
    def tasks(self) -> dict[Task, str]:
        """The tasks that a model does, with the name of the model; none by default."""
        own = {
            Task.ANSWER: self.answer_model,
            Task.REWRITE: self.rewrite_model,
            Task.SUMMARISE: self.summarise_model,
            Task.DRAFT: self.draft_model,
        }
        named = {task: name or self.model for task, name in own.items()}
        return {task: name for task, name in named.items() if name not in {"", OFF}}


class BudgetSettings(BaseModel):
    """What language models may spend. Days are in UTC; 0 is no limit."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    conversation_tokens: int = Field(40_000, ge=0, description="Tokens for one conversation.")
    visitor_tokens: int = Field(200_000, ge=0, description="Tokens for one address in a day.")
    site_tokens: int = Field(0, ge=0, description="Tokens for one site in a day.")
    day_tokens: int = Field(5_000_000, ge=0, description="Tokens for everybody in a day.")
    conversation_money: float = Field(0.0, ge=0, description="Money for one conversation.")
    visitor_money: float = Field(0.0, ge=0, description="Money for one address in a day.")
    site_money: float = Field(0.0, ge=0, description="Money for one site in a day.")
    day_money: float = Field(0.0, ge=0, description="Money for everybody in a day.")
    input_price: float = Field(0.0, ge=0, description="Price of a million tokens read.")
    output_price: float = Field(0.0, ge=0, description="Price of a million tokens written.")
    currency: str = Field("USD", min_length=1, description="Of all prices and budgets.")

    @model_validator(mode="after")
    def _money_needs_prices(self) -> Self:
        caps = (self.conversation_money, self.visitor_money, self.site_money, self.day_money)
        if any(caps) and not (self.input_price or self.output_price):
            raise ValueError("a budget in money needs input_price and output_price")
        return self


def provider_of(name: str, base_url: str = "") -> str:
    """The provider of a model: what stands before the colon, openai for a bare server."""
    if ":" in name:
        return name.partition(":")[0]
    return "openai" if base_url else ""


def is_own(llm: LanguageModelSettings, name: str) -> bool:
    """Whether the address and the key in the settings are for a model.

    They belong to the provider of the main model, or without one to that of the first task; a task
    may have another provider's model, which must not be handed them.
    """
    main = llm.model or next(iter(llm.tasks.values()), name)
    return provider_of(name, llm.base_url) == provider_of(main, llm.base_url)


def served_at(llm: LanguageModelSettings, name: str) -> str:
    """The address that a model is asked at, empty for the provider's own."""
    return llm.base_url if is_own(llm, name) else ""
