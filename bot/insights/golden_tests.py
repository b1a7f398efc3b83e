"""The tests of a gap: messages in an owner's words, and the suite that they become.

A suite goes into Git, which cannot forget: it holds what an owner wrote or confirmed, masked, and
no id of a conversation.
"""

import re
from collections.abc import Callable, Collection, Sequence
from difflib import get_close_matches
from pathlib import Path

import yaml

from bot.errors import FirstlineError
from bot.store_gaps import GapCase

_HEAD = "# Written by `firstline gaps tests`: what owners confirmed as the tests of gaps.\n"
LONGEST = 2000
_ARTICLE_ID = re.compile(r"\w[\w.-]{0,199}")


class ArticleIdError(FirstlineError):
    """What names an article can't be an article's id."""


class MessagesFileError(FirstlineError):
    """A file of messages, or a line, that can't be used."""


def read_messages(
    path: Path, mask: Callable[[str], str], article_id: str = ""
) -> tuple[GapCase, ...]:
    """Read messages, one a line; blank lines and those that begin with ``#`` are skipped.

    Args:
        path: The file.
        mask: Masks personal data.
        article_id: Article that must answer; empty takes any.

    Raises:
        MessagesFileError: It can't be read, holds no message, or one with personal data.
        ArticleIdError: The article's name is no id.
    """
    found = []
    for number, text in read_lines(path, mask):
        if len(text) > LONGEST:
            raise MessagesFileError(f"{path}, line {number}: is longer than {LONGEST} characters")
        found.append(GapCase(text, article_of(article_id)))
    if not found:
        raise MessagesFileError(f"{path}: holds no message: write one a line")
    return tuple(dict.fromkeys(found))


def article_of(named: str) -> str:
    """The id of the article that must answer; empty where none is named.

    Raises:
        ArticleIdError: No article can have this id, or no file could be named by it.
    """
    wanted = named.strip()
    if wanted and not _ARTICLE_ID.fullmatch(wanted):
        raise ArticleIdError(
            f"{wanted[:80]!r} is no article's id: name it in one word of letters, digits, - and _, "
            "such as lend-an-umbrella"
        )
    return wanted


def unknown_article(named: str, known: Collection[str]) -> str:
    """What to tell of an article that no index has: a slip, or one to be written; else empty."""
    if not named or named in known:
        return ""
    alike = get_close_matches(named, known, n=1, cutoff=0.7)
    meant = f" (did you mean {alike[0]}?)" if alike else ""
    return (
        f"no article {named} is indexed yet{meant}: these tests fail until one is; "
        "`firstline gaps draft` gives the draft this id"
    )


def read_lines(path: Path, mask: Callable[[str], str]) -> tuple[tuple[int, str], ...]:
    """The numbered lines that a person wrote for Git, without blank ones and comments (``#``).

    Raises:
        MessagesFileError: It can't be read, or a line holds personal data.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise MessagesFileError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise MessagesFileError(f"{path}: is not UTF-8 text; save it as UTF-8") from error
    found = []
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if mask(text) != text:
            raise MessagesFileError(
                f"{path}, line {number}: holds personal data; write it without, since Git keeps it"
            )
        found.append((number, text))
    return tuple(found)


def own_line(text: str, mask: Callable[[str], str], what: str) -> str:
    """One line that a person wrote to be kept.

    Args:
        text: The line.
        mask: Masks personal data.
        what: How the command names it.

    Raises:
        MessagesFileError: It holds personal data.
    """
    told = " ".join(text.split())
    if mask(told) != told:
        raise MessagesFileError(f"{what} holds personal data; write it without, for it is kept")
    return told


def suite_text(cases: Sequence[tuple[str, GapCase]]) -> str:
    """A suite in which every message must be answered, from its article where one is named.

    Args:
        cases: Each with the id of its gap.
    """
    rows = []
    numbers: dict[str, int] = {}
    for gap_id, case in cases:
        numbers[gap_id] = numbers.get(gap_id, 0) + 1
        expect: dict[str, object] = {"decision": "answer"}
        if case.article_id:
            expect["articles"] = case.article_id
        rows.append(
            {
                "id": f"{gap_id}-{numbers[gap_id]}",
                "says": case.text,
                "expect": expect,
                "tags": ["gap"],
            }
        )
    return _HEAD + yaml.safe_dump({"cases": rows}, sort_keys=False, allow_unicode=True)
