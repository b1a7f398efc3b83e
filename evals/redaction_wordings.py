"""Makes labelled messages out of wordings: what the weights for secrets are learnt from.

The wordings stand in ``suites/secret_wordings.txt``; its head says how they are written. Values,
misspellings, chatter around and letter case are drawn by chance from a seed.
"""

import random
import re
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from redaction.kinds import mask_of

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_NONE_FOLD = 4
_SLOT = re.compile(r"\{(?:CVV|PIN|PASSWORD|CODE)\}|\$\$?|#year|#clock|#|@w\b|@[kmopqrtu]\b")
_KINDS = ("CVV", "PIN", "PASSWORD", "CODE")
_WORDS = (
    """
    sunshine banana buttercup chocolate monkey dragon rainbow lavender pineapple tigger bailey molly
    liverpool arsenal butterfly diamond elephant kitten princess moonlight strawberry guitar
    cinnamon marmalade october snowball gandalf pumpkin biscuit rover fluffy whiskers sparrow
    letmein welcome qwerty iloveyou superman batman starwars pokemon yorkshire barcelona marseille
    soleil chaton gatito sommer blume schatz tulipan krakow ankara lisboa roma amore fietsbel sommar
    """
).split()
_CHATTER = (
    "hi|hello|hey|hi there|please help|thanks|thank you|can you help|what now|help|pls|any ideas"
    "|why|urgent|sorry|good morning|what should i do|i am stuck|for days now|this is annoying"
    "|i have an account with you|hallo|bonjour|hola|ciao|danke|merci|gracias|is that normal"
    "|can you check|ok|so|i'm trying to pay|it's for my mother|on your website|in the app"
    "|is there a way|i called yesterday|nobody answers|my card is new|i moved recently"
    "|since this morning"
).split("|")


@dataclass(frozen=True, slots=True)
class Wording:
    """A message made from a wording.

    Attributes:
        text: The message.
        secrets: Where the secrets in it stand, and what they are.
        kind: What its wording is for; ``NONE`` and the like where it has none.
        origin: The line of the wording, for holding whole wordings out.
    """

    text: str
    secrets: tuple[tuple[int, int, str], ...]
    kind: str
    origin: int


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    kinds: tuple[str, ...]
    language: str
    number: int


class Wordings:
    """The wordings of the file, read once."""

    def __init__(self) -> None:
        self._lists: dict[str, str] = {}
        self._lines: list[_Line] = []
        text = (files("evals") / "suites" / "secret_wordings.txt").read_text("utf-8")
        kinds: tuple[str, ...] = ()
        language = "en"
        for number, line in enumerate(text.splitlines()):
            if line.startswith("@") and line[3:4] == ".":
                name, _, choices = line[1:].partition(" ")
                self._lists[name] = choices
            elif line.startswith("=="):
                heads, _, language = line[2:].partition(":")
                kinds, language = tuple(heads.split()), language.strip()
            elif kinds and line:
                self._lines.append(_Line(line, kinds, language, number))

    def draw(self, seed: int, each: int) -> Iterator[Wording]:
        """``each`` messages of every wording and kind."""
        for line in self._lines:
            for kind in line.kinds:
                # Each line draws by itself, so that a new one changes nothing about the others.
                own = f"{seed} {kind} {line.language} {line.text}"
                chance = random.Random(own)  # noqa: S311 - it draws examples, not secrets
                for _ in range(each if kind in _KINDS else each * _NONE_FOLD):
                    yield self._one(line, kind, chance)

    def _one(self, line: _Line, kind: str, chance: random.Random) -> Wording:
        text = line.text
        named = kind if kind in _KINDS else chance.choice(_KINDS)
        while "@F" in text or "@N" in text or "@S" in text or _CHOICE.search(text):
            text = re.sub("@F", lambda _: self._lists[f"{line.language}.F"], text)
            text = re.sub("@[NS]", lambda _: self._lists[f"{line.language}.{named}"], text)
            text = _CHOICE.sub(lambda match: chance.choice(match[1].split("|")), text)
        text = _dress(_misspell(text, chance), chance)
        parts: list[str] = []
        secrets: list[tuple[int, int, str]] = []
        length = done = 0
        for match in _SLOT.finditer(text):
            value, secret = _value(match.group(), kind, chance)
            parts += (text[done : match.start()], value)
            length += match.start() - done
            if secret:
                secrets.append((length, length + len(value), secret))
            length += len(value)
            done = match.end()
        parts.append(text[done:])
        return Wording("".join(parts), tuple(secrets), kind, line.number)


def _misspell(text: str, chance: random.Random) -> str:
    """One letter of a longer word dropped, doubled or swapped, now and then; words dropped."""
    words = text.split(" ")
    for place, word in enumerate(words):
        if len(word) >= 5 and word.isalpha() and chance.random() < 0.02:
            at = chance.randrange(1, len(word) - 1)
            words[place] = chance.choice(
                (
                    word[:at] + word[at + 1 :],
                    word[:at] + word[at] + word[at:],
                    word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                )
            )
        elif word.isalpha() and len(word) <= 4 and len(words) > 3 and chance.random() < 0.04:
            words[place] = ""
    return " ".join(word for word in words if word)


def _dress(text: str, chance: random.Random) -> str:
    """Chatter before and after, punctuation, letter case."""
    if chance.random() < 0.3:
        text = chance.choice(_CHATTER) + chance.choice((", ", " ", ". ", "! ", "\n")) + text
    if chance.random() < 0.3:
        text = text + chance.choice((", ", " ", ". ", "? ", "\n")) + chance.choice(_CHATTER)
    text += chance.choice(("", "", "", ".", "?", "!", "!!", "..."))
    if chance.random() < 0.07:
        text = (
            re.sub(r"[^@$#]+", lambda match: match.group().upper(), text)
            if "@" not in text
            else text
        )
    elif chance.random() < 0.3:
        text = text[:1].upper() + text[1:]
    return text


