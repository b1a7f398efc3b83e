"""Cross-validation with labelled messages: index with four fifths, run on the fifth left out."""

import csv
import hashlib
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from bot.config import Settings
from bot.content import Content, read_content
from bot.indexing import Indexer
from bot.keys import load_or_create
from bot.wiring import Offline, build_offline, knowledge_base, open_embedder, open_redactor
from evals.case import EvalCase
from evals.dataset import Suite
from evals.errors import RunError
from evals.offline import play, setup_of
from evals.record import EvalRun, new_run_id, this_revision
from evals.run import Report
from evals.scorers import CaseResult
from retrieval.embedder import Embedder, Encoded, Floats

Told = Callable[[str], None]


@dataclass(slots=True)
class RememberingEmbedder:
    """Embeds each text once; a fold shares most of its messages with the others.

    Attributes:
        inner: Does the work.
    """

    inner: Embedder
    _known: dict[str, Floats] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the model."""
        return self.inner.name

    @property
    def dimension(self) -> int:
        """Length of a vector."""
        return self.inner.dimension

    @property
    def sha256(self) -> str:
        """SHA-256 of the weights."""
        return self.inner.sha256

    @property
    def files(self) -> Mapping[str, str]:
        """Name and SHA-256 of each file that was read."""
        return self.inner.files

    def embed(self, texts: Sequence[str]) -> Floats:
        """One normalised vector a text."""
        fresh = list(dict.fromkeys(text for text in texts if text not in self._known))
        self._known.update(zip(fresh, self.inner.embed(fresh), strict=True))
        if not texts:
            return np.zeros((0, self.dimension), np.float32)
        return np.stack([self._known[text] for text in texts])

    def encode(self, texts: Sequence[str]) -> list[Encoded]:
        """Vectors together with token vectors."""
        return self.inner.encode(texts)


def fold_of(cases: Sequence[EvalCase], folds: int) -> list[int]:
    """The fold of each case: even over the intents, equal texts together, always the same.

    Args:
        cases: Single-message cases with an intent.
        folds: How many.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for case in cases:
        groups[case.intent or ""].append(_key(case))
    fold: dict[str, int] = {}
    for label in sorted(groups):
        for place, key in enumerate(sorted(set(groups[label]))):
            fold.setdefault(key, place % folds)
    return [fold[_key(case)] for case in cases]


def _key(case: EvalCase) -> str:
    return hashlib.sha256(" ".join(case.says.lower().split()).encode()).hexdigest()


async def cross_validate(
    suite: Suite, settings: Settings, folds: int, concurrency: int, told: Told, report: Report
) -> EvalRun:
    """Run every message of a set through an assistant that was not trained on it.

    Args:
        suite: Labelled messages.
        settings: ``data`` keeps the exported model; indexes go to a temporary folder.
        folds: How many parts.
        concurrency: Cases at a time.
        told: Told in a line what is going on.
        report: Told of progress, over all folds.

    Raises:
        RunError: A case has no label, or there is no embedding model.
    """
    unlabelled = next((case.id for case in suite.cases if case.intent is None), None)
    if unlabelled is not None:
        raise RunError(f"{suite.name}: message {unlabelled} has no intent: label it")
    opened = open_embedder(settings, settings.data)
    if opened is None:
        raise RunError("no embedding model: labelled messages can't be used without one")
    embedder = RememberingEmbedder(opened)
    content = read_content(knowledge_base(settings))
    started, clock = datetime.now(UTC), time.perf_counter()
    place = fold_of(suite.cases, folds)
    results: dict[str, CaseResult] = {}
    setups = []
    with tempfile.TemporaryDirectory(prefix="firstline-crossval-") as folder:
        for fold in range(folds):
            told(f"fold {fold + 1} of {folds}: index")
            training = [c for c, its in zip(suite.cases, place, strict=True) if its != fold]
            unseen = [c for c, its in zip(suite.cases, place, strict=True) if its == fold]
            offline = _index(Path(folder), settings, embedder, content, training)
            told(f"fold {fold + 1} of {folds}: {len(unseen):,} unseen messages")
            done = len(results)

            def forward(count: int, total: int, done: int = done) -> None:
                report(done + count, len(suite.cases))

            for result in await play(offline, unseen, concurrency, forward):
                results[result.case.id] = result
            setups.append(setup_of(suite, offline))
    return EvalRun(
        id=new_run_id(),
        started=started,
        seconds=time.perf_counter() - clock,
        revision=this_revision(),
        setup=replace(
            setups[0],
            index_version=" ".join(setup.index_version for setup in setups),
            kind="crossval",
            folds=folds,
        ),
        results=tuple(results[case.id] for case in suite.cases),
        domains={article.id: article.domain for article in content.articles},
    )


def _index(
    folder: Path,
    settings: Settings,
    embedder: Embedder,
    content: Content,
    training: Sequence[EvalCase],
) -> Offline:
    here = settings.model_copy(update={"data": folder})
    redactor = open_redactor(here, load_or_create(folder), names=False)
    with _examples(training) as examples:
        Indexer(
            data=folder,
            settings=here.retrieval,
            embedder=embedder,
            redact=lambda text: redactor.redact(text).text,
            progress=lambda stage, done, total: None,
        ).run(content, examples)
    return build_offline(here, embedder)


@contextmanager
def _examples(cases: Sequence[EvalCase]) -> Iterator[Path]:
    """The messages as a file that ``firstline index --examples`` reads."""
    with tempfile.TemporaryDirectory(prefix="firstline-examples-") as folder:
        path = Path(folder) / "examples.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(("text", "intent"))
            table.writerows((case.says, case.intent) for case in cases)
        yield path
