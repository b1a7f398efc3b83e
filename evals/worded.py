"""What a recorded small model would show: its answers, cut and checked as the product does it.

The answers were recorded once (``tests/bot/llm/record_answers.py``), the sentences labelled twice;
the check is the one of today, so the figures follow it without a model.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from bot.compose.assisted import SentenceCheck
from bot.compose.cited import cited_sentences
from bot.estimate import Estimate, share
from bot.grounding.check import GroundingCheck
from evals.agreement import kappa
from evals.errors import SuiteError
from evals.grounding import OWN, passages_in, rows_in
from retrieval.article import Passage

_SUITE = "small_answers"
_Key = tuple[str, tuple[str, ...]]  # a sentence, and the passages it is held to


@dataclass(frozen=True, slots=True)
class Label:
    """What two labellers say of one sentence, each without the other.

    Attributes:
        sentence: As it would be shown.
        passages: Ids of the passages it is held to.
        one: Whether they support it, says the one.
        other: The same, says the other.
    """

    sentence: str
    passages: tuple[str, ...]
    one: bool
    other: bool


@dataclass(frozen=True, slots=True)
class Worded:
    """What came of the answers.

    Attributes:
        answers: How many the model wrote.
        sentences: How many sentences they have.
        citing: How many of them name passages that there are.
        shown: Those that pass the check, with the passages.
        labels: All labels.
        passed: Of the labelled sentences, those that pass the check.
    """

    answers: int
    sentences: int
    citing: int
    shown: tuple[_Key, ...]
    labels: tuple[Label, ...]
    passed: frozenset[_Key]

    @property
    def unlabelled(self) -> int:
        """How many of the shown nobody labelled: they count as unsupported."""
        labelled = {(each.sentence, each.passages) for each in self.labels}
        return sum(each not in labelled for each in self.shown)

    @property
    def shown_unsupported(self) -> Estimate:
        """Shown sentences that not both labellers find supported, of all answers."""
        fine = {(e.sentence, e.passages) for e in self.labels if e.one and e.other}
        return share(sum(each not in fine for each in self.shown), self.answers)

    @property
    def agreed(self) -> Estimate:
        """How often the labellers agree."""
        return share(sum(each.one is each.other for each in self.labels), len(self.labels))

    @property
    def kappa(self) -> Estimate:
        """Cohen's kappa of the labellers, resampled by article."""
        return kappa(
            [str(each.one) for each in self.labels],
            [str(each.other) for each in self.labels],
            [each.passages[0].partition("#")[0] for each in self.labels],
        )

    def rate(self, *, supported: bool) -> Estimate:
        """Of sentences that both label alike: supported that pass, or unsupported caught."""
        rows = [each for each in self.labels if each.one is each.other is supported]
        right = sum(((e.sentence, e.passages) in self.passed) is supported for e in rows)
        return share(right, len(rows))


def read_worded(check: SentenceCheck | None = None) -> Worded:
    """Cut and check the recorded answers.

    Raises:
        SuiteError: A file is missing, or a line is not what it should be.
    """
    check = check or GroundingCheck(own=OWN)
    try:
        passages, titles = passages_in(_read("_passages"))
        answers = [
            (str(row["reply"]), [passages[each] for each in row["passages"]])
            for row in rows_in(_read())
        ]
        labels = tuple(
            Label(row["sentence"], tuple(row["passages"]), row["one"], row["other"])
            for row in rows_in(_read("_labels"))
        )
        wanted = {(each.sentence, each.passages) for each in labels}
        passed = {key for key in wanted if _passes(check, key, passages, titles)}
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise SuiteError(f"{_SUITE}: a file or a line lacks or mistakes {error}") from error
    sentences, citing, shown = 0, 0, []
    for reply, given in answers:
        for each in cited_sentences(reply):
            sentences += 1
            if not each.cites or not all(1 <= number <= len(given) for number in each.cites):
                continue
            citing += 1
            rests_on = [given[number - 1] for number in each.cites]
            if check.check(each.raw, rests_on, titles=titles).supported:
                shown.append((each.text, tuple(passage.id for passage in rests_on)))
    return Worded(len(answers), sentences, citing, tuple(shown), labels, frozenset(passed))


def _passes(
    check: SentenceCheck, key: _Key, passages: Mapping[str, Passage], titles: Mapping[str, str]
) -> bool:
    sentence, ids = key
    return check.check(sentence, [passages[each] for each in ids], titles=titles).supported


def _read(kind: str = "") -> str:
    return (files("evals") / "suites" / f"{_SUITE}{kind}.jsonl").read_text(encoding="utf-8")
