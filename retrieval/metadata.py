"""Front matter fields as an article's metadata, with a fault for every field that is wrong."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from retrieval.article import Audience
from retrieval.front_matter import Field
from retrieval.hidden import without_hidden

FIELDS = frozenset(
    {
        "id",
        "title",
        "owner",
        "domain",
        "audience",
        "locale",
        "intents",
        "reviewed_on",
        "review_days",
        "tags",
        # Where an imported article comes from; `firstline kb import` writes and reads them.
        "source",
        "source_id",
        "source_url",
        "source_revision",
        "imported_on",
    }
)
_ID = re.compile(r"[^\s#?%\\<>\"'`\x00-\x1f]{1,200}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


@dataclass(frozen=True, slots=True)
class Fault:
    """A field that is wrong.

    Attributes:
        line: Line in the file, counted from 1.
        message: What is wrong and what would be right.
        fatal: Whether the article can't be used.
    """

    line: int
    message: str
    fatal: bool = True


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the front matter says, defaults filled in; title and locale may be empty."""

    id: str
    title: str
    owner: str
    domain: str
    audience: Audience
    locale: str
    intents: tuple[str, ...]
    reviewed_on: date | None
    review_days: int
    tags: tuple[str, ...]


def read_metadata(fields: Mapping[str, Field], path: str) -> tuple[Metadata, list[Fault]]:
    """Metadata of the article at a path, and what is wrong with it."""
    faults = list(_faults(fields))
    wrong = {fault.line for fault in faults if fault.fatal}
    sound = {name: field for name, field in fields.items() if field.line not in wrong}

    def text(name: str, default: str = "") -> str:
        field = sound.get(name)
        return field.value.strip() if field and isinstance(field.value, str) else default

    reviewed_on = text("reviewed_on")
    return Metadata(
        id=text("id") or path.rsplit(".", 1)[0],
        title=" ".join(without_hidden(text("title")).split()),
        owner=text("owner"),
        domain=text("domain") or (path.split("/", 1)[0] if "/" in path else ""),
        audience=Audience(text("audience") or Audience.CUSTOMER),
        locale=text("locale"),
        intents=_list(sound.get("intents")),
        reviewed_on=date.fromisoformat(reviewed_on) if reviewed_on else None,
        review_days=int(text("review_days") or 180),
        tags=_list(sound.get("tags")),
    ), faults


def _list(field: Field | None) -> tuple[str, ...]:
    if field is None or field.value == "":
        return ()
    return (field.value,) if isinstance(field.value, str) else field.value


def _faults(fields: Mapping[str, Field]) -> Iterator[Fault]:
    for name, field in fields.items():
        if name not in FIELDS:
            yield Fault(field.line, f"unknown field `{name}` is not used", fatal=False)
        elif name not in {"intents", "tags"}:
            if not isinstance(field.value, str):
                yield Fault(field.line, f"`{name}` must be a single value")
            elif field.value.strip() and (wanted := _wanted(name, field.value.strip())):
                yield Fault(field.line, f"`{name}: {field.value.strip()[:60]}` must be {wanted}")


def _wanted(name: str, value: str) -> str:
    """What the field must be, empty when it is."""
    match name:
        case "id" if not _ID.fullmatch(value):
            return "a short name without spaces, quotes, # ? or %"
        case "audience" if value not in set(Audience):
            return "customer or internal"
        case "locale" if not _LOCALE.fullmatch(value):
            return "a language tag such as en or en-GB"
        case "reviewed_on" if not _is_day(value):
            return "a day such as 2026-03-31"
        case "review_days" if not (value.isascii() and value.isdigit() and 0 < int(value) < 36_500):
            return "a number of days from 1 to 36500"
        case _:
            return ""


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", value))
