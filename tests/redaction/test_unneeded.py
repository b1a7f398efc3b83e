import importlib
import subprocess
import sys

import pytest

from redaction.unneeded import left_out


def test_a_hidden_package_is_not_found_and_then_found_again() -> None:
    with left_out("wsgiref"), pytest.raises(ImportError):
        importlib.import_module("wsgiref")
    assert importlib.import_module("wsgiref")


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
