"""What the grounding check says about a sentence, and why."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """What in a sentence no cited passage supports."""

    NO_PASSAGE = "no_passage"
    NOTHING_SAID = "nothing_said"
    MARKUP = "markup"
    LINK = "link"
    NUMBER = "number"
    UNIT = "unit"
    NAME = "name"
    NEGATION = "negation"
    CONDITION = "condition"
    BOUND = "bound"
    OPPOSITE = "opposite"
    ORDER = "order"
    BINDING = "binding"
    CLAIM = "claim"
    WORDS = "words"
    ENTAILMENT = "entailment"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that is not supported.

    Attributes:
        fault: What kind of thing.
        found: The part of the sentence, as the check read it; empty for the whole sentence. It
            may hold text of a customer, so it is not logged.
    """

    fault: Fault
    found: str = ""

    def __str__(self) -> str:
        return f"{self.fault}: {self.found}" if self.found else str(self.fault)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check found.

    Attributes:
        supported: Whether the sentence may be shown.
        reasons: Why not; empty where it may.
        passages: Ids of the passages that it rests on, those that support most first; empty where
            it may not be shown.
    """

    supported: bool
    reasons: tuple[Reason, ...] = ()
    passages: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.supported == bool(self.reasons):
            raise ValueError("a sentence is supported, or there is a reason why it is not")


def refused(fault: Fault, found: str = "") -> Verdict:
    """A sentence that may not be shown, for one reason."""
    return Verdict(supported=False, reasons=(Reason(fault, found),))
