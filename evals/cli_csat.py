"""``firstline-evals csat``: fit a model of predicted CSAT to ratings, check one on unseen ones."""

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.table import Table

from bot.estimate import Estimate
from bot.measure.predicted_csat import HAND_SET, CsatModel, Embed
from bot.measure.predicted_csat_file import read_model, write_model
from evals.command import or_exit, out
from evals.csat_check import CsatCheck, check
from evals.csat_fit import fit
from evals.csat_ratings import RatedDialogue, read_ratings
from evals.csat_table import RatedRow, Unit, predicted_stars, rows_of, unit_of, vectors_of
from evals.errors import RatingsError

app = typer.Typer(no_args_is_help=True, help="Predicted CSAT: fit a model, check a model.")

RatingFiles = Annotated[
    list[Path],
    typer.Option("--ratings", help="JSON lines of rated conversations; repeat it, a corpus each."),
]
Data = Annotated[
    Path | None, typer.Option("--data", help="Data folder of the embedding model, for vectors.")
]
Part = Literal["unseen", "seen", "all"]


@app.command("check")
def check_command(
    ratings: RatingFiles,
    model: Annotated[
        Path | None, typer.Option("--model", help="A fitted model; what ships if left out.")
    ] = None,
    part: Annotated[Part, typer.Option("--part", help="By a hash of the conversation.")] = "unseen",
    data: Data = None,
) -> None:
    """Hold predictions against ratings: rank, low ratings, Brier, deciles, one human rater."""
    with or_exit():
        dialogues = read_ratings(ratings)
        chosen = read_model(model) if model else HAND_SET
        embed = _embedder(data)[0] if chosen.embedding else None
        _print(chosen, _part(dialogues, part), unit_of(dialogues), embed, part)


@app.command("fit")
def fit_command(
    ratings: RatingFiles,
    to: Annotated[Path, typer.Option("--out", help="Where the model is written.")],
    embeddings: Annotated[
        bool, typer.Option("--embeddings", help="Use vectors too; needs --data.")
    ] = False,
    data: Data = None,
) -> None:
    """Fit on seven tenths of the conversations, by a hash, and check on the other three."""
    with or_exit():
        dialogues = read_ratings(ratings)
        unit = unit_of(dialogues)
        embed, embedder = _embedder(data) if embeddings else (None, ("", ""))
        model = _fitted(_part(dialogues, "seen"), unit, embed, embedder, "fitted")
        files = [hashlib.sha256(path.read_bytes()).hexdigest() for path in ratings]
        counted = {"unit": unit.value, "conversations": len(_part(dialogues, "seen"))}
        write_model(to, model, {**counted, "corpora": [p.stem for p in ratings], "files": files})
        _print(model, _part(dialogues, "unseen"), unit, embed, "unseen")
        _left_out(dialogues, unit, embed, embedder)
        out.print(f"{to}", markup=False, soft_wrap=True)


def _fitted(
    dialogues: Sequence[RatedDialogue],
    unit: Unit,
    embed: Embed | None,
    embedder: tuple[str, str],
    name: str,
) -> CsatModel:
    rows = rows_of(dialogues, unit)
    return fit(rows, name, vectors_of(rows, embed) if embed else None, embedder)


def _left_out(
    dialogues: Sequence[RatedDialogue],
    unit: Unit,
    embed: Embed | None,
    embedder: tuple[str, str],
) -> None:
    """Each corpus predicted by a model that was fitted on the others."""
    corpora = sorted({each.corpus for each in dialogues})
    if len(corpora) < 2:
        return
    table = Table("left out of the fit", "Spearman", "AUROC, 2.5 or below", "n", box=None)
    ranks, lows = [], []
    for corpus in corpora:
        others = [each for each in _part(dialogues, "seen") if each.corpus != corpus]
        rows = rows_of([d for d in _part(dialogues, "unseen") if d.corpus == corpus], unit)
        model = _fitted(others, unit, embed, embedder, f"without {corpus}")
        found = check(model, rows, predicted_stars(model, rows, embed))
        table.add_row(corpus, _shown(found.correlation), _shown(found.low), f"{found.rows:,}")
        ranks.append(found.correlation.value)
        lows.append(found.low.value)
    table.add_row("mean", _mean(ranks), _mean(lows), "")
    out.print(table)


