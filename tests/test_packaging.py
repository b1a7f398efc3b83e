"""The wheel holds all that runs, nothing else, and the versions that CI ran with are pinned."""

import re
import tomllib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "retrieval", "redaction", "evals")
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    return ZipFile(
        next(WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"]))
    )


def _files(folder: str) -> set[str]:
    return {
        path.relative_to(ROOT / folder).as_posix()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_each_import_name_is_ours(package: str) -> None:
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin == str(ROOT / package / "__init__.py")


@pytest.mark.parametrize("package", PACKAGES)
def test_every_file_of_a_package_is_in_the_wheel(wheel: ZipFile, package: str) -> None:
    packed = {name.removeprefix(f"{package}/") for name in wheel.namelist()}
    assert "py.typed" in packed
    assert _files(package) - packed == set()


def test_the_knowledge_base_is_in_the_wheel(wheel: ZipFile) -> None:
    content = _files("kb_content")
    assert {"intents.yaml", "policy.yaml"} <= content
    assert {f"bot/kestrel/{name}" for name in content} - set(wheel.namelist()) == set()


@pytest.mark.parametrize(
    "name",
    [
        "bot/lines.yaml",
        "bot/phrases.yaml",
        "bot/prompt_templates/answer.md",
        "bot/migrations/script.py.mako",
        "bot/web/templates/home.html",
        "bot/web/static/chat/main.js",
        "bot/web/static/embed.js",
        "evals/suites/builtin.yaml",
    ],
)
def test_what_is_no_python_is_in_the_wheel_too(wheel: ZipFile, name: str) -> None:
    assert name in wheel.namelist()


def test_the_wheel_brings_nothing_else(wheel: ZipFile) -> None:
    tops = {name.split("/")[0] for name in wheel.namelist()}
    assert tops == {*PACKAGES, f"firstline-{PROJECT['project']['version']}.dist-info"}
    assert not [name for name in wheel.namelist() if "__pycache__" in name or name.endswith(".pyc")]


def test_the_licence_and_the_commands_are_in_the_wheel(wheel: ZipFile) -> None:
    info = f"firstline-{PROJECT['project']['version']}.dist-info"
    assert b"Apache License" in wheel.read(f"{info}/licenses/LICENSE")
    entries = wheel.read(f"{info}/entry_points.txt").decode()
    assert "firstline = bot.cli:app" in entries
    assert "firstline-evals = evals.cli:app" in entries


@cache
def _pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split("==") for line in lines if line and not line.startswith("#"))
    return {_normal(name): version for name, version in pairs}


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _named(requirement: str) -> str:
    return _normal(re.split(r"[\s<>=!~;\[]", requirement)[0])


def test_every_dependency_has_a_pinned_version() -> None:
    project = PROJECT["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    assert [name for name in map(_named, wanted) if name not in _pins()] == []


def test_pins_are_plain_versions() -> None:
    assert [pin for pin in _pins().values() if not re.fullmatch(r"[0-9][0-9a-z.]*", pin)] == []


def test_the_makefile_installs_the_pinned_torch() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.findall(r"torch==(\S+)", makefile) == [_pins()["torch"]]


def test_nothing_names_an_index_of_packages() -> None:
    for name in ("Makefile", "constraints.txt", "pyproject.toml", ".ci/run"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert not re.search(r"--(extra-)?index-url|--find-links|https?://", text), name
