"""What ``tune`` is to promise: the target file."""

from pathlib import Path
from typing import Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evals.errors import TuneError


class Target(BaseModel):
    """What is promised.

    Attributes:
        false_containment: Most of all requests that may end contained though wrong.
        error_when_contained: Most of the contained ones that may be wrong.
        high_risk_handed_over: Least share of high-risk requests that a person takes over.
        confidence: With which all of it holds.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    false_containment: float | None = Field(None, gt=0, lt=1)
    error_when_contained: float | None = Field(None, gt=0, lt=1)
    high_risk_handed_over: float | None = Field(None, gt=0, lt=1)
    confidence: float = Field(0.95, gt=0.5, lt=1)

    @model_validator(mode="after")
    def _something(self) -> Self:
        if not self.promises:
            raise ValueError("name false_containment, error_when_contained or both")
        return self

    @property
    def promises(self) -> tuple[str, ...]:
        """What is promised of answers."""
        named = ("false_containment", "error_when_contained")
        return tuple(name for name in named if getattr(self, name) is not None)

    @property
    def delta(self) -> float:
        """Chance of being wrong for each promise."""
        return (1 - self.confidence) / (
            len(self.promises) + (self.high_risk_handed_over is not None)
        )


def read_target(path: Path) -> Target:
    """Read a target file.

    Raises:
        TuneError: It can't be read or has another shape; names the field.
    """
    try:
        return Target.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")) or {})
    except OSError as error:
        raise TuneError(f"{path}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TuneError(f"{path}: not YAML in UTF-8: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "target"
        raise TuneError(f"{path}: {where}: {first['msg']}") from error
