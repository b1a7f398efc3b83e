"""The text of a PDF as HTML: headings by the size of letters, paragraphs, lists.

PDF knows no headings and no paragraphs: what stands larger or bolder on a line of its own is taken
as a heading, a text box as a paragraph. What repeats on most pages is left out, and so is text that
nobody sees: white on nothing, or smaller than a point. Tables come as lines.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path

from pdfminer.high_level import extract_pages
from pdfminer.layout import LAParams, LTChar, LTCurve, LTPage, LTTextBox

_MOST_PAGES = 500
_ITEM = re.compile(r"\s*(?:[•◦▪‣·●○*–-]|(\d{1,3})[.)])\s+(?=\S)")
_LARGER = 1.12
_LONGEST_HEADING = 120


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    size: float
    bold: bool
    page: int
    first: bool  # of its box


def pdf_html(path: Path) -> str:
    """The HTML of a file.

    Raises:
        Exception: Whatever pdfminer raises over a damaged file.
    """
    pages = list(extract_pages(path, maxpages=_MOST_PAGES, laparams=LAParams()))
    lines = _without_repeated([line for page in pages for line in _lines(page)], len(pages))
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    larger = sorted({line.size for line in lines if line.size > body * _LARGER}, reverse=True)
    return "\n".join(_blocks(lines, body, larger))


def _lines(page: LTPage) -> Iterator[_Line]:
    filled = [
        element
        for element in page
        if isinstance(element, LTCurve)
        and element.fill
        and not _is_white(element.non_stroking_color)
    ]
    for box in page:
        if not isinstance(box, LTTextBox):
            continue
        first = True
        for line in box:
            seen = [c for c in line if not isinstance(c, LTChar) or _is_seen(c, filled)]
            letters = [c for c in seen if isinstance(c, LTChar) and c.get_text().strip()]
            if not letters:
                continue
            size = Counter(round(c.size, 1) for c in letters).most_common(1)[0][0]
            bold = sum("bold" in c.fontname.lower() for c in letters) * 2 > len(letters)
            text = " ".join("".join(c.get_text() for c in seen).split())
            yield _Line(text, size, bold, page.pageid, first)
            first = False


def _is_seen(char: LTChar, filled: list[LTCurve]) -> bool:
    if char.size < 1:
        return False
    if not _is_white(char.graphicstate.ncolor):
        return True
    x, y = (char.x0 + char.x1) / 2, (char.y0 + char.y1) / 2
    return any(each.x0 <= x <= each.x1 and each.y0 <= y <= each.y1 for each in filled)


def _is_white(color: object) -> bool:
    if isinstance(color, (int, float)):
        return color >= 0.99
    if isinstance(color, (list, tuple)) and all(isinstance(c, (int, float)) for c in color):
        return (len(color) in {1, 3} and all(c >= 0.99 for c in color)) or (
            len(color) == 4 and all(c <= 0.01 for c in color)
        )
    return False


def _without_repeated(lines: list[_Line], pages: int) -> list[_Line]:
    """Without headers, footers and page numbers: the same words, digits aside, on most pages."""
    if pages < 3:
        return lines
    on: dict[str, set[int]] = {}
    for line in lines:
        on.setdefault(re.sub(r"\d+", "#", line.text), set()).add(line.page)
    return [line for line in lines if len(on[re.sub(r"\d+", "#", line.text)]) * 2 <= pages]


def _blocks(lines: Iterable[_Line], body: float, larger: list[float]) -> Iterator[str]:
    paragraph: list[str] = []
    for line in lines:
        level = _level(line, body, larger)
        item = _ITEM.match(line.text)
        if paragraph and (level or item or line.first):
            yield _paragraph(paragraph)
            paragraph = []
        if level:
            yield f"<h{level}>{escape(line.text)}</h{level}>"
        else:
            paragraph.append(line.text)
    if paragraph:
        yield _paragraph(paragraph)


def _level(line: _Line, body: float, larger: list[float]) -> int:
    """Level of a heading, 0 for other lines."""
    if len(line.text) > _LONGEST_HEADING or not re.search(r"[^\W\d_]", line.text):
        return 0
    if line.size in larger:
        return min(larger.index(line.size) + 1, 4)
    alone = line.first and line.bold and line.size >= body and line.text[-1] not in ".;,"
    return min(len(larger) + 2, 4) if alone and not _ITEM.match(line.text) else 0


def _paragraph(lines: list[str]) -> str:
    """Lines as one text; a word that was divided at the end of a line is whole again."""
    text = lines[0]
    for line in lines[1:]:
        divided = re.search(r"[^\W\d_]-$", text) and line[:1].islower()
        text = text[:-1] + line if divided else f"{text} {line}"
    if match := _ITEM.match(text):
        inner = escape(text[match.end() :])
        if match[1]:
            return f'<ol start="{match[1]}"><li>{inner}</li></ol>'
        return f"<ul><li>{inner}</li></ul>"
    return f"<p>{escape(text)}</p>"