def _digits(count: int, chance: random.Random) -> str:
    return "".join(chance.choices(string.digits, k=count))


def _mixed(count: int, chance: random.Random) -> str:
    return "".join(chance.choices("ABCDEFGHJKMNPQRSTUVWXYZ23456789", k=count))


def _value(slot: str, kind: str, chance: random.Random) -> tuple[str, str]:
    """What stands in a slot, and which secret it is, or nothing."""
    if slot in {"$", "$$"}:
        return _SECRETS[kind](chance), kind
    if slot.startswith("{"):
        return _SECRETS[slot[1:-1]](chance), slot[1:-1]
    if slot == "@w" and kind == "PASSWORD":
        return chance.choice(_WORDS), kind
    return _OTHERS[slot](chance), ""


def _password(chance: random.Random) -> str:
    word = chance.choice(_WORDS)
    word = chance.choice((word, word.capitalize(), word.upper() if len(word) < 7 else word))
    year = str(chance.randint(1950, 2025))
    number = chance.choice((_digits(2, chance), year, _digits(3, chance), _digits(1, chance)))
    sign = chance.choice("!#$%&*?_@-+.")
    letters = string.ascii_letters + string.digits
    return chance.choice(
        (
            word + number,
            word + number,
            word + number,
            word + number + "!",
            word + sign + number,
            word + "_" + chance.choice(_WORDS),
            sign.replace(".", "!") + word + number,
            number + word,
            word[:3] + number + word[3:],
            "".join(chance.choices(letters, k=chance.randint(7, 12))) + number,
            word.replace("o", "0").replace("e", "3").replace("i", "1").replace("a", "@") + "1",
            chance.choice(_WORDS) + "-" + chance.choice(_WORDS) + number,
        )
    )


def _code(chance: random.Random) -> str:
    six = _digits(6, chance)
    return chance.choice(
        (
            *(six,) * 6,
            f"{six[:3]} {six[3:]}",
            f"{six[:3]}-{six[3:]}",
            " ".join(six),
            *(_digits(count, chance) for count in (4, 5, 7, 8)),
            _mixed(5, chance) + "7",
            f"{_mixed(3, chance)}4-{_mixed(4, chance)}",
        )
    )


def _pin(chance: random.Random) -> str:
    four = _digits(4, chance)
    return chance.choice(
        (
            *(four,) * 7,
            str(chance.randint(1950, 2012)),
            _digits(5, chance),
            _digits(6, chance),
            " ".join(four),
            f"{four[:2]} {four[2:]}",
        )
    )


def _cvv(chance: random.Random) -> str:
    three = _digits(3, chance)
    return chance.choice((*(three,) * 6, _digits(4, chance), " ".join(three)))


def _clock(chance: random.Random) -> str:
    return f"{chance.randint(0, 23):02}{chance.choice((0, 15, 30, 45)):02}"


def _number(chance: random.Random) -> str:
    drawn = chance.choice(
        (
            _digits(chance.randint(3, 8), chance),
            _digits(chance.randint(3, 6), chance),
            str(chance.randint(1, 99) * 100),
            str(chance.randint(10, 300) * 10),
            str(chance.randint(100, 9999)),
        )
    )
    return drawn.lstrip("0") or "120"


def _product(chance: random.Random) -> str:
    name = chance.choice(("iphone", "iPhone", "galaxy-s", "Windows", "pixel", "WH-", "RTX", "A"))
    return name + _digits(chance.randint(1, 4), chance)


def _order(chance: random.Random) -> str:
    letters = "".join(chance.choices(string.ascii_uppercase, k=chance.randint(2, 4)))
    return letters + chance.choice(("", "-")) + _digits(chance.randint(4, 7), chance)


def _promotion(chance: random.Random) -> str:
    word = chance.choice(("SAVE", "SUMMER", "WELCOME", "SPRING", "DEAL"))
    return word + chance.choice((_digits(2, chance), "2025", "10"))


def _user(chance: random.Random) -> str:
    return chance.choice(("john", "anna", "peter.k", "mark_", "sue")) + _digits(2, chance)


def _key(chance: random.Random) -> str:
    letters = string.ascii_letters + string.digits
    return chance.choice(("kst_", "sk-", "", "key-")) + "".join(chance.choices(letters, k=16))


def _mask(chance: random.Random) -> str:
    return mask_of(chance.choice(("API_KEY", "PHONE", "EMAIL", "ACCOUNT", "ADDRESS")))


_COUNTS = "24/7 10am 3rd 24hours e-mail2 2x a4 4g 5G covid19 mp3 v2.1 3.5%".split()
_SECRETS = {"CVV": _cvv, "PIN": _pin, "CODE": _code, "PASSWORD": _password, "NONE": _pin}
_OTHERS: dict[str, Callable[[random.Random], str]] = {
    "#year": lambda chance: str(chance.randint(1990, 2027)),
    "#clock": _clock,
    "#": _number,
    "@w": lambda chance: chance.choice(_WORDS),
    "@k": _product,
    "@m": _mask,
    "@o": _order,
    "@p": _promotion,
    "@q": lambda chance: f"{_mixed(3, chance)}7-{_mixed(3, chance)}",
    "@r": _key,
    "@t": lambda chance: chance.choice(_COUNTS),
    "@u": _user,
}
