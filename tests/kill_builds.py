"""Kills the build of an index again and again and looks whether what is left is whole.

``python -m tests.kill_builds FOLDER 100`` takes some four seconds a kill; the folder is made.
"""

import random
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

from bot.knowledge import assemble
from retrieval.config import RetrievalSettings
from retrieval.embedder_hashing import HashingEmbedder
from retrieval.errors import IndexStoreError
from retrieval.load import load
from retrieval.manifest import current, generation_folder, index_folder
from tests.bot.small_knowledge import index_small, write_small

_LONGEST = 4.0
"""Seconds until a kill, at most; a build of this size takes less than one."""


def build(kb: Path, data: Path) -> None:
    """Build one generation after another, each with another article, until killed."""
    print("ready", flush=True)  # noqa: T201  the sign to begin counting
    for number in count():
        text = f"# Extra {number}\n\nText number {number} of the extra article.\n"
        (kb / "extra.md").write_text(text, encoding="utf-8")
        index_small(kb, data)


def killed_once(kb: Path, data: Path, delay: float) -> None:
    """Start building and kill it after a delay."""
    command: list[str | Path] = [sys.executable, "-m", "tests.kill_builds", "--build", kb, data]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as building:  # noqa: S603  our own module
        assert building.stdout is not None
        building.stdout.readline()
        time.sleep(delay)
        building.send_signal(signal.SIGKILL)


def whole(data: Path) -> bool:
    """Whether the serving generation can be loaded, every hash compared, with all its parts."""
    try:
        folder = generation_folder(data)
        index = load(data, RetrievalSettings(), HashingEmbedder())
        return "a17" in index.articles and assemble(folder, index).intent_model is not None
    except IndexStoreError as error:
        print(error)  # noqa: T201  the output of this program
        return False


def main(folder: Path, kills: int) -> int:
    """Kill so often; returns how many times what was left was broken."""
    kb, data = folder / "kb", folder / "data"
    write_small(kb)
    for number in range(40):
        (kb / f"a{number}.md").write_text(f"# Card {number}\n\nText about card {number}.\n" * 3)
    chance = random.Random(11)  # noqa: S311  when to kill, not a secret
    broken = amid = 0
    for _ in range(kills):
        killed_once(kb, data, chance.uniform(0.02, _LONGEST))
        amid += any(index_folder(data).glob(".staging-*"))
        broken += current(data) is not None and not whole(data)
    print(f"{kills} kills, {amid} of them amid a build, {broken} broken indexes")  # noqa: T201
    return broken


if __name__ == "__main__":
    if sys.argv[1] == "--build":
        build(Path(sys.argv[2]), Path(sys.argv[3]))
    sys.exit(bool(main(Path(sys.argv[1]), int(sys.argv[2]))))
