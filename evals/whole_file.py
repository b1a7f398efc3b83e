"""Writes a file whole or not at all: whoever reads sees the old one or the new."""

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write text in UTF-8 with plain line ends; makes the folder where there is none.

    Raises:
        OSError: It can't be written; what was there is left alone.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8", newline="\n")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
