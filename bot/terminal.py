"""``firstline chat``: the assistant in the terminal."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace

from rich.console import Console
from rich.markdown import Markdown
from rich.table import Table

from bot.branding import branded
from bot.conversation import Conversation, ConversationState
from bot.decision import Answer, Clarify, Handoff, HandoffReason
from bot.dialogue import Exchange, exchange
from bot.evidence import Evidence
from bot.wiring import Offline

_SENTENCE = re.compile(r"(?<=[.!?:])\s+|\n+")
_PAUSE = 0.02
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
            return
        if line in {"/quit", "/exit"}:
            return
        if line == "/why":
            _explain(console, last)
        elif line == "/agent":
            conversation = replace(conversation, state=ConversationState.WAITING)
            console.print(offline.lines.handoff(HandoffReason.CUSTOMER_ASKED), markup=False)
        elif line:
            last = await exchange(
                offline.gate, offline.assistant, conversation, line, notices=offline.notices
            )
            conversation = last.conversation
            await _show(console, last)


async def _show(console: Console, done: Exchange) -> None:
    """Show a turn sentence by sentence, then its citations."""
    if done.notice:
        console.print(done.notice, style="yellow", markup=False)
    if done.assistant is None:
        return
    decision = done.assistant.decision
    if "|" in done.assistant.text:  # a table only makes sense whole
        console.print(Markdown(done.assistant.text))
    else:
        for sentence in _SENTENCE.split(done.assistant.text):
            console.print(Markdown(sentence))
            await asyncio.sleep(_PAUSE)
    match decision:
        case Answer():
            for number, citation in enumerate(decision.citations, 1):
                place = f"#{citation.anchor}" if citation.anchor else ""
                console.print(
                    f"  [{number}] {citation.title} ({citation.article_id}{place})",
                    style="dim",
                    markup=False,
                )
        case Clarify():
            for number, option in enumerate(decision.options, 1):
                console.print(f"  {number}. {option.label}", markup=False)
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
