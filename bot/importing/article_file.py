"""An imported article as a file: front matter that says where it comes from, and the text.

``source_revision`` is the hash of title and body as they were imported. As long as the file's own
hash is the same, nobody has edited the text; the other fields are the owner's to change.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from retrieval.article import Audience
from retrieval.front_matter import FrontMatterError, split_front_matter

_PLAIN = re.compile(r"[A-Za-z][\w ./-]*[\w.]")
_YAML_WORDS = frozenset({"yes", "no", "on", "off", "true", "false", "null", "y", "n"})


@dataclass(frozen=True, slots=True)
class Draft:
    """What an import has to say of an article.

    Attributes:
        id: Its id, used where it is new.
        path: Its path in the folder, used where it is new.
        title: Plain text, masked.
        body: Markdown, masked.
        locale: Language tag, may be empty.
        url: Where customers read it at the source.
        source: Name of the source.
        key: Its name there.
        owner: Who keeps it; used where it is new, as the ones below.
        domain: What it is filed under.
        audience: Who may read it.
        tags: Its labels.
    """

    id: str
    path: str
    title: str
    body: str
    locale: str
    url: str
    source: str
    key: str
    owner: str = ""
    domain: str = ""
    audience: Audience = Audience.CUSTOMER
    tags: tuple[str, ...] = ()

    @property
    def revision(self) -> str:
        """Hash of what the source says."""
        return text_revision(self.title, self.body)


@dataclass(frozen=True, slots=True)
class Present:
    """An imported article as it lies in the folder.

    Attributes:
        path: Its path, wherever its owner moved it.
        text: The whole file.
        id: Its id.
        source: Name of the source that it came from.
        key: Its name there.
        imported: Hash of what the last import wrote, as the file says.
        revision: Hash of its title and body as they are.
        url: Its address at the source, as the file says.
        audience: Who may read it.
        title: Plain text.
        imported_on: Day on which the source's text was written last, where the file says so.
    """

    path: str
    text: str
    id: str
    source: str
    key: str
    imported: str
    revision: str
    url: str
    audience: Audience = Audience.CUSTOMER
    title: str = ""
    imported_on: date | None = None


def text_revision(title: str, body: str) -> str:
    """First 16 hex digits of the SHA-256 of title and body."""
    return hashlib.sha256(f"{title.strip()}\n{body.strip()}".encode()).hexdigest()[:16]


def read_present(path: str, text: str) -> Present | None:
    """The imported article in a file; ``None`` where it is of no import, or can't be read."""
    text = text.replace("\r\n", "\n")
    try:
        matter = split_front_matter(text)
    except FrontMatterError:
        return None
    said = {n: f.value if isinstance(f.value, str) else "" for n, f in matter.fields.items()}
    if not said.get("source") or not said.get("source_id"):
        return None
    return Present(
        path=path,
        text=text,
        id=said.get("id", "") or path.removesuffix(".md"),
        source=said["source"],
        key=said["source_id"],
        imported=said.get("source_revision", ""),
        revision=text_revision(said.get("title", ""), matter.body),
        url=said.get("source_url", ""),
        audience=Audience.INTERNAL if said.get("audience") == "internal" else Audience.CUSTOMER,
        title=said.get("title", ""),
        imported_on=_day(said.get("imported_on", "")),
    )


def _day(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def new_text(draft: Draft, today: date) -> str:
    """The file of a new article."""
    fields = {
        "id": _scalar(draft.id),
        "title": _scalar(draft.title),
        "owner": _scalar(draft.owner) if draft.owner else "",
        "domain": _scalar(draft.domain) if draft.domain else "",
        "audience": draft.audience.value,
        "locale": _scalar(draft.locale) if draft.locale else "",
        "tags": f"[{', '.join(map(_scalar, draft.tags))}]" if draft.tags else "",
        **_provenance(draft, today),
    }
    lines = [f"{name}: {value}" for name, value in fields.items() if value]
    return "\n".join(["---", *lines, "---", draft.body.strip(), ""])


def changed_text(present: Present, draft: Draft, today: date) -> str:
    """The file with the source's new text; every other field stays as its owner left it."""
    fields = {"title": _scalar(draft.title), **_provenance(draft, today)}
    return _with_front_matter(present, fields, draft.body.strip() + "\n")


def moved_text(present: Present, draft: Draft) -> str:
    """The file of an edited article that is elsewhere at the source now: its text stays."""
    told = _provenance(draft, date.min)
    fields = {name: told[name] for name in ("source_id", "source_url")}
    return _with_front_matter(present, fields, split_front_matter(present.text).body)


def _with_front_matter(present: Present, fields: Mapping[str, str], body: str) -> str:
    matter = split_front_matter(present.text)
    block = present.text[: len(present.text) - len(matter.body)].split("\n")
    end = max(n for n, line in enumerate(block) if re.fullmatch(r"(?:---|\.\.\.)[ \t]*", line))
    return "\n".join(["---", *_with_fields(block[1:end], fields), "---", body])


def _provenance(draft: Draft, today: date) -> dict[str, str]:
    return {
        "source": _scalar(draft.source),
        "source_id": json.dumps(draft.key, ensure_ascii=False),
        "source_url": json.dumps(draft.url, ensure_ascii=False) if draft.url else "",
        "source_revision": json.dumps(draft.revision),
        "imported_on": today.isoformat(),
    }


def _with_fields(lines: list[str], fields: Mapping[str, str]) -> list[str]:
    """Lines of front matter with some fields replaced, and those that weren't there added."""
    told: list[str] = []
    waiting = {name: value for name, value in fields.items() if value}
    dropping = False
    for line in lines:
        name = line.partition(":")[0]
        if line[:1] in {" ", "\t", "-"} and dropping:
            continue  # the rest of a value that was replaced
        dropping = name in fields and not line.startswith("#")
        if not dropping:
            told.append(line)
        elif name in waiting:
            told.append(f"{name}: {waiting.pop(name)}")
    return [*told, *(f"{name}: {value}" for name, value in waiting.items())]


def _scalar(value: str) -> str:
    """A YAML scalar on one line, in quotes where it needs them."""
    if _PLAIN.fullmatch(value) and value.lower() not in _YAML_WORDS:
        return value
    return json.dumps(value, ensure_ascii=False)
