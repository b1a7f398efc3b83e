from pathlib import Path

import pytest

from retrieval.errors import IndexWriteError
from retrieval.export import ensure_export
from retrieval.model import WEIGHTS

_MORE_THAN_ANY_DISK_HAS = 4 * 10**12


def weights(folder: Path, size: int) -> Path:
    """A model folder whose weights take no room, whatever their size."""
    with (folder / WEIGHTS).open("wb") as file:
        file.truncate(size)
    return folder


def test_too_little_room_is_said_before_the_export_begins(tmp_path: Path) -> None:
    model = weights(tmp_path, _MORE_THAN_ANY_DISK_HAS)
    with pytest.raises(IndexWriteError, match=r"models \(4200000 MB\): \d+ MB are free; free some"):
        ensure_export(model, tmp_path / "data" / "models" / "sha")


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "models").write_text("")
    with pytest.raises(IndexWriteError, match=r"models \(0 MB\): .*models is not a folder"):
        ensure_export(weights(tmp_path, 10), tmp_path / "models" / "sha")
