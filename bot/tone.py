"""What a message asks for or shows apart from its topic: a person, distress, fury.

Phrases are matched as whole words on folded text, so that case, accents, typographic quotes and
punctuation don't matter. The deployer's own phrases stand in ``intents.yaml``; the ones that hold
for any company ship in ``phrases.yaml``.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.resources import files

import yaml

_NOT_WORD = re.compile(r"[^\w\[\]]+")
_PERSON = (
    r"(?:(?:real |live |actual |human |another )?(?:human(?: being)?|person|agent|advis[eo]r|rep|"
    r"representative|operator|manager|supervisor|staff member|team member|colleague|employee)|"
    r"member of (?:your |the )?(?:staff|team)|one of your (?:staff|team|people|colleagues)|"
    r"customer (?:service|support|care)|support team|(?:someone|somebody|sum1|some1) "
    r"(?:real|human|alive|in person|with a (?:pulse|brain)))"
)
_ASKS = re.compile(
    rf"\b(?:speak|talk|tlak|chat|connect me|transfer me|forward me|put me through|pass me|"
    rf"hand me|switch me|escalate(?: me| this)?|get me|give me|want|need|like|request|discuss|"
    rf"touch)\b"
    rf"(?: (?:directly|please|now|just|to|2|with|on to|over|through|a|an|the|your|any|some|it|this|"
    rf"that|things?)){{0,5}} "
    rf"{_PERSON}\b"
)
_SPEAK_TO = re.compile(
    r"\b(?:(?:speak|talk|chat|connect me) (?:to|2|with)|be (?:connected|transferred|put through) "
    r"to) "
    r"(?:(?:someone|somebody|anyone|anybody|some one|sum1|some1)\b|\w+ again\b)"
)
_CALL = re.compile(
    r"\b(?:(?:can|could|will|would) (?:you|someone|somebody|anyone) (?:please )?(?:call|phone|ring)"
    r" me|(?<!you )(?:call|phone|ring) me(?: back)?(?: please)?$|"
    r"(?:phone|telephone|support|helpline) number (?:to|i can|can i|for (?:support|help|customer)|"
    r"of (?:your|the) (?:support|help|customer|service|team|call))|"
    r"(?:rather|prefer to) (?:phone|ring|call|speak|talk)(?! about\b)|"
    r"(?:is (?:there )?|there is )(?:nobody|anybody|anyone|no one) (?:there|here|real)$)"
)
_BARE = re.compile(
    r"(?:(?:hi|hello|hey|please|pls|just|i|want|need|get|give|me|a|an|the|any|real|live|human|actual)"
    r" )*(?:agents?|humans?|human being|representatives?|reps?|operator|person|advis[eo]r|employee|"
    r"manager|supervisor|live chat|live support|somebody|someone|customer (?:service|support|care)|"
    r"phone number|hotline)(?: (?:please|pls|now|thanks|asap))*"
)
_TAIL = re.compile(r"(?<=\w)\\ (t|re|m|s|ve|ll|d)(?=\\ |$)")

_SENTENCE = re.compile(r"[.!?;\n]+")

# "I don't want to talk to a person" and "do I have to speak to an agent?" ask for nobody.
_NOT_ASKED = re.compile(
    r"\b(?:(?:do not|don t|dont|no need to|rather not|without having to|instead of|"
    r"(?:do|would|will) i (?:need|have) to) (?:want to |need to |having to |have to )?"
    rf"(?:speak|talk|chat|call)(?:ing)?(?: (?:to|with|a|an|the|any|your)){{0,3}} "
    rf"(?:{_PERSON}|someone|somebody|anyone|anybody))\b"
)


# Words for not wanting to live come in too many forms for a list of phrases.
_CRISIS = re.compile(
    r"\b(?:"
    + "|".join(
        (
            r"kill(?:ing)? (?:my ?self|himself|herself|themselves)",
            r"(?:end|take|ending|taking) my (?:own )?life",
            r"end(?:ing)? it all|(?:feel|felt) like ending it|think(?:ing)? (?:about|of) ending it",
            r"nothing (?:left )?to live for",
            r"(?:see|find|know|there s|there is|is|no) (?:a |any |no |other )?way out(?! of )",
            r"(?:can not|cannot|can t|cant) (?:go|carry) on(?: any ?more\b| any ?longer\b|$)",
            r"suicid\w*",
            r"(?:want|wants|wish|ready|rather) (?:to )?(?:die(?! laughing)|be dead)",
            r"better off (?:dead|without me)",
            r"(?:hurt|harm|cut)(?:ing)? my ?self",
            r"(?:reason|point|sense|will|use) (?:to|in|of|for) (?:carry(?:ing)? on|go(?:ing)? on|"
            r"liv(?:e|ing)|be(?:ing)? alive)",
            r"life is not worth living|life isn t worth living",
            r"(?:can not|cannot|can t|cant) (?:go|carry) on (?:living|like this)",
            r"(?:don t|dont|do not|no longer) want to (?:"
            r"live(?! (?:in|at|abroad|with|near|here|there))|"
            r"be alive|wake up|exist)",
            r"want (?:it|this|it all|all this|everything) (?:all )?to (?:be over\b|stop$|end$)",
        )
    )
    + r")\b"
)

# Illness, want, death in the family, the law and the press, in whatever form.
_PERSONAL = re.compile(
    r"\b(?:"
    + "|".join(
        (
            r"(?:not|without|never) a (?:penny|cent)(?: left| to (?:my|our) name)|nothing to eat",
            r"(?:can not|cannot|can t|cant|how to|how i ll) (?:afford|pay for|feed|heat)"
            r"(?: the| my| our| any)? (?:food|nappies|diapers|heating|medicines?|medication|"
            r"kids|children|baby|family)",
            r"get through the (?:week|month|winter)|bailiffs?|eviction|repossess\w*|food ?bank",
            r"cancer (?:diagnosis|treatment)|(?:have|has|got|with) cancer|chemo\w*|"
            r"(?:my|a|had a|his|her) stroke(?! of)|alzheimer s?|alzheimers|dementia|care home|"
            r"learning disability|mental health|hospice",
            r"(?:bet|gambl\w+) (?:it |them |everything |all )*(?:away|again)|gamblers?|"
            r"(?:stop|block|ban|keep) (?:me |myself )?(?:from )?gambling",
            r"executor|my late (?!fee|payment|delivery|card)\w+|(?:estate|account) of (?:my|a) "
            r"(?:late|deceased|dead)|lasting power",
            r"detective|police officer|court order|subpoena|records of a customer",
            r"(?:i m|i am|we re|this is) (?:a |the )?(?:reporter|journalist|correspondent)|"
            r"press (?:office|enquiry|inquiry|officer)",
            r"(?:the )?regulator|financial conduct authority|trading standards|watchdog",
        )
    )
    + r")\b"
)

_SHORT_COMPLAINT = 10
"""Words up to which a complaint says nothing else: a longer one may hold a new question."""


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
    # "can't" is folded to "can t", and many type "cant".
    words = (_TAIL.sub(r"\\ ?\1", re.escape(phrase)) for phrase in folded)
    return re.compile(r"(?<!\w)(?:" + "|".join(words) + r")(?!\w)")


def phrases_in(text: str, phrases: Iterable[str]) -> tuple[str, ...]:
    """Those of some phrases that a text holds, as the rules match them."""
    folded = fold(text)
    each = ((phrase, phrase_pattern([phrase])) for phrase in phrases)
    return tuple(phrase for phrase, pattern in each if pattern and pattern.search(folded))


@dataclass(frozen=True, slots=True)
class Phrases:
    """Lists of literal phrases.

    Attributes:
        handoff: A person is asked for.
        distress: Distress, a legal or a personal matter.
        fury: Furious wording.
        high_risk: High risk in words that need no classifier.
        topics: What no article covers and people see to.
        unhelpful: The answer before did not help.
        greetings: Whole messages that only greet.
        thanks: Whole messages that only thank.
    """

    handoff: tuple[str, ...] = ()
    distress: tuple[str, ...] = ()
    fury: tuple[str, ...] = ()
    high_risk: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    unhelpful: tuple[str, ...] = ()
    greetings: tuple[str, ...] = ()
    thanks: tuple[str, ...] = ()

    def __add__(self, other: "Phrases") -> "Phrases":
        return Phrases(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        )


@cache
def shipped_phrases() -> Phrases:
    """The phrases that hold for any company."""
    rows = yaml.safe_load((files("bot") / "phrases.yaml").read_text(encoding="utf-8"))
    return Phrases(**{name: tuple(phrases) for name, phrases in rows.items()})


@dataclass(frozen=True, slots=True)
class Tone:
    """What a message asks for or shows apart from its topic.

    Attributes:
        asks_for_person: It asks for a person.
        distressed: It shows distress, or names a legal or personal matter.
        furious: It is furious, not merely unhappy.
        names_high_risk: It names a high risk in plain words.
        for_people: It names a topic that people see to.
        unhelpful: It says that what was answered or offered does not help.
        greets: It only greets.
        thanks: It only thanks.
    """

    asks_for_person: bool = False
    distressed: bool = False
    furious: bool = False
    names_high_risk: bool = False
    for_people: bool = False
    unhelpful: bool = False
    greets: bool = False
    thanks: bool = False


@dataclass(frozen=True, slots=True)
class ToneReader:
    """Reads the tone of redacted messages.

    Args:
        phrases: The shipped phrases and the deployer's.
    """

    phrases: Phrases
    _patterns: dict[str, re.Pattern[str] | None] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        names = [each.name for each in fields(Phrases)]
        patterns = {name: phrase_pattern(getattr(self.phrases, name)) for name in names}
        object.__setattr__(self, "_patterns", patterns)

    def read(self, text: str) -> Tone:
        """Read the tone of ``text``."""
        folded = fold(text)
        return Tone(
            asks_for_person=self._asks_for_person(folded)
            or any(_BARE.fullmatch(fold(sentence)) for sentence in _SENTENCE.split(text)),
            distressed=self._has("distress", folded) or _grave(folded),
            furious=self._has("fury", folded) or _shouts(text),
            names_high_risk=self._has("high_risk", folded),
            for_people=self._has("topics", folded),
            unhelpful=self._has("unhelpful", folded) and len(folded.split()) <= _SHORT_COMPLAINT,
            greets=self._is("greetings", folded),
            thanks=self._is("thanks", folded),
        )

    def _has(self, name: str, folded: str) -> bool:
        pattern = self._patterns[name]
        return pattern is not None and pattern.search(folded) is not None

    def _is(self, name: str, folded: str) -> bool:
        """Whether the message is made of such phrases and nothing else."""
        pattern = self._patterns[name]
        return bool(folded) and pattern is not None and not pattern.sub("", folded).strip()

    def _asks_for_person(self, folded: str) -> bool:
        kept = _NOT_ASKED.sub(" ", folded)
        asked = _ASKS.search(kept) or _SPEAK_TO.search(kept) or _CALL.search(kept)
        return asked is not None or self._has("handoff", kept)


def _grave(folded: str) -> bool:
    return _CRISIS.search(folded) is not None or _PERSONAL.search(folded) is not None


def _shouts(text: str) -> bool:
    """Whether a long message is in capitals and ends in several exclamation marks."""
    letters = [ch for ch in text if ch.isalpha()]
    if len(letters) < 20 or text.count("!") < 2:
        return False
    return sum(ch.isupper() for ch in letters) / len(letters) > 0.8
