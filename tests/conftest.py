"""Fixtures for every package: the folder of public data sets, and one real index for all."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config import load_settings
from bot.publishing import build_index


@pytest.fixture(autouse=True, scope="session")
def _default_settings() -> Iterator[None]:
    """The settings of whoever runs the tests stay outside, in child processes too."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.upper().startswith("FIRSTLINE_") and name != "FIRSTLINE_DATASETS":
                patch.delenv(name)
        yield


@pytest.fixture(scope="session")
def datasets() -> Path:
    """The folder of public data sets that ``FIRSTLINE_DATASETS`` names."""
    folder = os.environ.get("FIRSTLINE_DATASETS")
    if not folder:
        pytest.skip("FIRSTLINE_DATASETS names no folder of data sets")
    if not Path(folder).is_dir():
        pytest.skip(f"FIRSTLINE_DATASETS is {folder}, which is no folder")
    return Path(folder)


@pytest.fixture(scope="session")
def kestrel_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the built-in knowledge base, indexed by the real model. Read only."""
    data = tmp_path_factory.mktemp("kestrel")
    build_index(load_settings({"data": data}), lambda stage, done, total: None)
    return data
