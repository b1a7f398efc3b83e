"""A fitted model of predicted CSAT as a JSON file: names and numbers, nothing that runs."""

import json
from dataclasses import asdict
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from bot.errors import FirstlineError
from bot.measure.predicted_csat import CsatModel, Embedding
from bot.measure.predicted_csat_features import NAMES

FORMAT = 1


class CsatModelError(FirstlineError):
    """A model file can't be read: names the file and what is wrong."""


class _EmbeddingFile(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    model: str
    sha256: str
    customer: list[float]
    reply: list[float]


class _ModelFile(BaseModel):
    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    format: int = Field(ge=FORMAT, le=FORMAT)
    name: str = Field(min_length=1)
    intercept: float
    coefficients: dict[str, float]
    middle: float
    spread: float = Field(gt=0)
    embedding: _EmbeddingFile | None = None
    fitted: dict[str, str | int | list[str]] = Field(default_factory=dict)

    @field_validator("coefficients")
    @classmethod
    def _known(cls, value: dict[str, float]) -> dict[str, float]:
        unknown = sorted(set(value) - set(NAMES))
        if unknown:
            raise ValueError(f"unknown features: {', '.join(unknown)}")
        return value


def read_model(path: Path) -> CsatModel:
    """Read a model that ``firstline-evals csat fit`` wrote.

    Raises:
        CsatModelError: It can't be read, or is not such a file.
    """
    try:
        row = _ModelFile.model_validate_json(path.read_bytes())
    except OSError as error:
        raise CsatModelError(f"{path}: cannot be read: {error.strerror}") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the file"
        raise CsatModelError(f"{path}: {where}: {first['msg']}") from error
    vectors = row.embedding
    return CsatModel(
        name=row.name,
        intercept=row.intercept,
        coefficients=row.coefficients,
        middle=row.middle,
        spread=row.spread,
        embedding=Embedding(
            vectors.model, vectors.sha256, tuple(vectors.customer), tuple(vectors.reply)
        )
        if vectors
        else None,
    )


def write_model(path: Path, model: CsatModel, fitted: dict[str, str | int | list[str]]) -> None:
    """Write a model.

    Args:
        path: The file.
        model: What to write.
        fitted: What it was fitted on, for the record.

    Raises:
        CsatModelError: It can't be written.
    """
    record = {"format": FORMAT, **asdict(model), "fitted": fitted}
    try:
        path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise CsatModelError(f"{path}: cannot be written: {error.strerror}") from error
