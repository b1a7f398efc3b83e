"""What import contracts can't say: who reads the environment, and what an import costs."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("bot", "retrieval", "redaction", "evals")
HEAVY = (
    "faiss fastapi langchain langchain_core onnxruntime presidio_analyzer scipy "
    "sentence_transformers sklearn spacy sqlalchemy starlette torch transformers uvicorn"
)
READERS = {
    "bot/config.py": "the settings",
    "retrieval/export.py": "hands its environment on to the process that exports the model",
    "evals/bench_serving.py": "hands its environment on to the server that it measures",
}


def _modules() -> Iterator[Path]:
    for package in PACKAGES:
        yield from sorted((ROOT / package).rglob("*.py"))


def _reads_the_environment(tree: ast.Module) -> bool:
    names = {"environ", "environb", "getenv", "getenvb"}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(value=ast.Name(id="os"), attr=name) if name in names:
                return True
            case ast.ImportFrom(module="os", names=aliases) if names & {a.name for a in aliases}:
                return True
            case _:
                continue
    return False


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("import os\nprint(os.environ['HOME'])", True),
        ("import os\nos.getenv('HOME')", True),
        ("from os import environ", True),
        ("import os\nos.getpid()", False),
        ("from jinja2 import Environment\nenviron = 1", False),
    ],
)
def test_a_reader_of_the_environment_is_told_from_others(source: str, expected: bool) -> None:
    assert _reads_the_environment(ast.parse(source)) is expected


def test_only_the_settings_read_the_environment() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in _modules()
        if _reads_the_environment(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert readers == set(READERS)


def _loaded(module: str) -> set[str]:
    """Heavy packages that a fresh interpreter has loaded after importing a module."""
    code = (
        f"import sys, {module}\nprint(*[name for name in {HEAVY!r}.split() if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603  our own interpreter and our own code
        [sys.executable, "-c", code],
        cwd=ROOT, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return set(done.stdout.split())


@pytest.mark.parametrize("module", ["bot.assistant", "bot.cli"])
def test_the_spine_and_the_command_line_load_nothing_heavy(module: str) -> None:
    assert _loaded(module) == set()


def test_a_heavy_package_is_noticed() -> None:
    assert "sklearn" in _loaded("bot.calibration")


def test_the_packages_do_no_work_at_their_own_import() -> None:
    for package in PACKAGES:
        tree = ast.parse((ROOT / package / "__init__.py").read_text(encoding="utf-8"))
        docstring_only = all(isinstance(node, ast.Expr) for node in tree.body)
        assert docstring_only, package
