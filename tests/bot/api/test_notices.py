"""Whoever types card data is told in the same reply, whatever is decided and in every state."""

import threading
from typing import Any

import pytest

from bot.gate import Gate
from bot.lines import load_lines

CARD = "4111 1111 1111 1111"
SAID = dict(load_lines("Kestrel").removed)


def notice_of(kind: str) -> str:
    return next(line for kinds, line in SAID.items() if kind in kinds)


@pytest.mark.parametrize(
    ("word", "decision"),
    [("freeze", "answer"), ("which", "clarify"), ("stolen", "handoff"), ("thanks", "reply")],
)
@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        (CARD, "CARD"),
        ("cvv 739", "CVV"),
        ("expiry 12/29", "EXPIRY"),
        ("my pin is 4821", "PIN"),
        ("password: Hunter2!x", "PASSWORD"),
        ("the code I got is 481516", "CODE"),
    ],
)
async def test_each_kind_of_reply_tells_it(
    word: str, decision: str, typed: str, kind: str, visitor: Any
) -> None:
    reply = (await visitor.say(f"{word} {typed}")).json()
    assert (reply["decision"], reply["notice"]) == (decision, notice_of(kind))


async def test_it_is_told_while_a_person_is_awaited_and_while_one_is_there(
    visitor: Any, agent: Any
) -> None:
    handed = (await visitor.post("/handoff", {"note": f"help with {CARD}"})).json()
    assert handed["notice"] == notice_of("CARD")
    waiting = (await visitor.say(f"still {CARD}")).json()
    assert (waiting["handoff"]["state"], waiting["notice"]) == ("waiting", notice_of("CARD"))
    again = (await visitor.say(f"stolen {CARD}")).json()
    assert again["notice"] == notice_of("CARD")
    pressed = (await visitor.post("/handoff", {"note": f"hurry {CARD}"})).json()
    assert pressed["notice"] == notice_of("CARD")
    await agent.post(f"/{handed['handoff']['ticket_id']}/claim")
    claimed = (await visitor.say(CARD)).json()
    assert (claimed["text"], claimed["notice"]) == (None, notice_of("CARD"))
    await agent.post(f"/{handed['handoff']['ticket_id']}/resolve")
    assert (await visitor.say(f"freeze {CARD}")).json()["notice"] == notice_of("CARD")


async def test_a_retry_and_the_stream_tell_it_too(visitor: Any) -> None:
    first = (await visitor.say(f"freeze {CARD}", "m1")).json()
    assert (await visitor.say(f"freeze {CARD}", "m1")).json() == first
    body = {"text": f"freeze {CARD}", "client_id": "m2"}
    streamed = await visitor.post("/messages", body, Accept="text/event-stream")
    assert "removed the card number" in streamed.text
    assert "4111" not in streamed.text


async def test_nothing_is_told_where_nothing_was_removed(visitor: Any) -> None:
    assert (await visitor.say("freeze my card please")).json()["notice"] is None
    assert (await visitor.say("order 4859302817")).json()["notice"] is None


@pytest.mark.parametrize("kind", ["CARD", "CVV", "PASSWORD"])
def test_the_line_says_removed_do_not_send_and_what_instead(kind: str) -> None:
    line = notice_of(kind)
    assert line.startswith("I removed the ")
    assert "Please don't s" in line
    assert line.endswith(("or ask for a person.", "change it now."))


async def test_a_redactor_that_fails_hands_over_and_keeps_nothing(
    visitor: Any, installation: Any
) -> None:
    class Broken:
        def redact(self, text: str, *_: object, **__: object) -> Any:
            raise RuntimeError(text)

    installation.gate._redactor = Broken()
    assert isinstance(installation.gate, Gate)
    reply = (await visitor.say(f"freeze {CARD} zuluphrase")).json()
    assert (reply["decision"], reply["handoff"]["state"]) == ("handoff", "waiting")
    assert (await visitor.read()).json()["turns"][0]["text"] == "[withheld]"
    installation.store.close()
    on_disk = b"".join(path.read_bytes() for path in installation.data.rglob("firstline.db*"))
    assert b"zuluphrase" not in on_disk


async def test_a_redactor_that_is_late_hands_over_and_keeps_nothing(
    visitor: Any, installation: Any
) -> None:
    rules = installation.gate._redactor

    done = threading.Event()

    class Late:
        def redact(self, *given: Any, **named: Any) -> Any:
            done.wait(60)  # for ever, as far as the customer can tell
            return rules.redact(*given, **named)

    installation.gate._redactor = Late()  # the time limit is the one that ships
    reply = (await visitor.say(f"freeze {CARD} zuluphrase")).json()
    assert not done.is_set()
    done.set()
    assert (reply["decision"], reply["handoff"]["state"]) == ("handoff", "waiting")
    installation.gate._redactor = rules
    assert (await visitor.read()).json()["turns"][0]["text"] == "[withheld]"
