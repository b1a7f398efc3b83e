"""Settings of redaction. The defaults work unconfigured."""

# ruff: noqa: E501 - a pattern reads best in one piece

import re
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, field_validator

from redaction.keep_pattern import KeepPatternError, compile_keep
from redaction.kinds import ALWAYS_MASKED, KINDS
from redaction.recognisers.identity_shapes import COUNTRIES

Named = TypeVar("Named", dict[str, float], frozenset[str])


class RedactionSettings(BaseModel):
    """What is masked and what is kept."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    named_entities: bool = Field(
        default=True,
        description="Look for names with a language model as well as by cue phrases.",
    )
    keep: tuple[str, ...] = Field(
        default=(),
        description="Regular expressions, case ignored, of texts that stay, such as order ids, as a JSON list. "
        "They never override a card number, a secret or what else docs/redaction.md names. "
        "Repeats need an end, such as {1,20}.",
    )
    keep_file: Path | None = Field(
        default=None,
        description="YAML file of texts that stay: patterns with names and examples, own sites, names; "
        "see docs/redaction.md.",
    )
    keep_defaults: bool = Field(
        default=True,
        description="Also keep ids, amounts and versions by the patterns that ship.",
    )
    keep_names: tuple[str, ...] = Field(
        default=(),
        description="Product and place names that look like a person's name but stay, as a JSON list.",
    )
    phone_regions: tuple[str, ...] = Field(
        default=(
            "GB", "US", "IE", "DE", "AT", "CH", "FR", "ES", "IT", "PT", "NL", "BE", "PL", "SE",
            "DK", "NO", "AU", "IN",
        ),
        description="Countries (ISO 3166-1 alpha-2) whose national phone numbers are recognised, as a JSON list.",
    )  # fmt: skip
    id_countries: tuple[str, ...] = Field(
        default=COUNTRIES,
        description="Countries (ISO 3166-1 alpha-2) whose national ids, licences and health ids are found by "
        "their form alone, as a JSON list; beside words such as passport number they are found anyway.",
    )
    timeout_seconds: float = Field(
        default=2.0, gt=0, description="Seconds after which a text is withheld whole."
    )
    min_scores: dict[str, float] = Field(
        default_factory=dict,
        description="Smallest score by kind, as a JSON object; the others take FIRSTLINE_REDACTION__MIN_SCORE.",
    )
    min_score: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Smallest score of all other kinds; CARD, CVV, PIN, PASSWORD, API_KEY and CODE are masked whatever it is.",
    )
    off: frozenset[str] = Field(
        default=frozenset(),
        description="Kinds that are not looked for, as a JSON list. CARD, CVV, PIN, PASSWORD, API_KEY and CODE stay on.",
    )

    @field_validator("keep")
    @classmethod
    def _compiles(cls, patterns: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in patterns:
            try:
                compile_keep(pattern)
            except KeepPatternError as error:
                message = f"keep pattern {pattern!r} {error}"
                raise ValueError(message) from error
        return patterns

    @field_validator("phone_regions")
    @classmethod
    def _regions(cls, regions: tuple[str, ...]) -> tuple[str, ...]:
        for region in regions:
            if not re.fullmatch("[A-Z]{2}", region) or region == "UK":
                message = f"phone region {region!r}: two capital letters, GB for the United Kingdom"
                raise ValueError(message)
        return regions

    @field_validator("id_countries")
    @classmethod
    def _id_countries(cls, countries: tuple[str, ...]) -> tuple[str, ...]:
        for country in countries:
            if country not in COUNTRIES:
                message = f"id country {country!r}; known: {', '.join(COUNTRIES)}"
                raise ValueError(message)
        return countries

    @field_validator("min_scores", "off")
    @classmethod
    def _known(cls, named: Named) -> Named:
        for kind in named:
            if kind not in KINDS:
                message = f"unknown kind {kind!r}; known: {', '.join(KINDS)}"
                raise ValueError(message)
        return named

    @field_validator("min_scores")
    @classmethod
    def _may_be_dropped(cls, scores: dict[str, float]) -> dict[str, float]:
        for kind in sorted(scores.keys() & ALWAYS_MASKED):
            message = f"{kind} is masked whatever its score: leave it out"
            raise ValueError(message)
        return scores
