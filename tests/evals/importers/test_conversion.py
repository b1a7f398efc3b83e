import asyncio
import json
from pathlib import Path

import pytest

from bot.gate import Gate
from bot.measure.json_lines import Lines
from bot.measure.replayed import conversations_in
from evals.case import Tier
from evals.dataset import load_suite
from evals.errors import ImportFailedError
from evals.importers.conversion import Imported, Importer, Source
from redaction.build import build_redactor
from redaction.config import RedactionSettings

KEY = b"0123456789abcdef"
CARD = "4111 1111 1111 1111"
TIERS: dict[str, Tier] = {"pin": "low", "fraud": "high"}


@pytest.fixture(scope="module")
def importer() -> Importer:
    redactor = build_redactor(RedactionSettings(named_entities=False), KEY)
    return Importer(Gate(redactor, 30.0), KEY, TIERS)


def imported(importer: Importer, source: Source, folder: Path, name: str, text: str) -> Imported:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    found = asyncio.run(importer.read(source, path))
    assert CARD not in json.dumps(found.rows)
    return found


def test_a_labelled_table_becomes_a_suite(importer: Importer, tmp_path: Path) -> None:
    text = f'text,category\nhow to change it,pin\n"charged {CARD},\nnot me",fraud\n,pin\na,b,c\n'
    found = imported(importer, Source.LABELLED, tmp_path, "bank.csv", text)
    assert [(p.line, p.message) for p in found.problems] == [
        (5, "has no text (text or message or utterance or question or query)"),
        (6, "has another number of columns"),
    ]
    path = tmp_path / "suite.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in found.rows))
    one, two = load_suite(str(path)).cases
    assert (one.says, one.intent, one.tier, one.follows) == ("how to change it", "pin", "low", True)
    assert (two.tier, two.tags) == ("high", ["bank"])
    assert "[CARD_1]" in two.says


@pytest.mark.parametrize("end", ["\u2028", "\u0085", "\x1c"])
def test_a_line_ends_at_a_line_feed_alone(end: str, importer: Importer, tmp_path: Path) -> None:
    row = json.dumps({"question": f"how{end}long?", "article": "a"}, ensure_ascii=False)
    found = imported(importer, Source.QUESTIONS, tmp_path, "faq.jsonl", row + "\n" + row)
    assert (len(found.rows), found.problems) == (2, ())


def test_lists_of_text_and_label_by_split(importer: Importer, tmp_path: Path) -> None:
    text = '{"train": [\n ["how [so]", "pin"],\n ["x"]\n],\n"oos_test": [\n ["pizza", "oos"]]}'
    found = imported(importer, Source.LABELLED, tmp_path, "data.json", text)
    assert [(p.line, p.message) for p in found.problems] == [(3, "not a pair of text and label")]
    assert [(row["id"], row["tier"], row["tags"]) for row in found.rows] == [
        ("2", "low", ["data", "train"]),
        ("6", "out_of_scope", ["data", "oos_test"]),
    ]


def test_questions_with_their_articles(importer: Importer, tmp_path: Path) -> None:
    rows = '{"question": "a?", "article_ids": ["x"]}\n{"question": 1\n{"q": "b"}\n'
    found = imported(importer, Source.QUESTIONS, tmp_path, "faq.jsonl", rows)
    assert found.rows[0]["expect"] == {"articles": ["x"]}
    assert [p.line for p in found.problems] == [2, 3]
    table = imported(importer, Source.QUESTIONS, tmp_path, "faq.csv", "question,articles\na?,x y\n")
    assert table.rows[0]["expect"] == {"articles": ["x", "y"]}


def replayed(found: Imported, folder: Path) -> list[list[tuple[str, str | None]]]:
    """Speaker and text of each turn, as ``replay`` reads them."""
    path = folder / "log.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in found.rows))
    told = conversations_in(Lines(path))
    return [[(turn.speaker, turn.text) for turn in each.turns] for each in told]


def test_our_own_export_comes_back_redacted(importer: Importer, tmp_path: Path) -> None:
    turn = {"at": "2026-01-01T10:00:00Z", "speaker": "customer", "text": "41111111"}
    row = {
        "conversation_id": "c1",
        "customer_id": "ann@example.com",
        "started_at": "2026-01-01T10:00:00Z",
        "turns": [turn, {**turn, "text": "11111111"}, {**turn, "speaker": "agent", "text": "Ok."}],
        "feedback": [{"at": "2026-01-01T10:01:00Z", "turn": 2, "helpful": False}],
        "rating": {"at": "2026-01-01T10:02:00Z", "score": 2},
    }
    late = {**row, "closed_at": "2025-01-01"}
    lines = "\n".join(json.dumps(each) for each in (row, row, {**row, "oops": 1}, {}, late))
    found = imported(importer, Source.REPLAY, tmp_path, "own.jsonl", lines)
    assert [(p.line, p.message.partition(":")[0]) for p in found.problems] == [
        (2, "id 'c1' is taken"),
        (3, "oops"),
        (4, "conversation_id"),
        (5, "closed_at 2025-01-01T00"),
    ]
    (made,) = found.rows
    assert made["rating"]["score"] == 2
    assert made["feedback"][0]["turn"] == 2
    assert "ann" not in json.dumps(made)
    ((first, second, _),) = replayed(found, tmp_path)
    assert "41111111" not in str(first)
    assert "11111111" not in str(second)


