from pathlib import Path

import pytest

from evals.claim import claimed
from evals.errors import RunError
from evals.whole_file import write_whole


def test_one_run_at_a_time_writes_to_a_folder(tmp_path: Path) -> None:
    with claimed(tmp_path / "run"):
        refused = pytest.raises(RunError, match=r"another run is writing there: .*another --out")
        with refused, claimed(tmp_path / "run"):
            pass
        with claimed(tmp_path / "other"):
            pass
    assert not (tmp_path / "run").exists()  # nothing came of it
    with claimed(tmp_path / "run"):
        (tmp_path / "run" / "run.json").write_text("{}")
    assert (tmp_path / "run" / "run.json").exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(RunError, match="file/run: cannot be written"),
        claimed(tmp_path / "file" / "run"),
    ):
        pass


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "new" / "policy.yaml"
    write_whole(path, "old\n")
    with pytest.raises(UnicodeEncodeError):
        write_whole(path, "\ud800")
    assert path.read_bytes() == b"old\n"
    assert list(path.parent.iterdir()) == [path]
