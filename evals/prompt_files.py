"""The evaluator's prompts for chat models, of the same form as the bot's."""

from functools import cache
from importlib.resources import files

from bot.prompts import PromptTemplate, parse_template


@cache
def read_prompt(name: str) -> PromptTemplate:
    """A shipped prompt by its name."""
    text = (files("evals") / "prompt_templates" / f"{name}.md").read_text(encoding="utf-8")
    return parse_template(name, text)