def test_plain_transcripts_of_both_shapes(importer: Importer, tmp_path: Path) -> None:
    lines = [
        {
            "id": 7,
            "created_at": "2026-01-01T10:00:00Z",
            "messages": [
                {"role": "user", "content": f"it is {CARD}"},
                {"role": "bot", "content": "Thanks."},
            ],
        },
        {"session_id": "s", "from": "visitor", "text": "hi", "timestamp": "2026-01-01T11:00:00Z"},
        {
            "session_id": "s",
            "from": "operator",
            "text": "yes?",
            "timestamp": "2026-01-01T11:01:00Z",
        },
        {"session_id": "t", "from": "martian", "text": "?", "timestamp": "2026-01-01T11:01:00Z"},
        {"text": "whose?"},
    ]
    text = "\n".join(json.dumps(line) for line in lines) + "\nnot json\n"
    found = imported(importer, Source.TRANSCRIPTS, tmp_path, "talk.jsonl", text)
    assert replayed(found, tmp_path) == [
        [("customer", "it is [CARD_1]"), ("assistant", "Thanks.")],
        [("customer", "hi"), ("agent", "yes?")],
    ]
    assert [p.line for p in found.problems] == [4, 5, 6]
    assert "unknown speaker 'martian'" in found.problems[0].message


def test_tickets_of_zendesk(importer: Importer, tmp_path: Path) -> None:
    def comment(author: int, body: str, **more: object) -> dict[str, object]:
        return {"author_id": author, "body": body, "created_at": "2026-02-01T09:00:00Z", **more}

    ticket = {
        "id": 12,
        "created_at": "2026-02-01T09:00:00Z",
        "updated_at": "2026-02-03T09:00:00Z",
        "status": "solved",
        "requester_id": 5,
        "via": {"channel": "chat"},
        "comments": [
            comment(5, f"help {CARD}"),
            comment(9, "a note", public=False),
            comment(9, "<p>rich</p>", plain_body="Done."),
        ],
        "satisfaction_rating": {"score": "bad_with_comment"},
    }
    text = json.dumps({"tickets": [ticket, {"id": 13}, {**ticket, "id": 14, "comments": []}]})
    text = text.replace('{"id": 13', '\n{"id": 13')
    found = imported(importer, Source.ZENDESK, tmp_path, "zendesk.json", text)
    (row,) = found.rows
    assert (row["conversation_id"], row["channel"], row["rating"]["score"]) == (
        "zendesk-12",
        "chat",
        1,
    )
    assert row["closed_at"].startswith("2026-02-03")
    assert replayed(found, tmp_path) == [[("customer", "help [CARD_1]"), ("agent", "Done.")]]
    assert [(p.line, p.message) for p in found.problems] == [
        (2, "created_at: Field required"),
        (2, "no public comment"),
    ]


def test_conversations_of_chatwoot(importer: Importer, tmp_path: Path) -> None:
    def message(kind: int | str, at: int, content: str | None, **more: object) -> dict[str, object]:
        return {"message_type": kind, "created_at": at, "content": content, **more}

    rated = {"submitted_values": {"csat_survey_response": {"rating": 4}}}
    row = {
        "id": 3,
        "status": "resolved",
        "last_activity_at": 1_780_000_300,
        "meta": {"sender": {"id": 77}, "channel": "Channel::WebWidget"},
        "messages": [
            message(1, 1_780_000_060, "Hello!", sender={"type": "agent_bot"}),
            message("incoming", 1_780_000_000, f"hi, {CARD}"),
            message(2, 1_780_000_070, "assigned to Kim"),
            message(1, 1_780_000_080, "between us", private=True),
            message("outgoing", 1_780_000_090, "Kim here.", sender={"type": "user"}),
            message(3, 1_780_000_200, None, content_type="input_csat", content_attributes=rated),
        ],
    }
    text = json.dumps({"data": {"payload": [row, {**row, "id": 4, "messages": []}, 5]}})
    found = imported(importer, Source.CHATWOOT, tmp_path, "chatwoot.json", text)
    assert replayed(found, tmp_path) == [
        [("customer", "hi, [CARD_1]"), ("assistant", "Hello!"), ("agent", "[NAME_1] here.")]
    ]
    assert found.rows[0]["rating"]["score"] == 4
    assert found.rows[0]["closed_at"] is not None
    assert [p.message for p in found.problems] == ["no message", "not a JSON object"]


@pytest.mark.parametrize(
    ("source", "name", "text", "message"),
    [
        (Source.ZENDESK, "z.json", "[", "nothing could be imported as zendesk"),
        (Source.LABELLED, "l.csv", "", "is empty"),
        (Source.LABELLED, "l.xlsx", "x", "unknown kind of file '.xlsx'"),
        (Source.TRANSCRIPTS, "t.jsonl", "{}\n", "line 1: no turns"),
    ],
)
def test_a_file_with_nothing_in_it_is_named(
    importer: Importer, tmp_path: Path, source: Source, name: str, text: str, message: str
) -> None:
    with pytest.raises(ImportFailedError, match=message):
        imported(importer, source, tmp_path, name, text)


def test_a_file_that_cannot_be_read_is_named(importer: Importer, tmp_path: Path) -> None:
    with pytest.raises(ImportFailedError, match="cannot be read"):
        asyncio.run(importer.read(Source.REPLAY, tmp_path / "gone.jsonl"))
    (tmp_path / "x.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(ImportFailedError, match="not UTF-8"):
        asyncio.run(importer.read(Source.REPLAY, tmp_path / "x.jsonl"))
