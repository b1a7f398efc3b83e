"""What a knowledge base says of the site that shows it: ``site.yaml`` beside the articles.

It travels with the articles into the index, so that a server shows the company whose articles it
serves. Settings win over it, see ``bot.branding``.
"""

from dataclasses import dataclass

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import SiteError
from bot.yaml_places import told

SITE_FILE = "site.yaml"


class _SiteFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str = Field("", max_length=60)
    accent: str = Field("", pattern=r"^(#[0-9a-fA-F]{6})?$")
    greeting: str = Field("", max_length=200)
    suggested_questions: list[str] | None = Field(None, max_length=6)
    hours: str = Field("", max_length=120)


@dataclass(frozen=True, slots=True)
class Site:
    """How a knowledge base wants to be presented; whatever is empty was not said.

    Attributes:
        name: The company, as customers know it.
        accent: The one accent colour, ``#rrggbb``.
        greeting: First line of an empty chat.
        suggested_questions: Questions that can be asked with one click; ``None`` when not said.
        hours: When people answer, in words.
    """

    name: str = ""
    accent: str = ""
    greeting: str = ""
    suggested_questions: tuple[str, ...] | None = None
    hours: str = ""


def parse_site(text: str, name: str) -> Site:
    """Parse the text of a site file; empty text says nothing.

    Args:
        text: YAML.
        name: File name for messages.

    Raises:
        SiteError: The text is not YAML or has another shape; names the field.
    """
    try:
        file = _SiteFile.model_validate(yaml.safe_load(text) or {})
    except yaml.YAMLError as error:
        raise SiteError(f"{name}: not valid YAML: {error}") from error
    except ValidationError as error:
        raise SiteError(f"{name}: {told(error.errors()[0])}") from error
    questions = file.suggested_questions
    return Site(
        name=file.name.strip(),
        accent=file.accent,
        greeting=file.greeting.strip(),
        suggested_questions=None if questions is None else _asked(questions),
        hours=file.hours.strip(),
    )


def _asked(questions: list[str]) -> tuple[str, ...]:
    return tuple(question.strip() for question in questions if question.strip())
