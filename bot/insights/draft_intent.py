"""The intent that a new article serves, as a change of the intents file for Git.

Where a knowledge base has intents, an article that serves none is out of their scope: messages
about it are turned away. So the draft of an article brings its intent along, with the messages
that an owner confirmed as examples.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

import yaml

from bot.knowledge import INTENTS_FILE

_TIER = "account"
"""Answers and offers a person: right until an owner says otherwise."""

_AROUND = 3
_START = re.compile(r"^intents:[ \t]*(?:#.*)?$")


@dataclass(frozen=True, slots=True)
class NewIntent:
    """An intent that isn't there yet.

    Attributes:
        id: Its name.
        patch: What ``git apply`` adds it with.
    """

    id: str
    patch: str


def new_intent(intents_text: str, article_id: str, examples: Sequence[str]) -> NewIntent | None:
    """The intent of a new article; ``None`` where the file isn't one that lists intents.

    Args:
        intents_text: The intents file as it is.
        article_id: The article.
        examples: Messages that mean it, in an owner's words.
    """
    lines = intents_text.splitlines()
    start = next((place for place, line in enumerate(lines) if _START.match(line)), None)
    if start is None:
        return None
    name = _free(re.sub(r"\W+", "_", article_id).strip("_").lower(), intents_text)
    added = [
        f"  {name}:",
        f"    tier: {_TIER}",
        f"    articles: [{json.dumps(article_id)}]",
        "    examples:",
        *(f"      - {json.dumps(text, ensure_ascii=False)}" for text in examples),
    ]
    first = max(0, start + 1 - _AROUND)
    before, after = lines[first : start + 1], lines[start + 1 : start + 1 + _AROUND]
    kept = len(before) + len(after)
    patch = (
        f"diff --git a/{INTENTS_FILE} b/{INTENTS_FILE}",
        f"--- a/{INTENTS_FILE}",
        f"+++ b/{INTENTS_FILE}",
        f"@@ -{first + 1},{kept} +{first + 1},{kept + len(added)} @@",
        *(f" {line}" for line in before),
        *(f"+{line}" for line in added),
        *(f" {line}" for line in after),
        "",
    )
    return NewIntent(name, "\n".join(patch))


def _free(name: str, intents_text: str) -> str:
    taken = (yaml.safe_load(intents_text) or {}).get("intents") or {}
    made, number = name, 2
    while made in taken:
        made, number = f"{name}_{number}", number + 1
    return made
