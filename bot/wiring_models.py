"""Opens the language models that the settings name, and puts what words by them together."""

from collections.abc import Iterator
from functools import cache

from bot.compose.asking import Asker
from bot.compose.assisted import AssistedComposer
from bot.compose.composer import Composer
from bot.compose.extractive import ExtractiveComposer
from bot.compose.recall import Recall
from bot.compose.rewriting import Rewriter
from bot.compose.wordsmiths import Wordsmiths
from bot.config import Settings
from bot.grounding.check import GroundingCheck
from bot.grounding.entailment import Entailment
from bot.llm.breaker import Breaker
from bot.llm.guarded import GuardedModel, Line
from bot.llm.langchain_model import MOST_TOKENS, LangChainModel
from bot.llm.purse import Purse
from bot.llm.tasks import TaskModels
from bot.model_settings import (
    BudgetSettings,
    LanguageModelSettings,
    Task,
    is_own,
    provider_of,
    served_at,
)
from bot.prompts import load_template
from bot.spend import Cap, Caps, Ledger, MemoryLedger, Prices
from retrieval.embedder import Embedder

_SHARES = {Task.ANSWER: 1.0, Task.REWRITE: 0.4, Task.SUMMARISE: 0.6, Task.DRAFT: 1.0}
"""Share of a turn's remaining time: a rewritten question still has to be answered."""

_NEAR = 2
"""Articles beside the first that a language model may draw on."""

_DRAFT_SECONDS = 60.0
_DRAFT_TOKENS = 1500


def open_models(settings: Settings, ledger: Ledger | None = None) -> TaskModels:
    """Open the model of every task, each behind the guards.

    Args:
        settings: What is wanted.
        ledger: The books; memory by default.

    Raises:
        ModelUnavailableError: A model is unknown, or its package or key is missing.
    """
    llm = settings.llm
    ledger = ledger or MemoryLedger()

    @cache
    def line(provider: str, address: str) -> Line:
        del provider, address  # by them one breaker and one queue stand for one server
        breaker = Breaker(llm.breaker_failures, llm.breaker_seconds)
        return Line(breaker, at_once=llm.calls_at_once, waiting=llm.calls_waiting)

    def guarded() -> Iterator[tuple[str, GuardedModel]]:
        for task, name in llm.tasks.items():
            drafts = task is Task.DRAFT
            tokens = _DRAFT_TOKENS if drafts else MOST_TOKENS
            seconds = _DRAFT_SECONDS if drafts else llm.timeout
            address = served_at(llm, name)
            yield (
                task.value,
                GuardedModel(
                    _open(llm, name, address, seconds, tokens),
                    line=line(provider_of(name, address), address),
                    purse=_purse(settings.budget, ledger, tokens),
                    timeout=seconds,
                    share=_SHARES[task],
                ),
            )

    return TaskModels(**dict(guarded()))


def composer_of(
    settings: Settings, models: TaskModels, embedder: Embedder | None = None
) -> Composer:
    """What words answers: quotes, or a model whose sentences are checked.

    Args:
        settings: What is wanted.
        models: The opened models.
        embedder: Helps the check to tell another wording from new words.
    """
    quoting = ExtractiveComposer()
    if models.answer is None:
        return quoting
    check = grounding_check(settings, embedder)
    return AssistedComposer(models.answer, quoting, check=check, timeout=settings.llm.timeout)


def grounding_check(
    settings: Settings, embedder: Embedder | None, *, own: frozenset[str] | None = None
) -> GroundingCheck:
    """The check of what a model words.

    Args:
        settings: What is wanted.
        embedder: Helps to tell another wording from new words. Where its weights are those of the
            settings, the check reads sentence and passages with them as well.
        own: Names of the company; that of the brand unless told.

    Raises:
        retrieval.errors.RetrievalError: The weights can't be read.
    """
    same = embedder is not None and embedder.sha256 == settings.retrieval.model_sha256
    return GroundingCheck(
        own=frozenset({settings.brand.name} - {""}) if own is None else own,
        embedder=embedder,
        entailment=Entailment.open(settings.retrieval) if same else None,
    )


def wordsmiths_of(settings: Settings, models: TaskModels, settings_hash: str) -> Wordsmiths:
    """What models do beside it.

    Args:
        settings: What is wanted.
        models: The opened models.
        settings_hash: Digest of the settings that steer decisions.
    """
    recall = None
    if models.answer is not None and settings.llm.cache:
        version = load_template("answer").version
        recall = Recall(f"{settings_hash} {models.answer.name} {version}")
    return Wordsmiths(
        rewriter=None if models.rewrite is None else Rewriter(models.rewrite),
        asker=None if models.answer is None else Asker(models.answer),
        recall=recall,
        near=0 if models.answer is None else _NEAR,
        seconds=settings.llm.timeout,
    )


def _open(
    llm: LanguageModelSettings, name: str, address: str, seconds: float, tokens: int
) -> LangChainModel:
    return LangChainModel.open(
        name,
        base_url=address,
        api_key=llm.api_key.get_secret_value() if is_own(llm, name) else "",
        timeout=seconds,
        structured=None if llm.structured == "auto" else llm.structured == "on",
        most_tokens=tokens,
    )


def _purse(budget: BudgetSettings, ledger: Ledger | None, tokens: int) -> Purse:
    caps = Caps(
        conversation=_cap(budget.conversation_tokens, budget.conversation_money),
        visitor=_cap(budget.visitor_tokens, budget.visitor_money),
        site=_cap(budget.site_tokens, budget.site_money),
        day=_cap(budget.day_tokens, budget.day_money),
    )
    prices = Prices(budget.input_price, budget.output_price)
    return Purse(ledger, caps, prices, most_tokens=tokens)


def _cap(tokens: int, money: float) -> Cap:
    return Cap(tokens, round(money * 1_000_000))
