"""What the rows of a table say: their pieces are cells, with the row's name and the column's."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from bot.grounding.lexicon import AUXILIARY, stems_of
from bot.grounding.pieces import NEGATIONS, Piece, clauses, joined, merged
from bot.grounding.statement import Statement, without_links

_YES_OR_NO = re.compile(
    r"(?:yes|no|none|not)\b(?=\s*(?:[,.;:(]|$))[,.;:]?\s*|(?:never|none)\b\s*|[–—-]$", re.IGNORECASE
)
_FREE = clauses("free")[0]
_HAVING = tuple(sorted(stems_of("included available offered possible have can")))
"""What a row that says yes or no may be told with."""
_PRICES = stems_of("fee cost charge price")
_RULE = re.compile(r"^[\s:|]*-[\s:|-]*$")


def table_rows(table: str, passage: str, above: frozenset[str]) -> Iterator[Statement]:
    """The rows of a table, and what it has rows for."""
    lines = [line for line in table.splitlines() if not _RULE.match(line)]
    cells = [
        [without_links(c.strip()) for c in line.strip().strip("|").split("|")] for line in lines
    ]
    if not cells:
        return
    rows: list[Statement] = []
    header = cells[0] if lines[0].strip().startswith("|") else []
    for row in cells[1:] if header else cells:
        label = row[0]
        shared = joined(clauses(f"{label}. {header[0] if header else ''}")).words
        denied_label = frozenset(
            after
            for word, after in pairwise(word for word in shared if word not in AUXILIARY)
            if word in NEGATIONS
        )
        shared = tuple(word for word in shared if word not in NEGATIONS)
        label_quantities = joined(clauses(label)).quantities
        found: list[Piece] = []
        fine: list[Piece] = []
        for place, cell in enumerate(row[1:], 1):
            head = joined(clauses(header[place] if place < len(header) else ""))
            said = joined((Piece(shared, label_quantities), head))
            answer, rest = _answer(cell, said)
            named = joined((said, answer))
            cut = clauses(rest) or (Piece(()),)
            fine += [joined((named, piece)) for piece in cut]
            found += [joined((named, piece)) for piece in merged(cut)]
        words = frozenset(w for piece in found for w in piece.words)
        rows.append(
            Statement(
                passage,
                tuple(fine),
                tuple(found),
                above,
                above,
                (),
                " | ".join(row),
                words,
                denied_label=denied_label,
            )
        )
        told = clauses(f"{header[0] if header else ''}: {label}")
        if told and not any(_YES_OR_NO.match(cell) for cell in row[1:]):
            named_words = frozenset(joined(told).words)
            yield Statement(passage, told, merged(told), above, above, (), label, named_words)
    for place, row_said in enumerate(rows):
        others = (
            piece for other, each in enumerate(rows) if other != place for piece in each.pieces
        )
        yield replace(row_said, rivals=tuple(others))


def _answer(cell: str, asked: Piece) -> tuple[Piece, str]:
    """What a cell answers by yes or no, and the rest of it; no price is what is free."""
    said = _YES_OR_NO.match(cell)
    if said is None:
        return Piece(()), cell
    rest = cell[said.end() :]
    if said[0].lower().startswith("yes"):
        return Piece(_HAVING), rest
    if _PRICES & set(asked.words):
        return _FREE, rest
    return Piece(("not", *_HAVING)), rest
