"""Prompts for chat models: Markdown templates with a version each, in ``prompt_templates``.

A template starts with ``<!-- version: N -->`` and has two headings, ``# System`` and ``# User``.
``{name}`` stands for a value; customer and article text may go under ``# User`` only.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from bot.errors import ConfigurationError
from bot.llm.chat_model import Prompt, Schema

_TEMPLATE = re.compile(
    r"\s*<!-- version: (\d+) -->\s*^# System$\s*(.+?)\s*^# User$\s*(.+?)\s*\Z",
    re.MULTILINE | re.DOTALL,
)
_SLOT = re.compile(r"\{([a-z_]+)\}")
_FENCE = re.compile(
    r"<(\s*/?\s*(?:passages?|message|turns?|titles?|questions?|notes?)\b)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """One template.

    Attributes:
        name: File name without suffix.
        version: Raised with every change of wording.
        system: What the model is told to do; holds no slot.
        user: What it is to do it with, slots in braces.
    """

    name: str
    version: int
    system: str
    user: str

    @property
    def slots(self) -> frozenset[str]:
        """Names of the values it needs."""
        return frozenset(_SLOT.findall(self.user))

    def fill(self, values: Mapping[str, str], schema: Schema | None = None) -> Prompt:
        """Put values in their slots. Braces and slot names inside a value mean nothing.

        Args:
            values: One for each slot.
            schema: Shape of the reply where it is to be JSON.

        Raises:
            ValueError: A slot has no value, or a value no slot.
        """
        if set(values) != self.slots:
            odd = ", ".join(sorted(set(values) ^ self.slots))
            raise ValueError(f"prompt {self.name}: {odd} on one side only of slots and values")
        user = _SLOT.sub(lambda slot: values[slot.group(1)], self.user)
        return Prompt(f"{self.name}@{self.version}", self.system, user, schema)


def parse_template(name: str, text: str) -> PromptTemplate:
    """Parse the text of a template.

    Raises:
        ConfigurationError: It has no version, lacks a part, or has a slot in the system part.
    """
    match = _TEMPLATE.match(text)
    if match is None:
        raise ConfigurationError(
            f"prompt {name}: needs <!-- version: N -->, # System and # User, in that order"
        )
    version, system, user = match.groups()
    if slot := _SLOT.search(system):
        raise ConfigurationError(
            f"prompt {name}: {slot.group()} stands under # System: data belongs under # User"
        )
    return PromptTemplate(name, int(version), system, user)


@cache
def load_template(name: str) -> PromptTemplate:
    """Load a shipped template by its name."""
    text = (files("bot") / "prompt_templates" / f"{name}.md").read_text(encoding="utf-8")
    return parse_template(name, text)


def fenced(text: str) -> str:
    """Text that cannot close the tags which mark it as data."""
    return _FENCE.sub(r"(\1", text)
