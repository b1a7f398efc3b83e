"""A judge: a chat model's opinion of recorded cases, beside its agreement with people.

It informs and never decides: no metric, check or gate reads what it says. Its figure is printed
together with Cohen's kappa and Spearman's correlation against human labels of the same cases, or
with the plain words that there are none.
"""

import csv
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.estimate import Estimate, share, unknown
from bot.llm.chat_model import ChatModel, ChatModelError, Schema
from bot.prompts import PromptTemplate
from evals.agreement import kappa, spearman
from evals.errors import JudgeError
from evals.prompt_files import read_prompt

FEWEST_LABELS = 200
"""Rows that people labelled, below which an agreement says too little to lean on."""

Json = dict[str, Any]  # a line of cases.jsonl
Report = Callable[[int, int], None]


_SCHEMA: Schema = {
    "title": "opinion",
    "description": "What a judge thinks of a reply.",
    "type": "object",
    "properties": {
        "right": {"type": "boolean"},
        "score": {"type": "integer", "minimum": 1, "maximum": 5},
        "why": {"type": "string", "maxLength": 120},
    },
    "required": ["right", "score", "why"],
    "additionalProperties": False,
}

_TAG = re.compile(r"<(\s*/?\s*conversation\b)", re.IGNORECASE)


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", strict=True)

    right: bool
    score: int = Field(ge=1, le=5)
    why: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the judge thinks of a case.

    Attributes:
        id: The case.
        right: Whether the last reply is right; ``None`` where the judge gave no usable reply.
        score: 1 to 5, ``None`` likewise.
        why: In its words, or why there is none.
    """

    id: str
    right: bool | None
    score: int | None
    why: str


@dataclass(frozen=True, slots=True)
class HumanLabel:
    """What people think of a case; either may be left out."""

    right: bool | None
    score: float | None


@dataclass(frozen=True, slots=True)
class Judged:
    """A judge's opinions, and how far to trust them.

    Attributes:
        model: Name of the model.
        prompt: Name and version of the prompt.
        opinions: In the order of the cases.
        judged_right: Share of cases whose last reply the judge calls right.
        kappa: Its agreement with people on right and wrong.
        correlation: Spearman of its scores and people's.
        labels: How many of the cases people labelled.
    """

    model: str
    prompt: str
    opinions: tuple[Opinion, ...]
    judged_right: Estimate
    kappa: Estimate
    correlation: Estimate
    labels: int


async def judge_cases(
    cases: Sequence[Json],
    model: ChatModel,
    labels: Mapping[str, HumanLabel],
    report: Report = lambda done, total: None,
) -> Judged:
    """Have a model judge recorded cases.

    Args:
        cases: Lines of ``cases.jsonl``; their texts are redacted.
        model: The judge.
        labels: What people think, by case.
        report: Told of progress.

    Raises:
        JudgeError: There is no case, or no reply could be used.
    """
    template = read_prompt("judge")
    opinions = []
    for place, case in enumerate(cases, 1):
        if case.get("turns"):
            opinions.append(await _opinion(case, model, template))
        report(place, len(cases))
    given = [each for each in opinions if each.right is not None]
    if not given:
        why = f": {opinions[0].why}" if opinions else ""
        raise JudgeError(f"{model.name} judged none of {len(cases)} cases{why}")
    agreed, ranked = agreement(given, labels)
    return Judged(
        model=model.name,
        prompt=f"{template.name}@{template.version}",
        opinions=tuple(opinions),
        judged_right=share(
            sum(each.right is True for each in given),
            len(given),
            unscored=len(cases) - len(given),
        ),
        kappa=agreed,
        correlation=ranked,
        labels=sum(each.id in labels for each in given),
    )


def agreement(
    opinions: Sequence[Opinion], labels: Mapping[str, HumanLabel]
) -> tuple[Estimate, Estimate]:
    """Cohen's kappa of right and wrong, and Spearman's correlation of scores, with people."""
    both = [(each, labels[each.id]) for each in opinions if each.id in labels]
    words = [(o.id, o.right, h.right) for o, h in both if h.right is not None]
    scores = [(o.id, o.score, h.score) for o, h in both if h.score is not None]
    none = unknown("nobody labelled these cases (--labels FILE)")
    return (
        kappa([str(o) for _, o, _ in words], [str(h) for *_, h in words], [i for i, *_ in words])
        if words
        else none,
        spearman(
            [float(o or 0) for _, o, _ in scores], [h for *_, h in scores], [i for i, *_ in scores]
        )
        if scores
        else none,
    )


async def _opinion(case: Json, model: ChatModel, template: PromptTemplate) -> Opinion:
    name = str(case["id"])
    prompt = template.fill({"conversation": _transcript(case["turns"])})
    prompt = replace(prompt, schema=_SCHEMA)
    try:
        reply = _Reply.model_validate_json(_braces((await model.complete(prompt)).text))
    except ChatModelError as error:
        return Opinion(name, None, None, str(error))
    except ValidationError:
        return Opinion(name, None, None, "the reply is not the JSON that was asked for")
    return Opinion(name, reply.right, reply.score, reply.why[:200])


def _braces(text: str) -> str:
    """From the first brace to the last: models like to talk around what was asked for."""
    return text[text.find("{") : text.rfind("}") + 1]


def _transcript(turns: Sequence[Json]) -> str:
    lines = []
    for turn in turns:
        word = turn["decision"]["kind"]
        lines.append(f"Customer: {turn['customer']}\nAssistant ({word}): {turn['assistant']}")
    return _TAG.sub(r"(\1", "\n".join(lines))  # the tags around it are the prompt's own


def read_cases(run: Path) -> list[Json]:
    """The cases of a run's folder.

    Raises:
        JudgeError: It holds no readable ``cases.jsonl``.
    """
    path = run / "cases.jsonl"
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
    except (OSError, ValueError) as error:
        raise JudgeError(f"{path}: cannot be read: name the folder of a run") from error


def read_human_labels(path: Path) -> dict[str, HumanLabel]:
    """What people think: CSV with ``id`` and ``right`` (yes or no), ``score`` (1 to 5), or both.

    Raises:
        JudgeError: The file can't be read or a line is wrong; names it.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            table = csv.DictReader(file)
            if "id" not in (table.fieldnames or []):
                raise JudgeError(f"{path.name}:1: no column id")
            return {
                row["id"]: _label(row, f"{path.name}:{line}") for line, row in enumerate(table, 2)
            }
    except (OSError, UnicodeDecodeError) as error:
        raise JudgeError(f"{path}: cannot be read") from error


_WORDS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": None}


def _label(row: Mapping[str, str], where: str) -> HumanLabel:
    word = (row.get("right") or "").strip().lower()
    if word not in _WORDS:
        raise JudgeError(f"{where}: right is {word!r}; write yes or no")
    raw = (row.get("score") or "").strip()
    try:
        score = float(raw) if raw else None
    except ValueError:
        score = -1.0
    if score is not None and not 1 <= score <= 5:
        raise JudgeError(f"{where}: score is {raw!r}; write 1 to 5")
    return HumanLabel(_WORDS[word], score)


def judged_record(judged: Judged) -> Json:
    """The content of ``judged.json``."""
    return asdict(judged)
