"""Where an imported article goes: its id, its path, its domain, its owner."""

import re
import unicodedata
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import ConfigurationError
from bot.sources.source import Page
from retrieval.article import Audience

_LONGEST = 60
_OTHER = "imported"


class Assignment(BaseModel):
    """Pages and who keeps them; a mapping file is a list of these, the first that fits counts."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    match: str
    """Address, key or section of the page; ``*`` stands for anything."""
    domain: str = ""
    owner: str = ""
    audience: Audience | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page is filed, and for whom."""

    domain: str
    owner: str
    audience: Audience


class Mapping(BaseModel):
    """A mapping file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    pages: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Filing:
    """Rules for new articles.

    Attributes:
        domain: Of all of them; empty files each by its section.
        owner: Of all that name none.
        audience: Of all of them; ``None`` takes what the source says.
        mapping: Goes first.
    """

    domain: str = ""
    owner: str = ""
    audience: Audience | None = None
    mapping: tuple[Assignment, ...] = ()

    def place(self, page: Page) -> Place:
        """Where a page goes."""
        told = [name for name in (page.url, page.key, page.section) if name]
        fits = (a for a in self.mapping if any(fnmatchcase(name, a.match) for name in told))
        rule = next(fits, Assignment(match=""))
        source_says = Audience.INTERNAL if page.internal else Audience.CUSTOMER
        return Place(
            slug(rule.domain or self.domain or page.section) or _OTHER,
            rule.owner or page.owner or self.owner,
            rule.audience or self.audience or source_says,
        )


def read_mapping(path: Path) -> tuple[Assignment, ...]:
    """The rules of a mapping file.

    Raises:
        ConfigurationError: It can't be read, or a rule is wrong; says which.
    """
    try:
        text = path.read_text(encoding="utf-8")
        return Mapping.model_validate(yaml.safe_load(text) or {}).pages
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: can't be read: {error}") from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: no YAML: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise ConfigurationError(
            f"{path}: {place}: {first['msg']}; a mapping is `pages:` with a list of `match`, and "
            "`domain`, `owner` or `audience`"
        ) from None


def slug(text: str) -> str:
    """Words as a name of small letters, digits and dashes; letters of any script stay."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    plain = unicodedata.normalize("NFC", plain.casefold()).replace("'", "").replace("’", "")
    name = re.sub(r"[\W_]+", "-", plain).strip("-")
    return name if len(name) <= _LONGEST else name[:_LONGEST].rpartition("-")[0] or name[:_LONGEST]
