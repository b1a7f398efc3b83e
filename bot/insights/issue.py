"""What may be wrong with an article, and how grave it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum


class IssueKind(StrEnum):
    """What may be wrong with an article."""

    CONTRADICTION = "contradiction"
    PRODUCT_CHANGE = "product_change"
    BROKEN_LINK = "broken_link"
    STALE = "stale"
    NEAR_DUPLICATE = "near_duplicate"
    NO_SHORT_ANSWER = "no_short_answer"
    NO_EXAMPLES = "no_examples"
    READING_GRADE = "reading_grade"
    NEVER_CITED = "never_cited"


_WEIGHT: Mapping[IssueKind, float] = {
    IssueKind.CONTRADICTION: 8,
    IssueKind.PRODUCT_CHANGE: 8,
    IssueKind.BROKEN_LINK: 4,
    IssueKind.STALE: 4,
    IssueKind.NEAR_DUPLICATE: 2,
    IssueKind.NO_SHORT_ANSWER: 2,
    IssueKind.NO_EXAMPLES: 1,
    IssueKind.READING_GRADE: 1,
    IssueKind.NEVER_CITED: 1,
}


@dataclass(frozen=True, slots=True)
class Issue:
    """Something to fix.

    Attributes:
        kind: What it is.
        detail: It in words.
        key: By which an owner dismisses it; empty where it can only be put right.
    """

    kind: IssueKind
    detail: str
    key: str = ""

    def record(self) -> dict[str, str]:
        """It as JSON."""
        told = {"kind": self.kind.value, "detail": self.detail}
        return {**told, "key": self.key} if self.key else told


def gravity_of(issues: Iterable[Issue]) -> float:
    """How grave issues are together; several of a kind count once."""
    return sum(_WEIGHT[kind] for kind in {issue.kind for issue in issues})


def gravest_first(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """The issues in the order in which to fix them; of equals a change of the product leads."""
    return tuple(
        sorted(
            issues,
            key=lambda issue: (-_WEIGHT[issue.kind], issue.kind is not IssueKind.PRODUCT_CHANGE),
        )
    )
