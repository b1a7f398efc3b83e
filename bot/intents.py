"""The closed list of intents of a knowledge base, read from ``intents.yaml``."""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.decision import Risk
from bot.errors import IntentsError
from bot.tone import Phrases
from bot.yaml_places import told
from retrieval.disk import refusal

EXAMPLES_WANTED = 15
"""Fewer example messages and an intent is often taken for another."""
MAX_INTENTS_PER_ARTICLE = 8
"""More than this and an article is a catch-all, and citing it proves nothing."""


class _IntentEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tier: Risk
    articles: list[str] = Field(default_factory=list)
    examples: list[str] = Field(default_factory=list)


class _IntentsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    intents: dict[str, _IntentEntry] = Field(default_factory=dict)
    out_of_scope: list[str] = Field(default_factory=list)
    small_talk: list[str] = Field(default_factory=list)
    thanks: list[str] = Field(default_factory=list)
    handoff_phrases: list[str] = Field(default_factory=list)
    distress_phrases: list[str] = Field(default_factory=list)
    fury_phrases: list[str] = Field(default_factory=list)
    high_risk_phrases: list[str] = Field(default_factory=list)
    agent_topics: list[str] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Intent:
    """What a customer may be after.

    Attributes:
        id: Label.
        risk: How careful it must be handled.
        articles: Ids of the articles that serve it, the most specific first.
        examples: Messages that mean it, written by the deployer.
    """

    id: str
    risk: Risk
    articles: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """A real message with the intent that somebody gave it."""

    text: str
    intent: str


@dataclass(frozen=True, slots=True)
class IntentCatalogue:
    """All intents with their examples, and what is no intent.

    Attributes:
        intents: By id, in file order.
        out_of_scope: Example messages that no article is about.
        small_talk: Example greetings and chatter.
        thanks: Example thanks.
        phrases: The deployer's own phrases.
    """

    intents: Mapping[str, Intent] = field(default_factory=dict)
    out_of_scope: tuple[str, ...] = ()
    small_talk: tuple[str, ...] = ()
    thanks: tuple[str, ...] = ()
    phrases: Phrases = field(default_factory=Phrases)

    def tiers(self) -> dict[str, Risk]:
        """The risk of each intent."""
        return {name: intent.risk for name, intent in self.intents.items()}

    def serving(self, article_id: str) -> tuple[str, ...]:
        """Ids of the intents that an article serves."""
        return tuple(i.id for i in self.intents.values() if article_id in i.articles)


def parse_intents(text: str, name: str) -> IntentCatalogue:
    """Parse the text of an intents file.

    Args:
        text: YAML.
        name: File name for messages.

    Raises:
        IntentsError: The text is not YAML or has another shape.
    """
    try:
        rows = yaml.safe_load(text) or {}
        file = _IntentsFile.model_validate(rows)
    except yaml.YAMLError as error:
        raise IntentsError(f"{name}: not valid YAML: {error}") from error
    except ValidationError as error:
        raise IntentsError(f"{name}: {told(error.errors()[0])}") from error
    return IntentCatalogue(
        intents={
            label: Intent(
                label,
                entry.tier,
                tuple(entry.articles),
                tuple(e.strip() for e in entry.examples if e.strip()),
            )
            for label, entry in file.intents.items()
        },
        out_of_scope=tuple(file.out_of_scope),
        small_talk=tuple(file.small_talk),
        thanks=tuple(file.thanks),
        phrases=Phrases(
            tuple(file.handoff_phrases),
            tuple(file.distress_phrases),
            tuple(file.fury_phrases),
            tuple(file.high_risk_phrases),
            tuple(file.agent_topics),
        ),
    )


_LABEL_COLUMNS = ("intent", "category", "label")


def read_labelled(path: Path, known: Iterable[str]) -> tuple[list[Labelled], dict[str, int]]:
    """Read labelled messages from a CSV file with ``text`` and ``intent`` or ``category``.

    Args:
        path: The file, UTF-8 with a header.
        known: Ids of the intents that exist.

    Returns:
        The messages with a known intent, and how many rows each unknown label had.

    Raises:
        IntentsError: The file can't be read or has no such columns.
    """
    intents = set(known)
    unknown: dict[str, int] = {}
    rows: list[Labelled] = []
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            columns = reader.fieldnames or []
            label = next((c for c in _LABEL_COLUMNS if c in columns), None)
            if "text" not in columns or label is None:
                raise IntentsError(
                    f"{path.name}: needs the columns text and intent (or category), has "
                    f"{', '.join(columns) or 'none'}"
                )
            for row in reader:
                text, intent = (row["text"] or "").strip(), (row[label] or "").strip()
                if not text:
                    continue
                if intent in intents:
                    rows.append(Labelled(text, intent))
                else:
                    unknown[intent] = unknown.get(intent, 0) + 1
    except OSError as error:
        raise IntentsError(f"{path}: {refusal(error, path)}") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise IntentsError(f"{path.name}: cannot be read as UTF-8 CSV: {error}") from error
    return rows, unknown
