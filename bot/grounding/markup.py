"""Links, addresses and markup in a sentence: what leads away, fetches or runs something."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.grounding.verdict import Fault, Reason

LINK = re.compile(r"(?<!!)\[([^\][]+)\]\(([^()\s]+)\)")
_ADDRESS = re.compile(
    r"[\w.+-]+@[\w.-]+\w|\b[a-z][a-z0-9+.-]*://[^\s)>\]]*[^\s)>\].,;!?]|"
    r"\b(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\b(?:/[^\s)>\]]*[^\s)>\].,;!?])?",
    re.IGNORECASE,
)
# HTML, entities, images, reference links, code, tables, and schemes that run or fetch something.
_FORBIDDEN = re.compile(
    r"<\s*[a-z!/?]|&(?:#\w+|[a-z]+);|!\s*\[|\]\s*[\[:(]|^\s*\[[^\]]+\]:|```|~~~|\|\s*-{2,}"
    r"|^\s*#{1,6}\s|^\s*>|\b(?:javascript|data|vbscript|file|blob)\s*:|\{\{|\}\}|\{%|\$\{|<\||\|>|\[/?INST\]",
    re.IGNORECASE | re.MULTILINE,
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e0fff]"
)
# Letters of one alphabet inside a word of another look like what they are not.
_MIXED = re.compile(r"(?=\w*[A-Za-z])(?=\w*[\u0370-\u03ff\u0400-\u04ff\uff21-\uff5a])\w+")


def unfit(sentence: str, source: str, hosts: frozenset[str]) -> Iterator[Reason]:
    """What in a sentence must not be shown, whatever it says.

    Args:
        sentence: As the model wrote it.
        source: The cited passages with their links.
        hosts: Hosts that a link with a scheme may lead to.
    """
    worded = LINK.sub(r"\1", sentence)
    for pattern in (_FORBIDDEN, _INVISIBLE, _MIXED):
        if found := pattern.search(worded):
            yield Reason(Fault.MARKUP, found.group())
    known = set(addresses(source))
    for address in addresses(sentence):
        if address not in known or not _allowed(address, hosts):
            yield Reason(Fault.LINK, address)


def addresses(text: str) -> Iterator[str]:
    """Targets of links, and addresses written out."""
    for link in LINK.finditer(text):
        yield link.group(2).lower()
    for address in _ADDRESS.findall(LINK.sub(r"\1", text)):
        yield address.lower()


def _allowed(address: str, hosts: frozenset[str]) -> bool:
    """Whether an address may be shown: a link within the site, or to a host that is allowed."""
    if "://" not in address:
        return not address.startswith("//")
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and host in hosts
