import importlib
import subprocess
import sys
from pathlib import Path

import pytest

from redaction.unneeded import left_out


def test_a_hidden_package_is_not_found_and_then_found_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # a package of our own: whatever is installed may be loaded already, and would stay
    (tmp_path / "package_nobody_loaded.py").touch()
    monkeypatch.syspath_prepend(tmp_path)
    with left_out("package_nobody_loaded"), pytest.raises(ImportError):
        importlib.import_module("package_nobody_loaded")
    assert importlib.import_module("package_nobody_loaded")
    del sys.modules["package_nobody_loaded"]


def test_a_package_that_is_loaded_stays() -> None:
    with left_out("sys", "pytest"):
        assert importlib.import_module("pytest") is pytest


def test_names_are_found_without_torch() -> None:
    code = (
        "import sys; from redaction.detector_presidio import PresidioDetector; "
        "found = PresidioDetector().detect('My name is Angela Merkel.', 'en'); "
        "assert [f.kind for f in found] == ['NAME'], found; "
        "assert not {'torch', 'transformers'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)  # noqa: S603  our own
