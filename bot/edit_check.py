"""Refuses personal data in what an owner adds to an article, before anything of it is kept.

Published text may hold a company's own contact details: mail addresses, phone numbers, addresses
and names are let through. All else that the gate masks in messages, such as cards, codes, keys,
accounts and dates of birth, has no place in an article.
"""

import asyncio
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from bot.errors import FirstlineError
from bot.gate import Gate, TextRedactor
from bot.importing.masking import Masker, Personal
from redaction.kinds import KINDS, RESTORABLE
from redaction.redactor import Redaction
from retrieval.article import Article

_FENCE = re.compile(r"^[\s`~]+")
_MADE = re.compile(r"(?:id|source\w*|imported_on|reviewed_on)\s*:")
"""Fields of the front matter that no person words: ids, digests, days."""

_WRAPPED = frozenset({"CARD", "IBAN"})
_DIGITS = 2
_NAMED = 5


class PersonalDataError(FirstlineError):
    """What was written holds personal data; names kind and line, never the value."""


class UncheckedError(FirstlineError):
    """The gate could not check a text: it failed, or was late."""


def personal_in(open_redactor: Callable[[], TextRedactor], before: str, after: str) -> list[str]:
    """Where the lines that an edit adds hold personal data: ``line 7 (CARD)``, in their order.

    Args:
        open_redactor: Opens what finds; called when the first line is looked at.
        before: The published text; its lines were looked at before.
        after: The edited one.
    """
    known, lines = set(before.splitlines()), after.splitlines()
    added = [_FENCE.sub("", line) if line not in known else "" for line in lines]
    found = _grave(open_redactor, added, RESTORABLE)
    told = {each.line for each in found if each.kind in _WRAPPED}
    # A long number may run on in the next line of a paragraph.
    wrapped = [
        _pair(*two) if any(added[place : place + 2]) and not told & {place + 1, place + 2} else ""
        for place, two in enumerate(pairwise(lines))
    ]
    found += _grave(open_redactor, wrapped, frozenset(KINDS) - _WRAPPED)
    places = sorted((each.line, each.kind) for each in found)
    return [f"line {line} ({kind})" for line, kind in dict.fromkeys(places)]


def _pair(first: str, second: str) -> str:
    """Two lines as one, where a number could run on from one to the other."""
    digits = (sum(map(str.isdigit, line)) for line in (first, second))
    return f"{first} {second}" if min(digits) >= _DIGITS else ""


def _grave(
    open_redactor: Callable[[], TextRedactor], lines: Sequence[str], leave: Iterable[str]
) -> list[Personal]:
    _, _, found = Masker(open_redactor, frozenset(leave)).mask("", "\n".join(lines), "")
    return [each for each in found if each.masked]


def refuse(places: Sequence[str], what: str) -> None:
    """Refuse a text with personal data.

    Args:
        places: As ``personal_in`` names them.
        what: The text, to begin the message.

    Raises:
        PersonalDataError: There are some.
    """
    if places:
        more = f" and {len(places) - _NAMED} more" if len(places) > _NAMED else ""
        raise PersonalDataError(
            f"{what} holds personal data in {', '.join(places[:_NAMED])}{more}. Nothing was kept. "
            "Write it without, or with a value that is plainly made up, such as XXXX."
        )


async def require_clean(gate: Gate, before: str, after: str) -> None:
    """Look at what an edit adds, through the gate.

    Raises:
        PersonalDataError: It holds personal data.
        UncheckedError: The gate could not look at it.
    """
    redactor = _ThroughGate(gate, asyncio.get_running_loop())
    places = await asyncio.to_thread(personal_in, lambda: redactor, before, after)
    refuse(places, "Your edit")


def require_clean_folder(
    open_redactor: Callable[[], TextRedactor],
    folder: Path,
    articles: Iterable[Article],
    published: Mapping[str, Article],
    files: Mapping[str, str],
) -> None:
    """Look at what the files of an edited folder say beyond those that are published.

    Args:
        open_redactor: Opens what finds, once, when there is something to look at.
        folder: The folder.
        articles: As they were read from it.
        published: Those in use, by id.
        files: Other files with words of people, as they are in use, by name.

    Raises:
        PersonalDataError: A file holds personal data.
    """
    opened = cache(open_redactor)
    for article in articles:
        known = published.get(article.id)
        if known is not None and known.revision == article.revision:
            continue
        text = (folder / article.path).read_text(encoding="utf-8-sig")
        before = [] if known is None else [f"# {known.title}", f"title: {known.title}", known.body]
        made = "\n".join(filter(_MADE.match, _front_matter(text)))
        refuse(personal_in(opened, "\n".join((*before, made)), text), article.path)
    for name, before_text in files.items():
        if (folder / name).is_file():
            text = (folder / name).read_text(encoding="utf-8-sig")
            refuse(personal_in(opened, before_text, text), name)


def _front_matter(text: str) -> list[str]:
    lines = text.splitlines()
    if lines[:1] != ["---"] or "---" not in lines[1:]:
        return []
    return lines[1 : lines.index("---", 1)]


class _ThroughGate:
    """The gate as a redactor for a thread beside the loop."""

    def __init__(self, gate: Gate, loop: asyncio.AbstractEventLoop) -> None:
        self._gate = gate
        self._loop = loop

    def redact(
        self,
        text: str,
        placeholders: Mapping[str, str] | None = None,
        locale: str = "en",
        recent: Sequence[str] = (),
        asked: str = "",
    ) -> Redaction:
        work = self._gate.admit(text, placeholders, recent, locale, asked=asked)
        admission = asyncio.run_coroutine_threadsafe(work, self._loop).result()
        if admission.withheld:
            raise UncheckedError("Your edit could not be checked for personal data. Try again.")
        return Redaction(admission.text, admission.findings, admission.placeholders)
