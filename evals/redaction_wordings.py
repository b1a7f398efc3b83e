"""Makes labelled messages out of wordings: what the weights for secrets are learnt from.

The wordings stand in ``suites/secret_wordings.txt``; its head says how they are written. Values,
misspellings, chatter around and letter case are drawn by chance from a seed.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from evals.redaction_values import value

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_LISTED = re.compile("@[FNQRS]")
_NONE_FOLD = 4
_SLOT = re.compile(r"\{(?:CVV|PIN|PASSWORD|CODE)\}|\$\$?|#year|#clock|#|@[vw]\b|@[kmopqrtu]\b")
_KINDS = ("CVV", "PIN", "PASSWORD", "CODE")
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
        text = line.text.replace("\\n", "\n")
        named = kind if kind in _KINDS else chance.choice(_KINDS)
        while _LISTED.search(text) or _CHOICE.search(text):
            text = re.sub("@R", lambda _: self._lists[f"{line.language}.R"], text)
            text = re.sub("@Q", lambda _: self._lists[f"{line.language}.Q{named}"], text)
            text = re.sub("@F", lambda _: self._lists[f"{line.language}.F"], text)
            text = re.sub("@[NS]", lambda _: self._lists[f"{line.language}.{named}"], text)
            text = _CHOICE.sub(lambda match: chance.choice(match[1].split("|")), text)
        text = _dress(_misspell(text, chance), chance)
        parts: list[str] = []
        secrets: list[tuple[int, int, str]] = []
        length = done = 0
        for match in _SLOT.finditer(text):
            drawn, secret = value(match.group(), kind, chance)
            parts += (text[done : match.start()], drawn)
            length += match.start() - done
            if secret:
                secrets.append((length, length + len(drawn), secret))
            length += len(drawn)
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
