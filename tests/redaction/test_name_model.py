from pathlib import Path

from redaction.name_model import TREE_SHA256, tree_hash, verify_name_model


def test_the_installed_model_is_the_pinned_one() -> None:
    assert tree_hash(verify_name_model()) == TREE_SHA256


def test_the_hash_sees_names_contents_and_missing_files(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "x").write_bytes(b"1")
    (tmp_path / "y").write_bytes(b"2")
    whole = tree_hash(tmp_path)
    (tmp_path / "a" / "x").write_bytes(b"3")
    changed = tree_hash(tmp_path)
    (tmp_path / "a" / "x").write_bytes(b"1")
    (tmp_path / "y").rename(tmp_path / "z")
    renamed = tree_hash(tmp_path)
    (tmp_path / "z").unlink()
    assert len({whole, changed, renamed, tree_hash(tmp_path)}) == 4


def test_compiled_files_do_not_count(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"1")
    before = tree_hash(tmp_path)
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "__pycache__" / "x.pyc").write_bytes(b"2")
    assert tree_hash(tmp_path) == before
