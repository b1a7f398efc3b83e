"""``robots.txt`` as RFC 9309 has it: the longest matching rule counts, ``*`` and ``$`` included."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

LARGEST = 500 * 1024
"""Bytes that are read; the standard asks for no more."""

_SLOWEST = 30.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A path that may or may not be read."""

    pattern: re.Pattern[str]
    length: int
    allows: bool


@dataclass(frozen=True, slots=True)
class Robots:
    """What a site asks of us.

    Attributes:
        rules: For us, or for everybody where none are.
        delay: Seconds between two requests; at most 30.
        sitemaps: Addresses that it names.
    """

    rules: tuple[Rule, ...] = ()
    delay: float = 0.0
    sitemaps: tuple[str, ...] = ()

    def allows(self, url: str) -> bool:
        """Whether an address may be read."""
        parts = urlsplit(url)
        path = _normal(parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        matching = [rule for rule in self.rules if rule.pattern.match(path)]
        if not matching:
            return True
        return max(matching, key=lambda rule: (rule.length, rule.allows)).allows


def read_robots(text: str, agent: str) -> Robots:
    """Read what is meant for an agent.

    Args:
        text: The file.
        agent: Its name, such as ``firstline``; case does not matter.
    """
    groups: list[tuple[list[str], list[tuple[str, str]]]] = []
    sitemaps = []
    for name, value in _fields(text):
        if name == "sitemap":
            sitemaps.append(value)
        elif name == "user-agent":
            if not groups or groups[-1][1]:
                groups.append(([], []))
            groups[-1][0].append(value.lower())
        elif groups and name in {"allow", "disallow", "crawl-delay"}:
            groups[-1][1].append((name, value))
    ours = [rules for agents, rules in groups if agent.lower() in agents]
    rules = [rule for found in ours or _everybody(groups) for rule in found]
    return Robots(
        tuple(_rule(path, name == "allow") for name, path in rules if path and "allow" in name),
        max((_seconds(value) for name, value in rules if name == "crawl-delay"), default=0.0),
        tuple(sitemaps),
    )


def _everybody(
    groups: list[tuple[list[str], list[tuple[str, str]]]],
) -> list[list[tuple[str, str]]]:
    return [rules for agents, rules in groups if "*" in agents]


def _fields(text: str) -> Iterator[tuple[str, str]]:
    for line in text.splitlines():
        name, colon, value = line.split("#", 1)[0].partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _rule(path: str, allows: bool) -> Rule:
    anchored = path.endswith("$")
    stars = re.sub(r"\*+", "*", path.removesuffix("$"))
    pattern = ".*?".join(re.escape(_normal(part)) for part in stars.split("*")[:20])
    return Rule(re.compile(pattern + ("$" if anchored else "")), len(path), allows)


def _normal(path: str) -> str:
    """Escapes in one form, so that ``%7E`` and ``~`` are the same."""
    return quote(unquote(path), safe="/~:@!$&'()*+,;=?")


def _seconds(value: str) -> float:
    try:
        return min(max(float(value), 0.0), _SLOWEST)
    except ValueError:
        return 0.0
