"""``firstline kb preview``: what edited articles would change for customers."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.command import Data, or_exit, writing
from bot.data_folder import INSIGHTS, PREVIEWS
from bot.errors import FirstlineError
from retrieval.errors import RetrievalError

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.insights.fates import Met, Preview
    from bot.store import Store

_NICE = 10
_WORDS = {
    "answered": "would now be answered",
    "taken": "would be taken from another article",
    "lost": "would no longer be answered from it",
    "reworded": "would be answered in other words",
    "other": "would be met otherwise",
}


def kb_preview(
    kb: Annotated[
        Path | None, typer.Option(help="The edited folder; built-in one if empty.")
    ] = None,
    data: Data = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON on standard output.")] = False,
    job: Annotated[str, typer.Option(hidden=True, help="Name of an edit made on a page.")] = "",
) -> None:
    """Compare an edited folder with the index in use: which real messages would end otherwise."""
    from bot.opening import open_store
    from bot.preview import preview, require_no_personal_data
    from bot.wiring import knowledge_base

    with or_exit():
        settings = writing(data, kb=kb)
        if not job:  # the page has looked at its own
            require_no_personal_data(settings, knowledge_base(settings))
        store = open_store(settings)
        try:
            if job:
                _play(settings, store, job)
                return
            found = preview(settings, knowledge_base(settings), store, _now)
        finally:
            store.close()
        lines = [json.dumps(found.record(), indent=1, ensure_ascii=False)] if as_json else None
        for line in lines or _lines(found):
            print(line)  # noqa: T201  the command's output


def _play(settings: "Settings", store: "Store", name: str) -> None:
    """Plays an edit that was made on a page."""
    from bot.insights.preview_jobs import PreviewJobs
    from bot.preview import edited_folder, preview
    from bot.wiring import knowledge_base

    os.nice(_NICE)
    jobs = PreviewJobs(settings.data / INSIGHTS / PREVIEWS)
    asked = jobs.job(name)
    if asked is None:
        jobs.fail(name, "it can't be read")
        return
    try:
        with edited_folder(knowledge_base(settings), asked.path, asked.text) as folder:
            jobs.finish(name, preview(settings, folder, store, _now))
    except (FirstlineError, RetrievalError) as error:
        jobs.fail(name, str(error))


def _lines(found: "Preview") -> Iterator[str]:
    yield (
        f"{len(found.articles)} articles differ from the index in use; {len(found.fates)} of the "
        f"{found.played} nearest messages and {len(found.flips)} of {found.tests} tests end "
        "otherwise"
    )
    for fate in found.fates:
        turn = f"{_met(fate.before)} → {_met(fate.after)}"
        yield f"{_WORDS[fate.change.value]}: {fate.text}  ({turn})"
    for flip in found.flips:
        yield f"test {'passes' if flip.passes else 'fails'}: {flip.text}  ({flip.gap_id})"


def _met(met: "Met") -> str:
    return met.article_id or met.kind


def _now() -> datetime:
    return datetime.now(UTC)
