"""Chooses the source for what somebody names: an address, a file or a folder."""

from pathlib import Path
from urllib.parse import urlsplit

from bot.sources.archive import text_members
from bot.sources.confluence import Confluence, is_confluence
from bot.sources.export import read_export
from bot.sources.files import KINDS, Files
from bot.sources.intercom import Intercom, is_intercom
from bot.sources.notion import Notion, is_notion
from bot.sources.questions import Questions
from bot.sources.source import Source, SourceError
from bot.sources.zendesk import ZendeskGuide, is_zendesk

PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "::1/128", "fc00::/7")
"""Networks of one's own; those of the link itself and of clouds' services are never called."""

_WAYS = (
    "name the address of a help site, a file (.csv, .docx, .html, .json, .jsonl, .md, .pdf, .zip) "
    "or a folder"
)


def is_address(named: str) -> bool:
    """Whether something is named by a web address.

    Raises:
        SourceError: It is an address of another kind.
    """
    if "://" not in named:
        return False
    if urlsplit(named).scheme not in {"https", "http"}:
        raise SourceError(f"{named}: only https and http addresses are read")
    return True


def open_file(path: Path, encoding: str) -> Source:
    """The source in a file or folder, by what it holds.

    Args:
        path: The file or folder.
        encoding: Of a CSV file.

    Raises:
        SourceError: There is none, or it is of no kind that is known.
    """
    if not path.exists():
        raise SourceError(f"{path} does not exist: {_WAYS}")
    kind = path.suffix.lower()
    if path.is_dir():
        holds_json = any(f.suffix.lower() in {".json", ".jsonl"} for f in path.iterdir())
        return _export(path) if holds_json else Files(path)
    match kind:
        case ".csv" | ".tsv":
            return Questions(path, encoding)
        case ".json" | ".jsonl":
            return _export(path)
        case ".zip":
            return _archive(path)
        case _ if kind in KINDS:
            return Files(path)
    raise SourceError(f"{path}: {kind or 'a file without an ending'} is of no kind known: {_WAYS}")


def _export(path: Path) -> Source:
    export = read_export(path)
    if is_intercom(export):
        return Intercom(export)
    if is_zendesk(export):
        return ZendeskGuide(export)
    raise SourceError(
        f"{path} holds no articles of Zendesk Guide (`articles`, each with `section_id` or "
        "`html_url`) nor of Intercom (`data`, each of type `article`)"
    )


def _archive(path: Path) -> Source:
    members = list(text_members(path))
    if is_notion(members):
        return Notion(members)
    if is_confluence(members):
        return Confluence(members)
    raise SourceError(
        f"{path} holds no export of Notion or Confluence: unpack it and name the folder"
    )
