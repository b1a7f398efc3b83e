"""``firstline chat``: the assistant in the terminal."""

import asyncio
import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from bot.branding import branded
from bot.conversation import Conversation, ConversationState
from bot.decision import Answer, Clarify, Handoff, HandoffReason
from bot.dialogue import Exchange, exchange
from bot.evidence import Evidence
from bot.llm.turn import model_turn
from bot.wiring import Offline

_BLANK_LINES = re.compile(r"\n[ \t]*\n+(?!\s)")
_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s")
_PAUSE = 0.05
_WIDEST = 88
"""Columns that a line of text may have: longer ones are hard to read."""
_HELP = "Type a message. /agent asks for a person, /why explains the last decision, /quit ends."


async def run_chat(
    offline: Offline, console: Console, read: Callable[[str], str] | None = None
) -> None:
    """Talk until ``/quit`` or the end of input.

    Args:
        offline: The assistant.
        console: Where the assistant's lines go.
        read: Reads one line after a prompt; the console by default.
    """
    ask = read if read is not None else console.input
    conversation = Conversation("terminal")
    last: Exchange | None = None
    brand = branded(offline.settings.brand, offline.knowledge.current().site)
    console.print(f"[bold]{brand.site_name}[/] · automated assistant. {brand.greeting}\n{_HELP}")
    while True:
        try:
            line = (await asyncio.to_thread(ask, "you> ")).strip()
        except (EOFError, KeyboardInterrupt):
            console.print()
            return
        if line in {"/quit", "/exit"}:
            return
        if line == "/why":
            _explain(console, last)
        elif line == "/agent":
            conversation = replace(conversation, state=ConversationState.WAITING)
            console.print(
                offline.lines.current().handoff(HandoffReason.CUSTOMER_ASKED), markup=False
            )
        elif line:
            said = _chosen(line, last)
            if said != line:
                console.print(f"     {said}", style="dim", markup=False)
            live = _Live(console)
            with model_turn(offline.settings.llm.timeout, tell=live.tell):
                last = await exchange(
                    offline.gate, offline.assistant, conversation, said, notices=offline.notices
                )
            conversation = last.conversation
            await _show(console, last, live.shown)


class _Live:
    """Shows sentences of an answer as soon as they are sure.

    Attributes:
        shown: What stands on the screen of the answer so far.
    """

    def __init__(self, console: Console) -> None:
        self.shown = ""
        self._console = console

    def tell(self, sentence: str | None) -> None:
        """Show a sentence; ``None`` takes all back, as far as a terminal can."""
        if sentence is None:
            self.shown = ""
            self._console.print("\nNo, the article itself says it better:", style="dim")
            return
        self._console.print()
        self._console.print(Markdown(sentence), width=min(self._console.width, _WIDEST))
        self.shown = f"{self.shown} {sentence}".strip()


def _chosen(line: str, last: Exchange | None) -> str:
    """What the customer says with a line: an option's label where the line is its number."""
    decision = last.assistant.decision if last and last.assistant else None
    if isinstance(decision, Clarify) and line.isdecimal():
        number = int(line)
        if 1 <= number <= len(decision.options):
            return decision.options[number - 1].label
    return line


def blocks(text: str) -> Iterator[str]:
    """Paragraphs, tables and whole lists of Markdown, in order."""
    block = ""
    for part in _BLANK_LINES.split(text.strip()):
        if block and _ITEM.match(block) and _ITEM.match(part):
            block += f"\n\n{part}"
            continue
        if block:
            yield block
        block = part
    if block:
        yield block


async def _show(console: Console, done: Exchange, shown: str = "") -> None:
    """Show a turn block by block, then its citations or options.

    Args:
        console: Where it goes.
        done: The exchange.
        shown: How the assistant's text begins that stands there already.
    """
    width = min(console.width, _WIDEST)
    if done.notice:
        console.print(done.notice, style="yellow", markup=False)
    if done.assistant is None:
        return
    decision = done.assistant.decision
    text = done.assistant.text
    for block in blocks(text.removeprefix(shown)):
        console.print()
        console.print(Markdown(block), width=width)
        await asyncio.sleep(_PAUSE)
    console.print()
    match decision:
        case Answer():
            for number, citation in enumerate(decision.citations, 1):
                place = f"#{citation.anchor}" if citation.anchor else ""
                console.print(
                    f"  [{number}] {citation.title} ({citation.article_id}{place})",
                    style="dim",
                    markup=False,
                    soft_wrap=True,
                )
        case Clarify():
            for number, option in enumerate(decision.options, 1):
                console.print(f"  {number}. {option.label}", markup=False)
            console.print("  Type a number, or say it in other words.", style="dim")
        case Handoff():
            console.print(f"  → a person, because: {decision.reason.value}", style="dim")
        case _:
            pass


def _explain(console: Console, last: Exchange | None) -> None:
    if last is None or last.assistant is None or last.assistant.evidence is None:
        console.print("Nothing has been decided yet.")
        return
    evidence = last.assistant.evidence
    console.print(
        f"rule {evidence.rule} · language {evidence.language} · support {evidence.support:.2f} · "
        f"high risk {evidence.high_risk:.2f} · account or high {evidence.account_or_high:.2f} · "
        f"in scope {evidence.in_scope:.2f}",
        markup=False,
    )
    console.print(_intents(evidence), _articles(evidence))
    took = ", ".join(f"{stage} {value:.1f} ms" for stage, value in evidence.timings.items())
    console.print(
        f"index {evidence.index_version} · policy {evidence.policy_version} · {took}",
        style="dim",
        markup=False,
    )


def _intents(evidence: Evidence) -> Table:
    table = Table("intent", "risk", "probability", title="Intents")
    for row in evidence.intents:
        table.add_row(row.intent, row.risk.value, f"{row.probability:.3f}")
    return table


def _articles(evidence: Evidence) -> Table:
    table = Table("article", "score", "dense", "lexical", "late", title="Articles")
    for row in evidence.articles:
        table.add_row(
            row.article_id,
            f"{row.score:.3f}",
            f"{row.dense:.3f}",
            f"{row.lexical:.3f}",
            f"{row.late:.3f}",
        )
    return table
