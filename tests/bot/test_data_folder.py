from pathlib import Path

import pytest

from bot.data_folder import DataFolderError, make_writable, require_folder


def test_a_folder_is_made_once_and_left_empty(tmp_path: Path) -> None:
    data = tmp_path / "a" / "b"
    assert make_writable(data)
    assert not make_writable(data)
    assert list(data.iterdir()) == []


def test_looking_makes_nothing(tmp_path: Path) -> None:
    require_folder(tmp_path / "a" / "b")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("place", ["file", "file/data", "file/deep/data", "nowhere", "nowhere/x"])
def test_what_is_no_folder_is_named_with_the_way_out(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    for look in (require_folder, make_writable):
        with pytest.raises(DataFolderError) as caught:
            look(tmp_path / place)
        said = str(caught.value)
        assert str(tmp_path / place) in said
        assert "not a folder" in said
        assert "--data" in said
        assert "\n" not in said


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody can write")
def test_a_folder_that_cannot_be_made_is_named() -> None:
    with pytest.raises(DataFolderError, match=r"/proc/firstline can't be made: .* --data"):
        make_writable(Path("/proc/firstline"))
    with pytest.raises(DataFolderError, match=r"/proc/self can't be written to: .* --data"):
        make_writable(Path("/proc/self"))
