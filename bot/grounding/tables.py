"""What the rows of a table say: their pieces are cells, with the row's name and the column's."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bot.grounding.pieces import NEGATIONS, Piece, clauses, joined, merged
from bot.grounding.statement import Statement, without_links

_RULE = re.compile(r"^\s*\|?[\s:|-]+\|?\s*$")


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
        denied_label = any(word in NEGATIONS for word in shared)
        shared = tuple(word for word in shared if word not in NEGATIONS)
        label_quantities = joined(clauses(label)).quantities
        found: list[Piece] = []
        fine: list[Piece] = []
        for place, cell in enumerate(row[1:], 1):
            head = joined(clauses(header[place] if place < len(header) else ""))
            denied = ("not",) if cell in "–-—" else ()
            named = Piece(shared + head.words + denied, label_quantities + head.quantities)
            cut = clauses(cell) or (Piece(()),)
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
        if told:
            named_words = frozenset(joined(told).words)
            yield Statement(passage, told, merged(told), above, above, (), label, named_words)
    for place, row_said in enumerate(rows):
        others = (
            piece for other, each in enumerate(rows) if other != place for piece in each.pieces
        )
        yield replace(row_said, rivals=tuple(others))
