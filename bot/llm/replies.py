"""Replies in JSON: their schema, and reading them from models that keep to it more or less."""

import json
import re
from collections.abc import Mapping, Sequence

from bot.llm.chat_model import Schema, UnreadableReplyError

_OBJECT = re.compile(r"\{.*\}", re.DOTALL)


def schema_of(title: str, fields: Sequence[str]) -> Schema:
    """The schema of an object of texts."""
    return {
        "title": title,
        "description": f"The {title}.",
        "type": "object",
        "properties": {name: {"type": "string"} for name in fields},
        "required": list(fields),
        "additionalProperties": False,
    }


def read_fields(reply: str, fields: Sequence[str]) -> Mapping[str, str]:
    """The texts of a reply, each stripped.

    A model that wraps the object in other words is understood; one that leaves it out isn't.

    Raises:
        UnreadableReplyError: It holds no such object.
    """
    found = _OBJECT.search(reply)
    try:
        parsed = json.loads(found.group()) if found else None
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise UnreadableReplyError("the reply holds no JSON object")
    texts = {name: parsed.get(name) for name in fields}
    if not all(isinstance(text, str) and text.strip() for text in texts.values()):
        raise UnreadableReplyError(f"the reply lacks one of {', '.join(fields)}")
    return {name: str(text).strip() for name, text in texts.items()}
