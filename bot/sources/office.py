"""Word and PDF files as HTML, made by a process of its own with little time and memory.

``python -m bot.sources.office FILE`` writes the HTML; the extra ``firstline[import]`` is needed.
"""

import resource
import subprocess
import sys
from pathlib import Path

from bot.sources.source import SourceError

SECONDS = 120
_MEMORY = 2_000_000_000
_NOT_INSTALLED = 3


class OfficeError(Exception):
    """A file that can't be converted; says why."""


def office_html(path: Path, seconds: int = SECONDS) -> str:
    """A ``.docx`` or ``.pdf`` file as HTML.

    Raises:
        OfficeError: It is damaged, or takes too long.
        SourceError: What reads such files is not installed.
    """
    command = [sys.executable, "-m", "bot.sources.office", str(path.absolute())]
    try:
        done = subprocess.run(  # noqa: S603  our own module
            command, capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise OfficeError(f"takes longer than {seconds} seconds") from None
    if done.returncode == _NOT_INSTALLED:
        raise SourceError(
            f"{path}: Word and PDF files need more software: pip install 'firstline[import]'"
        )
    if done.returncode:
        told = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise OfficeError(f"can't be read: {told[-1][:200] if told else 'it broke off'}")
    return done.stdout.decode("utf-8")


def _main(path: Path) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    try:
        if path.suffix.lower() == ".docx":
            from bot.sources.word import docx_html

            html = docx_html(path)
        else:
            from bot.sources.pdf import pdf_html

            html = pdf_html(path)
    except ImportError as error:
        print(error, file=sys.stderr)  # noqa: T201  for the parent process
        return _NOT_INSTALLED
    except Exception as error:  # noqa: BLE001  whatever a hostile file brings about
        print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201
        return 1
    sys.stdout.buffer.write(html.encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    sys.exit(_main(Path(sys.argv[1])))