def _part(dialogues: Sequence[RatedDialogue], part: Part) -> list[RatedDialogue]:
    return [d for d in dialogues if part == "all" or d.unseen == (part == "unseen")]


def _embedder(data: Path | None) -> tuple[Embed, tuple[str, str]]:
    from bot.config import load_settings  # noqa: PLC0415  --help stays quick
    from bot.wiring import open_embedder  # noqa: PLC0415
    from evals.crossval import RememberingEmbedder  # noqa: PLC0415

    if data is None:
        raise RatingsError("vectors need the embedding model of a data folder: --data DIR")
    embedder = open_embedder(load_settings({"data": data}), data)
    if embedder is None:
        raise RatingsError(f"{data}: no embedding model could be opened")
    # The same messages are asked for again with each corpus that is left out.
    return RememberingEmbedder(embedder).embed, (embedder.name, embedder.sha256)


def _print(
    model: CsatModel,
    dialogues: Sequence[RatedDialogue],
    unit: Unit,
    embed: Embed | None,
    part: Part,
) -> None:
    rows = rows_of(dialogues, unit)
    if not rows:
        raise RatingsError(f"no {part} conversation is rated")
    stars = predicted_stars(model, rows, embed)
    found = check(model, rows, stars)
    out.print(
        f"predicted CSAT, {model.name}: {found.rows:,} rated {unit.value}s of {len(dialogues):,} "
        f"{part} conversations, {found.low_rows:,} rated 2.5 or below",
        soft_wrap=True,
    )
    out.print(_summary(found, rows, stars.tolist(), model))
    out.print(_decile_table(found))


def _summary(
    found: CsatCheck, rows: Sequence[RatedRow], stars: Sequence[float], model: CsatModel
) -> Table:
    table = Table("", "value (95 %)", box=None)
    table.add_row("Spearman, predicted and mean rating", _shown(found.correlation))
    for corpus, value in _by_corpus(rows, stars, model):
        table.add_row(f"  {corpus}", value)
    table.add_row("AUROC, rated 2.5 or below", _shown(found.low))
    table.add_row("Brier, a rating of 4 or 5", _shown(found.brier))
    table.add_row("  of always saying their share", _shown(found.brier_base))
    table.add_row("Spearman, predicted and all raters but one", _shown(found.against_rest))
    table.add_row("Spearman, that one rater and the rest", _shown(found.human))
    table.add_row("AUROC, that one rater", _shown(found.human_low))
    return table


def _by_corpus(
    rows: Sequence[RatedRow], stars: Sequence[float], model: CsatModel
) -> list[tuple[str, str]]:
    import numpy as np  # noqa: PLC0415  --help stays quick

    corpora = sorted({row.dialogue.corpus for row in rows})
    if len(corpora) < 2:
        return []
    shown = []
    for corpus in corpora:
        kept = [place for place, row in enumerate(rows) if row.dialogue.corpus == corpus]
        found = check(model, [rows[p] for p in kept], np.array([stars[p] for p in kept]))
        shown.append((corpus, f"{_shown(found.correlation)}, AUROC {_shown(found.low)}"))
    return shown


def _decile_table(found: CsatCheck) -> Table:
    table = Table("decile", "predicted", "rated 4 or 5", box=None)
    for number, decile in enumerate(found.deciles, 1):
        table.add_row(str(number), f"{decile.predicted:.2f}", _shown(decile.observed))
    return table


def _shown(estimate: Estimate) -> str:
    if estimate.value is None:
        return f"unknown: {estimate.reason}"
    if estimate.low is None or estimate.high is None:
        return f"{estimate.value:.3f} ({estimate.reason})"
    return f"{estimate.value:.3f} ({estimate.low:.3f}–{estimate.high:.3f})"


def _mean(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return f"{sum(known) / len(known):.3f}" if known else "unknown"
