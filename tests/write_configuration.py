"""The table of settings in ``docs/configuration.md``; run as a module, it writes the table anew."""

import json
from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr

from bot.config import describe_settings

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"
START, END = "<!-- settings -->", "<!-- /settings -->"


def rows() -> Iterator[str]:
    """One line of the table for each setting."""
    for name, description, default in describe_settings():
        yield f"| `{name}` | {_shown(default)} | {description.replace('|', chr(92) + '|')} |"


def _shown(default: object) -> str:
    if isinstance(default, SecretStr):
        default = default.get_secret_value()
    match default:
        case None | "":
            return "(empty)"
        case tuple() | frozenset():
            text = json.dumps(sorted(default) if isinstance(default, frozenset) else list(default),
                              ensure_ascii=False)  # fmt: skip
        case dict() | bool():
            text = json.dumps(default, ensure_ascii=False)
        case _:
            text = str(default)
    return f"`{text}`"


def table() -> str:
    """The whole table."""
    return "\n".join(["| setting | default | meaning |", "| --- | --- | --- |", *rows()])


def main() -> None:
    """Put the table into the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(START)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{START}\n\n{table()}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
