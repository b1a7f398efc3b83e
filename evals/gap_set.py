"""Do gaps find what was taken out? A knowledge base without some topics, a log, and the score.

Topics are knocked out of a copy of the knowledge base, articles and intents; labelled messages,
those of the missing topics among them, and messages from outside are answered by the assistant
over what is left; ``firstline gaps`` reads the log, and its gaps are compared with the labels.
"""

import csv
import json
import random
import re
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from sklearn.metrics import adjusted_mutual_info_score

from evals.errors import SuiteError

TOP = 20
FEWEST_CONTACTS = 20
OUTSIDE = "outside:"
"""Begins the label of a message from outside."""

_APART = timedelta(minutes=17)
_START = datetime(2026, 9, 1, tzinfo=UTC)
_ID = re.compile(r"^id:\s*(\S+)", re.MULTILINE)
_INTENTS = re.compile(r"^intents:\s*\[(.*)\]\s*$", re.MULTILINE)

Row = dict[str, Any]  # one line of JSON


@dataclass(frozen=True, slots=True)
class GapScore:
    """How well gaps match what was taken out.

    Attributes:
        wanted: Missing topics that are not high-risk and have enough contacts in gaps.
        found: Those with a gap of their own among the first.
        purity: Mean share of such a gap's messages that are of its topic.
        agreement: Adjusted mutual information of gaps and labels, over missing topics.
        chatter: Gaps among the first that are mostly from outside.
    """

    wanted: tuple[str, ...]
    found: tuple[str, ...]
    purity: float
    agreement: float
    chatter: int

    def __str__(self) -> str:
        return (
            f"{len(self.found)} of {len(self.wanted)} topics have a gap of their own in the top "
            f"{TOP}, purity {self.purity:.3f}, adjusted mutual information {self.agreement:.3f}, "
            f"{self.chatter} of the top {TOP} are chatter"
        )


def choose(catalogue: Mapping[str, Any], odd: bool, seed: int, topics: int) -> set[str]:
    """Articles of so many topics, drawn from every other label: one half tunes, one checks."""
    names = [name for place, name in enumerate(sorted(catalogue)) if place % 2 == odd]
    random.Random(seed).shuffle(names)  # noqa: S311  a draw, no secret
    gone: set[str] = set()
    for name in names:
        if len(without_articles(catalogue, gone)) >= topics:
            break
        gone |= set(catalogue[name]["articles"])
    return gone


def without_articles(catalogue: Mapping[str, Any], gone: set[str]) -> set[str]:
    """Intents all of whose articles are gone."""
    return {name for name, entry in catalogue.items() if set(entry["articles"]) <= gone}


def knock_out(kb: Path, target: Path, gone: set[str]) -> set[str]:
    """Copy a knowledge base without some articles, and without the intents that only they serve.

    Returns:
        The intents that are missing.

    Raises:
        SuiteError: The target exists.
    """
    if target.exists():
        raise SuiteError(f"{target} exists: name a new folder")
    shutil.copytree(kb, target)
    file = target / "intents.yaml"
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    missing = without_articles(content["intents"], gone)
    content["intents"] = {
        name: {**entry, "articles": [a for a in entry["articles"] if a not in gone]}
        for name, entry in content["intents"].items()
        if name not in missing
    }
    file.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    for article in target.rglob("*.md"):
        text = article.read_text(encoding="utf-8")
        named = _ID.search(text)
        if named is not None and named[1] in gone:
            article.unlink()
        else:
            article.write_text(_INTENTS.sub(lambda m: _kept(m, missing), text), encoding="utf-8")
    return missing


def _kept(listed: re.Match[str], missing: set[str]) -> str:
    names = [name.strip() for name in listed[1].split(",")]
    return f"intents: [{', '.join(name for name in names if name and name not in missing)}]"


def messages(
    labelled: Path, outside: Path, missing: set[str], seed: int, total: int, others: int
) -> list[Row]:
    """Messages of all kinds in a drawn order: missing topics get 20 to 110 each.

    Args:
        labelled: CSV with text and category.
        outside: JSON lines with text, intent and domain; banking is left out.
        missing: Labels that were knocked out.
        seed: Of the draw.
        total: How many in all.
        others: How many from outside.
    """
    draw = random.Random(seed)  # noqa: S311  a draw, no secret
    with labelled.open(encoding="utf-8", newline="") as lines:
        rows = [(row["text"], row["category"]) for row in csv.DictReader(lines)]
    with outside.open(encoding="utf-8") as jsons:
        far = [json.loads(line) for line in jsons]
    chat = [
        (row["text"], OUTSIDE + row["intent"])
        for row in far
        if row["domain"] not in {"banking", "credit_cards"}
    ]
    draw.shuffle(rows)
    draw.shuffle(chat)
    most = {label: draw.randint(FEWEST_CONTACTS, 110) for label in sorted(missing)}
    seen: Counter[str] = Counter()
    taken, rest = [], []
    for text, label in rows:
        if label not in missing:
            rest.append((text, label))
        elif seen[label] < most[label]:
            seen[label] += 1
            taken.append((text, label))
    found = [*taken, *chat[:others]]
    found += rest[: max(0, total - len(found))]
    draw.shuffle(found)
    return [{"id": f"c{n}", "text": text, "label": label} for n, (text, label) in enumerate(found)]


def conversation(place: int, message: Row, answer: Row) -> Row:
    """A message with what ``firstline answer`` made of it, in the replay format."""
    at = (_START + place * _APART).isoformat()
    handed = answer["decision"] == "handoff"
    return {
        "conversation_id": message["id"],
        "customer_id": f"u{place}",
        "channel": "web",
        "started_at": at,
        "turns": [
            {"at": at, "speaker": "customer", "text": message["text"]},
            {
                "at": at,
                "speaker": "assistant",
                "text": answer["text"],
                "decision": answer["decision"],
                "reason": answer["reason"],
                "articles": [cited["article_id"] for cited in answer["citations"]],
            },
        ],
        "feedback": [],
        "rating": None,
        "handoff": {"at": at, "ticket_id": f"t{place}"} if handed else None,
    }


def score(
    gaps: Sequence[Row], labels: Mapping[str, str], missing: set[str], high: set[str]
) -> GapScore:
    """Compare gaps with labels.

    Args:
        gaps: What ``firstline gaps --json`` printed.
        labels: Label of each conversation.
        missing: Labels that were knocked out.
        high: Labels that are high-risk.
    """
    owner = {name: place for place, gap in enumerate(gaps) for name in gap["conversation_ids"]}
    contacts = Counter(labels[name] for name in owner)
    enough = [label for label in sorted(missing) if contacts[label] >= FEWEST_CONTACTS]
    wanted = tuple(label for label in enough if label not in high)
    pure: dict[str, float] = {}
    chatter = 0
    for gap in gaps[:TOP]:
        own = Counter(labels[name] for name in gap["conversation_ids"])
        far = sum(number for label, number in own.items() if label.startswith(OUTSIDE))
        label, number = own.most_common(1)[0]
        if far * 2 > own.total():
            chatter += 1
        elif label in missing:
            pure.setdefault(label, number / own.total())
    found = tuple(label for label in wanted if label in pure)
    ours = [name for name in owner if labels[name] in missing]
    return GapScore(
        wanted,
        found,
        sum(pure[label] for label in found) / max(1, len(found)),
        float(
            adjusted_mutual_info_score(
                [labels[name] for name in ours], [owner[name] for name in ours]
            )
        ),
        chatter,
    )
