"""A tree of HTML as Markdown: headings, paragraphs, lists, tables, code, quotes, links, emphasis.

Nothing else survives, so that no markup of a source reaches an article. Pictures are left out with
their alternative text, which readers don't see. What folds open becomes a heading with its text.
"""

import re
from collections.abc import Iterator, Sequence

from bot.sources.html_tree import Element
from bot.sources.markdown_line import BLOCKS, BREAK, HEADING, Line, Manner, code, marked, plain
from retrieval.hidden import without_hidden

_LINE_START = re.compile(
    r"^(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|=+\s*$|-{3,}\s*$|(\d{1,9})([.)])(?=\s|$))"
)


def to_markdown(root: Element, base: str = "", *, title: str = "") -> str:
    """The Markdown of a tree, block by block, without a heading that repeats the title.

    Args:
        root: The tree.
        base: Address that relative links start from; without it they keep only their words.
        title: The title, which is kept elsewhere.
    """
    parts = list(_Writer(base).blocks(root.children))
    while parts and _is_title(parts[0], title):
        del parts[0]
    text = "\n\n".join(part.strip("\n") for part in parts if part.strip())
    lines = (line.rstrip() for line in without_hidden(text).split("\n"))
    told = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    return re.sub(rf" *{BREAK}\n(?=[^\n])", "  \n", told).replace(BREAK, "")


def _is_title(block: str, title: str) -> bool:
    match = re.fullmatch(r"#{1,6} (.*)", block.strip())
    return bool(match and title and plain(match[1]) == plain(title))


class _Writer:
    """Writes blocks; remembers the last heading, under which folded text gets its own."""

    def __init__(self, base: str) -> None:
        self._base = base
        self._line = Line(base)
        self._level = 1

    def blocks(self, nodes: Sequence[Element | str]) -> Iterator[str]:
        """The blocks of neighbours; text between them is a paragraph."""
        run: list[Element | str] = []
        for node in nodes:
            if isinstance(node, Element) and _holds_block(node):
                yield from self._paragraph(run)
                run = []
                yield from self._block(node)
            else:
                run.append(node)
        yield from self._paragraph(run)

    def _paragraph(self, nodes: Sequence[Element | str]) -> Iterator[str]:
        text = re.sub(rf"(?:\s|{BREAK})+\Z|\A(?:\s|{BREAK})+", "", self._line.text(nodes, Manner()))
        if text:
            yield "\n".join(map(_line, text.split("\n")))

    def _block(self, node: Element) -> Iterator[str]:
        match node.tag:
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                yield from self._heading(node.children, int(node.tag[1]))
            case "ul" | "ol":
                yield from self._list(node)
            case "pre":
                yield from _fenced(node)
            case "table":
                yield from self._table(node)
            case "blockquote":
                yield from _quoted("\n\n".join(_Inside(self._base).blocks(node.children)))
            case "details":
                yield from self._folded(node)
            case "hr" | "nav":
                pass
            case "dt":
                yield from _bold(self._flat(node.children, HEADING))
            case _:
                yield from self.blocks(node.children)

    def _heading(self, nodes: Sequence[Element | str], level: int) -> Iterator[str]:
        text = self._flat(nodes, HEADING)
        if text:
            self._level = level
            told = re.sub(r"#(?=#*$)", r"\\#", text)  # those at the end would be taken for marks
            yield f"{'#' * max(2, level)} {told}"  # level 1 is the title's

    def _folded(self, node: Element) -> Iterator[str]:
        level = self._level
        for child in node.children:
            if isinstance(child, Element) and child.tag == "summary":
                yield from self._heading(child.children, min(level + 1, 6))
        rest = [c for c in node.children if isinstance(c, str) or c.tag != "summary"]
        yield from self.blocks(rest)
        self._level = level

    def _list(self, node: Element) -> Iterator[str]:
        items = [c for c in node.children if isinstance(c, Element)]
        if items and all(map(_leads_within, items)):
            return  # a table of contents: its headings stand below
        start = node.attributes.get("start", "")
        number = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
        lines = []
        for item in items:
            mark = f"{number}. " if node.tag == "ol" else "- "
            inner = [part for part in _Inside(self._base).blocks(_unwrapped(item)) if part.strip()]
            if not inner:
                continue
            loose = (
                "\n\n" if any(part.startswith(("```", "|", ">")) for part in inner[1:]) else "\n"
            )
            text = _joined(inner, loose)
            lines.append(mark + text.replace("\n", "\n" + " " * len(mark)))
            number += 1
        if lines:
            yield re.sub(r"\n +\n", "\n\n", "\n".join(lines))

    def _table(self, node: Element) -> Iterator[str]:
        rows = [e for e in node.elements() if e.tag == "tr"]
        cells = [
            [c for c in row.children if isinstance(c, Element) and c.tag in {"td", "th"}]
            for row in rows
        ]
        cells = [row for row in cells if row]
        if any(e.tag == "table" for e in node.elements() if e is not node) or all(
            len(row) < 2 for row in cells
        ):  # only lays out
            for row in cells:
                for cell in row:
                    if not any(e.tag == "table" and e is not cell for e in cell.elements()):
                        yield from self.blocks(cell.children)
            return
        for caption in (e for e in node.elements() if e.tag == "caption"):
            yield from self._paragraph(caption.children)
        grid = [list(self._row(row)) for row in cells]
        grid = [row for row in grid if any(row)]
        width = min(max(map(len, grid), default=0), 50)
        if not width:
            return
        told = [f"| {' | '.join((row + [''] * width)[:width])} |" for row in grid]
        yield "\n".join([told[0], "|" + "---|" * width, *told[1:]])

    def _row(self, cells: Sequence[Element]) -> Iterator[str]:
        for cell in cells:
            yield self._flat(cell.children, Manner(cell=True, apart=True))
            span = cell.attributes.get("colspan", "1")
            extra = int(span) - 1 if span.isascii() and span.isdigit() and len(span) < 3 else 0
            yield from [""] * max(0, extra)

    def _flat(self, nodes: Sequence[Element | str], manner: Manner | None = None) -> str:
        """Everything in one line, blocks divided by a blank."""
        return " ".join(self._line.text(nodes, manner or Manner(apart=True)).split())


