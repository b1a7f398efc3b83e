"""Who could end the contacts of a topic, as content owners say in ``drivers.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bot.errors import ConfigurationError
from bot.yaml_places import told

DRIVERS_FILE = "drivers.yaml"

_Gap = Annotated[str, StringConstraints(pattern=r"^gap-[0-9a-f]+$")]
_Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]


class EndsBy(StrEnum):
    """What would end the contacts of a topic."""

    ARTICLE = "article"
    PRODUCT = "product"
    AGENT = "agent"


class Mark(BaseModel):
    """What an owner says of one topic.

    Attributes:
        ends_by: What would end its contacts.
        why: The reason.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    ends_by: EndsBy
    why: _Why


class _MarksFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    intents: dict[str, Mark] = Field(default_factory=dict)
    gaps: dict[_Gap, Mark] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Marks:
    """What owners say.

    Attributes:
        intents: By intent.
        gaps: By gap; this leads over the intent.
    """

    intents: Mapping[str, Mark] = field(default_factory=dict)
    gaps: Mapping[str, Mark] = field(default_factory=dict)


def parse_marks(text: str) -> Marks:
    """Parse the text of the file; empty text says nothing.

    Raises:
        ConfigurationError: It is not YAML, or has another shape; names the field.
    """
    try:
        file = _MarksFile.model_validate(yaml.safe_load(text) or {})
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{DRIVERS_FILE}: not valid YAML: {error}") from error
    except ValidationError as error:
        raise ConfigurationError(f"{DRIVERS_FILE}: {told(error.errors()[0])}") from error
    return Marks(file.intents, file.gaps)


def read_marks(folder: Path) -> Marks:
    """What the owners of a knowledge base say; nothing where there is no such file.

    Raises:
        ConfigurationError: The file is malformed.
    """
    file = folder / DRIVERS_FILE
    try:
        return parse_marks(file.read_text(encoding="utf-8")) if file.is_file() else Marks()
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{DRIVERS_FILE}: is not UTF-8; save it as UTF-8") from error
