"""What a message asks for or shows apart from its topic: a person, distress, fury.

Phrases are matched as whole words on folded text, so that case, accents, typographic quotes and
punctuation don't matter. The deployer's own phrases stand in ``intents.yaml``; the ones that hold
for any company ship in ``phrases.yaml``.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

import yaml

_NOT_WORD = re.compile(r"[^\w\[\]]+")
_PERSON = (
    r"(?:(?:real |live |actual |human |another )?(?:human(?: being)?|person|agent|advis[eo]r|rep|"
    r"representative|operator|manager|supervisor|staff member|team member|colleague)|"
    r"member of (?:your |the )?(?:staff|team)|"
    r"customer (?:service|support|care)|support team|someone (?:real|human|in person))"
)
_ASKS = re.compile(
    rf"\b(?:speak|talk|tlak|chat|connect me|transfer me|forward me|put me through|pass me|"
    rf"hand me|switch me|escalate(?: me| this)?|get me|give me|want|need|like|request)\b"
    rf"(?: (?:directly|please|now|just|to|with|on to|over|through|a|an|the|your|any|some)){{0,4}} "
    rf"{_PERSON}\b"
)
_SPEAK_TO = re.compile(
    r"\b(?:(?:speak|talk|chat|connect me) (?:to|with)|be (?:connected|transferred|put through) to) "
    r"(?:someone|somebody|anyone|anybody|some one)\b"
)
_CALL = re.compile(
    r"\b(?:(?:can|could|will|would) (?:you|someone|somebody|anyone) (?:please )?(?:call|phone|ring)"
    r" me|(?<!you )(?:call|phone|ring) me(?: back)?(?: please)?$|"
    r"(?:phone|telephone|support|helpline) number (?:to|i can|can i|for (?:support|help|customer)))"
)
_NEGATED = re.compile(
    r"\b(?:(?:do not|don t|dont|no need to|rather not|without having to|instead of) "
    r"(?:want to |need to |having to )?(?:speak|talk|chat)(?:ing)?)\b"
)


# Words for not wanting to live come in too many forms for a list of phrases.
_CRISIS = re.compile(
    r"\b(?:"
    + "|".join(
        (
            r"kill(?:ing)? (?:my ?self|himself|herself|themselves)",
            r"(?:end|take|ending|taking) my (?:own )?life",
            r"end it all",
            r"suicid\w*",
            r"(?:want|wants|wish|ready|rather|going) (?:to )?(?:die|be dead)",
            r"better off (?:dead|without me)",
            r"(?:hurt|harm|cut)(?:ing)? my ?self",
            r"(?:reason|point|sense|will|use) (?:to|in|of|for) (?:carry(?:ing)? on|go(?:ing)? on|"
            r"liv(?:e|ing)|be(?:ing)? alive)",
            r"life is not worth living|life isn t worth living",
            r"(?:can not|cannot|can t|cant) (?:go|carry) on (?:living|like this)",
            r"(?:don t|dont|do not|no longer) want to (?:"
            r"live(?! (?:in|at|abroad|with|near|here|there))|"
            r"be alive|wake up|exist)",
        )
    )
    + r")\b"
)


def fold(text: str) -> str:
    """Fold a text for phrase matching: lower case, no accents, single spaces, no punctuation."""
    flat = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    bare = "".join(ch for ch in flat if not unicodedata.combining(ch))
    return _NOT_WORD.sub(" ", bare).strip()


def phrase_pattern(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """Compile phrases into one pattern on folded text; ``None`` when there are none."""
    folded = sorted({fold(p) for p in phrases} - {""}, key=lambda p: (-len(p), p))
    if not folded:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(p) for p in folded) + r")(?!\w)")


@dataclass(frozen=True, slots=True)
class Phrases:
    """Lists of literal phrases.

    Attributes:
        handoff: A person is asked for.
        distress: Distress, a legal or a personal matter.
        fury: Furious wording.
        high_risk: High risk in words that need no classifier.
    """

    handoff: tuple[str, ...] = ()
    distress: tuple[str, ...] = ()
    fury: tuple[str, ...] = ()
    high_risk: tuple[str, ...] = ()

    def __add__(self, other: "Phrases") -> "Phrases":
        return Phrases(
            self.handoff + other.handoff,
            self.distress + other.distress,
            self.fury + other.fury,
            self.high_risk + other.high_risk,
        )


@cache
def shipped_phrases() -> Phrases:
    """The phrases that hold for any company."""
    rows = yaml.safe_load((files("bot") / "phrases.yaml").read_text(encoding="utf-8"))
    return Phrases(**{name: tuple(phrases) for name, phrases in rows.items()})


@dataclass(frozen=True, slots=True)
class Tone:
    """What a message asks for or shows apart from its topic."""

    asks_for_person: bool = False
    distressed: bool = False
    furious: bool = False
    names_high_risk: bool = False


@dataclass(frozen=True, slots=True)
class ToneReader:
    """Reads the tone of redacted messages.

    Args:
        phrases: The shipped phrases and the deployer's.
    """

    phrases: Phrases
    _patterns: dict[str, re.Pattern[str] | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = ("handoff", "distress", "fury", "high_risk")
        patterns = {name: phrase_pattern(getattr(self.phrases, name)) for name in names}
        object.__setattr__(self, "_patterns", patterns)

    def read(self, text: str) -> Tone:
        """Read the tone of ``text``."""
        folded = fold(text)
        return Tone(
            asks_for_person=self._asks_for_person(folded),
            distressed=self._has("distress", folded) or _CRISIS.search(folded) is not None,
            furious=self._has("fury", folded) or _shouts(text),
            names_high_risk=self._has("high_risk", folded),
        )

    def _has(self, name: str, folded: str) -> bool:
        pattern = self._patterns[name]
        return pattern is not None and pattern.search(folded) is not None

    def _asks_for_person(self, folded: str) -> bool:
        kept = _NEGATED.sub(" ", folded)
        asked = _ASKS.search(kept) or _SPEAK_TO.search(kept) or _CALL.search(kept)
        return asked is not None or self._has("handoff", kept)


def _shouts(text: str) -> bool:
    """Whether a long message is in capitals and ends in several exclamation marks."""
    letters = [ch for ch in text if ch.isalpha()]
    if len(letters) < 20 or text.count("!") < 2:
        return False
    return sum(ch.isupper() for ch in letters) / len(letters) > 0.8
