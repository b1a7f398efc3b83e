from pathlib import Path

import pytest

from bot.origin import Origin, origin_of, read_origin, remember_origin


@pytest.mark.parametrize(
    ("kb", "said"),
    [
        (None, "the built-in articles"),
        (Path("/srv/help"), "the folder help"),
        (Path("/srv/our help\npages"), "the folder our help pages"),
        (Path("/"), "a folder of its own"),
    ],
)
def test_an_origin_comes_back_without_its_path(tmp_path: Path, kb: Path | None, said: str) -> None:
    (tmp_path / "index").mkdir()
    remember_origin(tmp_path, origin_of(kb))
    assert read_origin(tmp_path) == origin_of(kb)
    assert str(read_origin(tmp_path)) == said
    assert b"/srv" not in (tmp_path / "index" / "ORIGIN").read_bytes()


def test_a_relative_folder_has_the_name_it_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "help").mkdir()
    monkeypatch.chdir(tmp_path / "help")
    assert origin_of(Path()) == Origin(built_in=False, name="help")


@pytest.mark.parametrize("content", [None, b"", b"\xff", b"elsewhere", b"folderish"])
def test_what_makes_no_sense_tells_nothing(tmp_path: Path, content: bytes | None) -> None:
    (tmp_path / "index").mkdir()
    if content is not None:
        (tmp_path / "index" / "ORIGIN").write_bytes(content)
    assert read_origin(tmp_path) is None


def test_an_index_of_before_names_were_kept_is_a_folders(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / "ORIGIN").write_text("folder\n")
    assert read_origin(tmp_path) == Origin(built_in=False)
