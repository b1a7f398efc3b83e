"""Exports a model's weights once to ONNX: ``python -m retrieval.export MODEL_FOLDER TARGET``.

Runs in its own process, so that torch's memory is given back and serving never loads it.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from retrieval.disk import refusal
from retrieval.errors import IndexWriteError, ModelMissingError
from retrieval.model import WEIGHTS, sha256_of

NETWORK = "model.onnx"
TOKENIZER = "tokenizer.json"
SHAPE = "shape.json"
HASHES = "sha256.json"
_LONGEST_SECONDS = 300
_GROWTH = 1.05
"""Size of an export against its weights, rounded up."""


def ensure_export(model: Path, target: Path) -> dict[str, str]:
    """Files of the export with their verified SHA-256; made when missing or damaged.

    Raises:
        IndexWriteError: When there is no room for it, or the folder can't be written.
        ModelMissingError: When the export fails.
    """
    hashes = _sound(target)
    if hashes is not None:
        return hashes
    _require_room(model, target.parent)
    try:
        _export_apart(model, target)
    except ModelMissingError:
        if _sound(target) is None:  # another process may have been faster
            raise
    hashes = _sound(target)
    if hashes is None:
        raise ModelMissingError(f"the export of {model.name} to {target.name} is not whole")
    return hashes


def export(model: Path, target: Path) -> None:
    """Writes network, tokenizer, shape and their hashes to a folder, all or nothing."""
    import torch  # noqa: PLC0415 (heavy, and needed by this process alone)
    from transformers import AutoModel  # noqa: PLC0415 (the same)

    for left in target.parent.glob(f"{target.name}.*"):
        if not _alive(int(left.suffix[1:])):
            shutil.rmtree(left, ignore_errors=True)
    staging = target.with_name(f"{target.name}.{os.getpid()}")
    staging.mkdir(parents=True)
    try:
        network = AutoModel.from_pretrained(
            model, local_files_only=True, use_safetensors=True, attn_implementation="eager"
        ).eval()

        class States(torch.nn.Module):
            """The network with its inputs by position, as the tracer wants them."""

            def __init__(self) -> None:
                super().__init__()
                self.network = network

            def forward(
                self, ids: torch.Tensor, mask: torch.Tensor, kinds: torch.Tensor
            ) -> torch.Tensor:
                states: torch.Tensor = self.network(
                    input_ids=ids, attention_mask=mask, token_type_ids=kinds
                ).last_hidden_state
                return states

        names = ["input_ids", "attention_mask", "token_type_ids"]
        example = torch.ones((2, 8), dtype=torch.int64)
        axes = {name: {0: "texts", 1: "pieces"} for name in [*names, "last_hidden_state"]}
        torch.onnx.export(
            States(),
            (example, example, torch.zeros_like(example)),
            str(staging / NETWORK),
            input_names=names,
            output_names=["last_hidden_state"],
            dynamic_axes=axes,
            opset_version=18,
            dynamo=False,
        )
        shutil.copyfile(model / TOKENIZER, staging / TOKENIZER)
        (staging / SHAPE).write_text(json.dumps(_shape(model, network.config.hidden_size)))
        hashes = {name: sha256_of(staging / name) for name in (NETWORK, TOKENIZER, SHAPE)}
        (staging / HASHES).write_text(json.dumps(hashes, indent=1))
        shutil.rmtree(target, ignore_errors=True)
        staging.replace(target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _require_room(model: Path, folder: Path) -> None:
    """The other process fails with words of its vendors', so room is looked for before."""
    megabytes = (model / WEIGHTS).stat().st_size * _GROWTH / 1e6
    what = f"the embedding model has to be exported once to {folder} ({megabytes:.0f} MB)"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            free = shutil.disk_usage(folder).free / 1e6
    except OSError as error:
        raise IndexWriteError(f"{what}: {refusal(error, folder)}") from error
    if free < megabytes:
        raise IndexWriteError(f"{what}: {free:.0f} MB are free; free some space")


def _shape(model: Path, dimension: int) -> dict[str, int | str]:
    """What the network needs to know about its input and output."""
    pooling = json.loads((model / "1_Pooling" / "config.json").read_text())
    first = pooling.get("pooling_mode_cls_token") or pooling.get("pooling_mode") == "cls"
    longest = json.loads((model / "sentence_bert_config.json").read_text())["max_seq_length"]
    return {"dimension": dimension, "longest": longest, "pooling": "cls" if first else "mean"}


def _export_apart(model: Path, target: Path) -> None:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    package = str(Path(__file__).resolve().parent.parent)
    environment["PYTHONPATH"] = os.pathsep.join(
        [package, *filter(None, [environment.get("PYTHONPATH")])]
    )
    command = [sys.executable, "-W", "ignore", "-m", "retrieval.export", str(model), str(target)]
    try:
        done = subprocess.run(  # noqa: S603 (our own module, no shell, paths from the settings)
            command,
            env=environment,
            capture_output=True,
            text=True,
            timeout=_LONGEST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ModelMissingError(f"the export took over {_LONGEST_SECONDS} s") from error
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or ["no message"]
        raise ModelMissingError(f"the export of the model failed: {last[0]}")


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _sound(target: Path) -> dict[str, str] | None:
    try:
        hashes = json.loads((target / HASHES).read_text())
        sound = set(hashes) == {NETWORK, TOKENIZER, SHAPE} and all(
            sha256_of(target / name) == digest for name, digest in hashes.items()
        )
    except (OSError, ValueError, TypeError):
        return None
    return dict(hashes) if sound else None


if __name__ == "__main__":
    export(Path(sys.argv[1]), Path(sys.argv[2]))
