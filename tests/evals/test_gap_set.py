import json
from pathlib import Path

import pytest
import yaml

from evals.errors import SuiteError
from evals.gap_set import choose, conversation, knock_out, messages, score
from retrieval.source import read_folder
from tests.bot.small_knowledge import write_small


def catalogue(kb: Path) -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(
        (kb / "intents.yaml").read_text(encoding="utf-8")
    )["intents"]
    return found


def test_a_topic_goes_with_its_articles_and_its_intent(tmp_path: Path) -> None:
    kb = write_small(tmp_path / "kb")
    missing = knock_out(kb, tmp_path / "less", {"pin", "top-up"})
    assert missing == {"pin"}  # another article still serves top_up
    left = {article.id for article in read_folder(tmp_path / "less").articles}
    assert left == {"balance", "lost-card", "cash", "staff-notes"}
    assert catalogue(tmp_path / "less")["top_up"]["articles"] == ["staff-notes"]
    with pytest.raises(SuiteError, match="exists"):
        knock_out(kb, tmp_path / "less", set())


def test_odd_and_even_seeds_draw_from_different_topics(tmp_path: Path) -> None:
    intents = catalogue(write_small(tmp_path / "kb"))
    assert not choose(intents, False, 0, 1) & choose(intents, True, 1, 1)


def test_messages_of_missing_topics_come_with_others(tmp_path: Path) -> None:
    labelled, outside = tmp_path / "in.csv", tmp_path / "out.jsonl"
    rows = [f"{label} {n},{label}" for label in ("pin", "cash") for n in range(200)]
    labelled.write_text("\n".join(["text,category", *rows]), encoding="utf-8")
    far = [{"text": f"far {n}", "intent": "weather", "domain": "utility"} for n in range(9)]
    near = {"text": "near", "intent": "balance", "domain": "banking"}
    outside.write_text("\n".join(map(json.dumps, [*far, near])), encoding="utf-8")
    found = messages(labelled, outside, {"pin"}, 0, 150, 5)
    labels = [row["label"] for row in found]
    assert len(found) == 150
    assert labels.count("outside:weather") == 5
    assert 20 <= labels.count("pin") <= 110
    assert found == messages(labelled, outside, {"pin"}, 0, 150, 5)


def test_an_answer_becomes_a_conversation() -> None:
    answer = {
        "decision": "handoff",
        "reason": "no_article",
        "text": "…",
        "citations": [],
    }
    told = conversation(1, {"id": "c1", "text": "where"}, answer)
    assert (told["conversation_id"], told["turns"][1]["reason"]) == ("c1", "no_article")
    assert told["handoff"]["ticket_id"] == "t1"


def test_gaps_are_scored_by_their_labels() -> None:
    labels = {f"p{n}": "pin" for n in range(20)} | {f"c{n}": "cash" for n in range(20)}
    labels |= {f"o{n}": "outside:weather" for n in range(3)}
    gaps = [
        {"conversation_ids": [*(f"p{n}" for n in range(20)), "o0"]},
        {"conversation_ids": [f"c{n}" for n in range(20)]},
        {"conversation_ids": ["o1", "o2"]},
    ]
    found = score(gaps, labels, {"pin", "cash", "rare"}, {"cash"})
    assert (found.wanted, found.found, found.chatter) == (("pin",), ("pin",), 1)
    assert found.purity == pytest.approx(20 / 21)
    assert found.agreement == pytest.approx(1.0)
    assert "1 of 1 topics" in str(found)
