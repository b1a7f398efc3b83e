"""Problems of changes of the product that name no article, and of drafts that would go live."""

from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path

from bot.errors import ConfigurationError
from bot.insights.draft import DRAFT_TAG, SHORT_ANSWER, TO_CONFIRM
from bot.insights.product_changes import CHANGES_FILE, read_changes
from bot.yaml_places import Places, schema_problems
from retrieval.source import Library, Problem, Severity


def in_changes(folder: Path, library: Library) -> Iterator[Problem]:
    """What is wrong with ``product_changes.yaml``: a misspelt id would wait for nobody."""
    file = folder / CHANGES_FILE
    if not file.is_file():
        return
    text = file.read_text(encoding="utf-8", errors="replace")
    try:
        changes = read_changes(folder)
    except ConfigurationError as error:
        for line, message in schema_problems(error, text):
            yield Problem(CHANGES_FILE, line, message)
        return
    ids = {article.id for article in library.articles}
    places = Places(text)
    for number, change in enumerate(changes):
        for place, name in enumerate(change.articles):
            if name not in ids:
                line = places.line_of(("changes", number, "articles", place))
                near = get_close_matches(name, ids, n=1)
                hint = f": did you mean {near[0]}?" if near else ""
                yield Problem(CHANGES_FILE, line, f"articles: {name} does not exist{hint}")


def in_drafts(folder: Path, library: Library) -> Iterator[Problem]:
    """Drafts of ``firstline gaps draft`` that nobody finished: indexed, they are live."""
    for article in library.articles:
        if SHORT_ANSWER in article.body:
            line, why = _line(folder / article.path, SHORT_ANSWER[:20]), "begins with no answer yet"
        elif TO_CONFIRM in article.body:
            line, why = _line(folder / article.path, TO_CONFIRM), "holds steps to confirm"
        elif DRAFT_TAG in article.tags:
            line, why = _line(folder / article.path, "tags:"), f"has the tag {DRAFT_TAG}"
        else:
            continue
        yield Problem(
            article.path,
            line,
            f"is a draft ({why}) and customers are answered from it once it is indexed: finish "
            f"it, then take out the tag {DRAFT_TAG}",
            Severity.WARNING,
        )


def _line(file: Path, words: str) -> int:
    """The first line that holds some words."""
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    return next((n for n, line in enumerate(lines, 1) if words in line), 1)