class _Inside(_Writer):
    """Writes what stands within a list or quote, where a heading is a line in bold."""

    def _block(self, node: Element) -> Iterator[str]:
        lines = _raw(node).split("\n") if node.tag == "pre" else []
        if any("<" in line for line in lines):
            # Within a list a fence would not keep it from being taken for hidden markup.
            yield f"{BREAK}\n".join(code(line) for line in lines if line.strip())
        else:
            yield from super()._block(node)

    def _heading(self, nodes: Sequence[Element | str], level: int) -> Iterator[str]:
        yield from _bold(self._flat(nodes, HEADING))


def _holds_block(node: Element) -> bool:
    if node.tag in BLOCKS:
        return True
    return any(each.tag in BLOCKS for each in node.elements())


def _unwrapped(item: Element) -> Sequence[Element | str]:
    return item.children if item.tag == "li" else [item]


def _leads_within(item: Element) -> bool:
    """Whether a list item is nothing but a link to a place of its own page."""
    anchors = [each for each in item.elements() if each.tag == "a"]
    told = item.text()
    return (
        bool(anchors)
        and all(each.attributes.get("href", "").startswith("#") for each in anchors)
        and told == " ".join(" ".join(each.text() for each in anchors).split())
    )


def _bold(text: str) -> Iterator[str]:
    if text:
        yield _line(marked(text, "**"))


def _quoted(text: str) -> Iterator[str]:
    if text:
        yield "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _joined(parts: Sequence[str], loose: str) -> str:
    text = parts[0]
    for part in parts[1:]:
        inner = part.startswith("- ") or re.match(r"\d+\. ", part) is not None
        text += ("\n" if inner else ("\n\n" if loose == "\n" else loose)) + part
    return text


def _raw(node: Element) -> str:
    """The text of a piece of code, line for line."""
    parts: list[str] = []
    for element in node.elements():
        if element.tag == "br":
            parts.append("\n")
        parts += [child for child in element.children if isinstance(child, str)]
    return "".join(parts).strip("\n")


def _fenced(node: Element) -> Iterator[str]:
    text = _raw(node)
    if text.strip():
        fence = "`" * max(3, max(map(len, re.findall("`+", text)), default=0) + 1)
        yield f"{fence}\n{text}\n{fence}"


def _line(line: str) -> str:
    """A line of a paragraph that nobody takes for a heading, list, quote or rule."""
    broken = BREAK if line.endswith(BREAK) else ""
    told = _LINE_START.sub(
        lambda match: f"{match[2]}\\{match[3]}" if match[2] else f"\\{match[1]}",
        line.removesuffix(BREAK).strip(),
    )
    return told + broken
