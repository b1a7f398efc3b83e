"""Edits whose preview was asked for on a page: a file each, played by a process of its own."""

import asyncio
import contextlib
import json
import logging
import os
import re
import secrets
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.beside import run_beside
from bot.insights.fates import Preview, keep_preview, read_preview

logger = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=1)
"""How long an edit and its preview are kept."""

_LOOK = 2.0
_ENDED = frozenset({".result", ".failed"})
_ID = re.compile(r"[a-f0-9]{16}")


@dataclass(frozen=True, slots=True)
class PreviewJob:
    """An edit that somebody wants to preview.

    Attributes:
        id: Its name.
        path: The file, in the knowledge base folder.
        text: What it would say.
    """

    id: str
    path: str
    text: str


class PreviewJobs:
    """Keeps them.

    Args:
        folder: Where they are; made when it is needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def ask(self, path: str, text: str, now: datetime) -> str:
        """Asks for a preview; gives its name. Old ones are forgotten.

        Raises:
            OSError: The folder can't be written to.
        """
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for file in self._folder.iterdir():
            if datetime.fromtimestamp(file.stat().st_mtime, UTC) < now - KEPT_FOR:
                file.unlink(missing_ok=True)
        job = PreviewJob(secrets.token_hex(8), path, text)
        _write(self._file(job.id, "job"), json.dumps(asdict(job)))
        return job.id

    def job(self, job_id: str) -> PreviewJob | None:
        """The edit; ``None`` where there is none of that name."""
        if not _ID.fullmatch(job_id):
            return None
        try:
            return PreviewJob(**json.loads(self._file(job_id, "job").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def result(self, job_id: str) -> Preview | None:
        """What came of it, once it was played."""
        return read_preview(self._file(job_id, "result"))

    def failure(self, job_id: str) -> str:
        """Why it can't be played; empty where it can."""
        try:
            return self._file(job_id, "failed").read_text(encoding="utf-8")
        except OSError:
            return ""

    def waiting(self) -> str:
        """The name of the oldest that is not played yet; empty where none is."""
        if not self._folder.is_dir():
            return ""
        ended = {file.stem for file in self._folder.iterdir() if file.suffix in _ENDED}
        jobs = [file for file in self._folder.glob("*.job") if file.stem not in ended]
        return min(jobs, key=lambda file: file.stat().st_mtime).stem if jobs else ""

    def finish(self, job_id: str, preview: Preview) -> None:
        """Keeps what came of one."""
        keep_preview(self._file(job_id, "result"), preview)

    def fail(self, job_id: str, why: str) -> None:
        """Keeps why one can't be played."""
        _write(self._file(job_id, "failed"), why)

    def _file(self, job_id: str, kind: str) -> Path:
        return self._folder / f"{job_id}.{kind}"


def _write(file: Path, text: str) -> None:
    draft = file.with_name(f"{file.name}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(text)
    draft.replace(file)


def preview_command(data: Path) -> Sequence[str]:
    """The command that plays one; its name comes after."""
    program = [sys.executable, "-m", "bot.cli", "kb", "preview"]
    return [*program, "--data", str(data), "--job"]


class PreviewRunner:
    """Beside a server: has previews played, one at a time.

    Args:
        jobs: Where they are asked for.
        command: What plays one.
    """

    def __init__(self, jobs: PreviewJobs, command: Sequence[str]) -> None:
        self._jobs = jobs
        self._command = command

    async def run(self, stop: asyncio.Event) -> None:
        """Goes on until ``stop`` is set; what is under way ends then."""
        while not stop.is_set():
            if job_id := self._jobs.waiting():
                code = await run_beside((*self._command, job_id), stop)
                if code and not self._jobs.failure(job_id):
                    self._jobs.fail(job_id, "the log of the server says why")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LOOK):
                    await stop.wait()
