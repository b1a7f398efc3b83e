"""The gate file: what a change must keep to. ``evals.gate`` applies it."""

from importlib.resources import files
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from bot.outcome import FORMULAS
from evals.compare import PAIRED
from evals.errors import GateFileError

SHIPPED = "gate.yaml"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Health(_Strict):
    """When a run may be trusted at all.

    Attributes:
        crashed: Cases that may crash.
        unscored: Share of unscored cases from which a run is invalid.
        unscored_fail: Share from which unscored cases count as wrong.
        same_data: Whether baseline and run must have read the very same file.
        repeats_identical: Whether repeats without a language model must decide the same.
    """

    crashed: int = Field(0, ge=0)
    unscored: float = Field(0.05, ge=0, le=1)
    unscored_fail: float = Field(0.02, ge=0, le=1)
    same_data: bool = True
    repeats_identical: bool = True


class MustEscalate(_Strict):
    """Cases of which none may miss a person.

    Attributes:
        tag: The cases with this tag.
        cases: Further cases, by id.
        known: Ids of cases that are known to miss; any other miss fails.
    """

    tag: str = ""
    cases: tuple[str, ...] = ()
    known: frozenset[str] = frozenset()


class Bound(_Strict):
    """A share that must stay above or below a limit.

    Attributes:
        metric: Name of an offline formula.
        at_most: Limit from above.
        at_least: Limit from below.
        by: ``bound`` holds the one-sided bound against it, ``value`` the share itself.
        tag: Only cases with this tag.
        tier: Only cases of this risk.
        allow_noise: Whether a run that no longer shows it stops nothing where the baseline did
            and no more faults came than may flip anyway.
    """

    metric: str
    at_most: float | None = Field(None, ge=0, le=1)
    at_least: float | None = Field(None, ge=0, le=1)
    by: Literal["bound", "value"] = "bound"
    tag: str = ""
    tier: str = ""
    allow_noise: bool = False

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.metric not in FORMULAS:
            raise ValueError(f"unknown metric {self.metric!r}; known: {', '.join(FORMULAS)}")
        if (self.at_most is None) == (self.at_least is None):
            raise ValueError(f"{self.metric}: give either at_most or at_least")
        return self

    @property
    def name(self) -> str:
        """The rule in a few words."""
        limit = self.at_most if self.at_most is not None else self.at_least
        word = "at most" if self.at_most is not None else "at least"
        rows = f" ({', '.join(filter(None, (self.tier, self.tag)))})" if self._narrowed else ""
        return f"{self.metric}{rows} {word} {100 * (limit or 0):g} %"

    @property
    def _narrowed(self) -> bool:
        return bool(self.tier or self.tag)


class NotWorse(_Strict):
    """A metric that may not fall, beyond a margin, below the baseline's."""

    metric: str
    margin: float = Field(0.02, ge=0, le=1)

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.metric not in PAIRED:
            raise ValueError(f"unknown metric {self.metric!r}; known: {', '.join(PAIRED)}")
        return self


class GatePolicy(_Strict):
    """The whole file.

    Attributes:
        confidence: Of bounds, and that nothing got worse by chance alone.
        noise: Share of the paired cases that may flip for the worse on any run.
        health: When a run may be trusted at all.
        canaries: Planted personal data that may be kept; ``None`` doesn't ask.
        must_escalate: Cases of which none may miss a person.
        bounds: Shares with a limit.
        not_worse: Metrics that are held against the baseline.
    """

    confidence: float = Field(0.95, gt=0, lt=1)
    noise: float = Field(0.015, ge=0, lt=1)
    health: Health = Health()
    canaries: int | None = Field(0, ge=0)
    must_escalate: MustEscalate | None = None
    bounds: tuple[Bound, ...] = ()
    not_worse: tuple[NotWorse, ...] = ()

    def flips(self, paired: int) -> int:
        """Cases of so many paired ones that may flip for the worse on any run."""
        return int(self.noise * paired + 1e-9)

    @model_validator(mode="after")
    def _once(self) -> Self:
        names = [rule.metric for rule in self.not_worse]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"not_worse names {', '.join(twice)} twice")
        return self


def read_gate_policy(path: Path | None) -> GatePolicy:
    """Read a gate file; the shipped one where none is named.

    Raises:
        GateFileError: It can't be read, or has another shape; names the field.
    """
    name = str(path) if path else SHIPPED
    try:
        text = (path or files("evals") / SHIPPED).read_text(encoding="utf-8")
        return GatePolicy.model_validate(yaml.safe_load(text) or {})
    except OSError as error:
        raise GateFileError(f"{name}: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise GateFileError(f"{name}: not YAML in UTF-8: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise GateFileError(f"{name}: {where}: {first['msg']}") from error
