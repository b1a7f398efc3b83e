"""For whom, where and how a sentence holds: country, plan, channel, year.

"In Italy you must be 23" and "in Portugal you must be 21" are two rules. What a sentence leaves out
of this, the title and heading above it may say.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

_COUNTRIES = {
    "uk": "uk britain british gb england english scotland scottish wales welsh",
    "us": "usa american",
    "ie": "ireland irish", "de": "germany german", "fr": "france french", "es": "spain spanish",
    "it": "italy italian", "pt": "portugal portuguese", "nl": "netherlands dutch holland",
    "be": "belgium belgian", "at": "austria austrian", "ch": "switzerland swiss",
    "pl": "poland polish", "se": "sweden swedish", "dk": "denmark danish", "no": "norway norwegian",
    "fi": "finland finnish", "gr": "greece greek", "tr": "turkey turkish", "cz": "czechia czech",
    "hu": "hungary hungarian", "ro": "romania romanian", "jp": "japan japanese",
    "ca": "canada canadian", "au": "australia australian", "in": "india indian",
    "eu": "europe european eea", "abroad": "abroad overseas international internationally",
}  # fmt: skip
_CHANNELS = {
    "app": "app", "online": "online website web", "branch": "branch branches counter",
    "phone": "phone telephone call", "post": "post letter mail paper",
    "email": "email", "shop": "shop shops store stores till",
    "atm": "atm atms cash-machine", "chat": "chat", "machine": "kiosk machine machines",
}  # fmt: skip
_RAILS = {
    "swift": "swift", "sepa": "sepa", "card": "card cards", "cheque": "cheque cheques check",
    "cash": "cash", "direct-debit": "direct-debit",
}  # fmt: skip
_FLOWS = {
    "out": "send sends sending sent outgoing pay-out withdraw withdrawal withdrawals",
    "in": "receive receives receiving received incoming top-up top-ups topping add adding deposit",
}  # fmt: skip
_AGES = {
    "child": "child children kid kids junior juniors infant infants baby babies toddler toddlers",
    "adult": "adult adults", "student": "student students", "senior": "senior seniors pensioners",
}  # fmt: skip
_SIZES = {
    "small": "small", "medium": "medium", "large": "large", "standard": "standard",
    "express": "express", "weekend": "weekend weekends", "weekday": "weekday weekdays",
}  # fmt: skip
_ASPECTS: Mapping[str, Mapping[str, str]] = {
    name: {word: key for key, words in table.items() for word in words.split()}
    for name, table in (
        ("country", _COUNTRIES), ("channel", _CHANNELS), ("rail", _RAILS), ("flow", _FLOWS),
        ("age", _AGES), ("size", _SIZES),
    )
}  # fmt: skip
_JOINED = re.compile(r"\b(top|direct|cash|pay)[ -](up|ups|debit|machine|machines|out)\b", re.I)
_WORD = re.compile(r"[a-z][\w-]*")
_YEAR = re.compile(r"\b(20\d\d)(?:/\d\d)?\b")
_THING = (
    r"(?:plan|tariff|fare|ticket|account|card|membership|subscription|bond|policy|cover|bundle)"
)
_NAMED = re.compile(rf"\b([A-Z][a-z]+)(?: (?:and|or|&) ([A-Z][a-z]+))? {_THING}s?\b")
_ON_PLAN = re.compile(
    r"(?<![.!?:] )\b(?:on|with|for|in|of|to) (?:the |a )?\**([A-Z][a-z]{2,})\b(?! >)"
)
_NO_NAMES = frozenset(
    "the our your their this that a an each every monday mondays tuesday tuesdays wednesday "
    "wednesdays thursday thursdays friday fridays saturday saturdays sunday sundays january "
    "february march april may june july august september october november december "
    "account settings help support profile home more menu".split()
)

_KINDS = (
    (
        re.compile(
            r"\btop[- ]?ups?\b|\badd(?:ing)? (?:money\b|up to\b|[£€$])|"
            r"\binto (?:my|your) (?:\w+ )?account\b",
            re.IGNORECASE,
        ),
        "top-up",
    ),
    (re.compile(r"withdraw|cash machine|\batms?\b", re.IGNORECASE), "withdrawal"),
    (re.compile(r"\brefund|\breturn(?:s|ed)?\b|money back", re.IGNORECASE), "refund"),
    (re.compile(r"\bdeliver|\bship|\bpost(?:age|ed)?\b", re.IGNORECASE), "delivery"),
    (re.compile(r"\bexchang|\bconver(?:t|sion)", re.IGNORECASE), "exchange"),
    (re.compile(r"\btransfers?\b", re.IGNORECASE), "transfer"),
)
"""What is done, where a rule for the one says nothing of another."""
_ALLOWANCE = re.compile(r"\bfree (?:up to|until|for the first)|\bfree allowance", re.IGNORECASE)
_LIMIT = re.compile(r"\b(?:most in|limit|maximum|at most)\b", re.IGNORECASE)
_BEYOND = re.compile(
    r"\b(?:above|over|beyond|more than|after) (?:that|this|it|the (?:free )?allowance)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Deeds:
    """What is done.

    Attributes:
        own: By the sentence.
        above: By the title and heading above it.
    """

    own: frozenset[str]
    above: frozenset[str]

    @property
    def tops_up(self) -> bool:
        """Whether money comes into the account; a transfer may be how."""
        return "top-up" in (self.above if self.own <= {"transfer"} else self.own)


Setting = Mapping[str, frozenset[str]]


_TITLED = frozenset({"country", "name", "year"})
"""Aspects that a title tells of all its sentences."""


def setting_of(sentence: str, above: str = "") -> Setting:
    """What a sentence says of each aspect; of those it leaves out, what stands above it says.

    >>> sorted(setting_of("In Italy you must be 23.")["country"])
    ['it']
    """
    outer = {name: values for name, values in _read(above).items() if name in _TITLED}
    return {**outer, **_read(sentence)}


def is_elsewhere(first: Setting, second: Setting, compared: Collection[str] = ()) -> bool:
    """Whether two sentences hold in two settings: both name an aspect, and nothing in common.

    Args:
        first: Of one sentence.
        second: Of the other.
        compared: Aspects that are what is compared.
    """
    both = (first.keys() & second.keys()) - set(compared)
    return any(first[name].isdisjoint(second[name]) for name in both)


def kinds_of(text: str) -> frozenset[str]:
    """What is done: a refund, a withdrawal."""
    found = {kind for pattern, kind in _KINDS if pattern.search(text)}
    return frozenset(found - ({"transfer"} if "top-up" in found else set()))


def other_deeds(first: Deeds, second: Deeds) -> bool:
    """Whether two sentences tell of different deeds; where neither tells, their titles do."""
    one, other = first.own or first.above, second.own or second.above
    if one and other and first.tops_up != second.tops_up:
        return True  # a transfer into the account is no other transfer
    if bool(first.own) != bool(second.own):
        return False
    return bool(one and other and one.isdisjoint(other))


def _read(text: str) -> dict[str, frozenset[str]]:
    plain = _JOINED.sub(r"\1-\2", text)
    words = set(_WORD.findall(plain.lower()))
    found = {
        name: frozenset(known[word] for word in words & known.keys())
        for name, known in _ASPECTS.items()
    }
    found["above"] = frozenset({"above" if _BEYOND.search(text) else "within"})
    found["share"] = frozenset(
        name
        for name, pattern in (("allowance", _ALLOWANCE), ("limit", _LIMIT))
        if pattern.search(text)
    )
    found["year"] = frozenset(_YEAR.findall(text))
    named = [n for pair in _NAMED.findall(text) for n in pair] + _ON_PLAN.findall(text)
    countries = _ASPECTS["country"]
    found["name"] = frozenset(
        n.lower() for n in named if n and n.lower() not in _NO_NAMES | countries.keys()
    )
    return {name: values for name, values in found.items() if values}
