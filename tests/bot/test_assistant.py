import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.compose.composer import Composer, Draft, Source
from bot.compose.extractive import ExtractiveComposer
from bot.conversation import Conversation, ConversationState, Speaker, Turn
from bot.decision import (
    Answer,
    Clarify,
    Decision,
    Handoff,
    HandoffReason,
    Reply,
    ReplyReason,
    Risk,
)
from bot.dialogue import Judgement, decision_text
from bot.knowledge import Knowledge, KnowledgeHolder
from bot.lines import load_lines
from bot.tone import shipped_phrases
from redaction.redactor import RedactedText
from retrieval.config import RetrievalSettings
from retrieval.load import load
from tests.bot.small_knowledge import holder, index_small, write_small

LINES = load_lines("Kestrel")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TORN = "pin code for the cash machine"


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeHolder:
    folder = tmp_path_factory.mktemp("intents")
    index_small(write_small(folder / "kb"), folder / "data")
    return holder(folder / "data")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeHolder:
    folder = tmp_path_factory.mktemp("bare")
    index_small(write_small(folder / "kb", intents=False), folder / "data")
    return holder(folder / "data")


def assistant(knowledge: KnowledgeHolder, composer: Composer | None = None) -> Assistant:
    words = composer or ExtractiveComposer()
    return Assistant(knowledge, words, LINES, shipped_phrases(), "abc123")


async def talk(who: Assistant, *messages: str) -> list[Judgement]:
    """Say one message after the other in one conversation."""
    conversation = Conversation("c1")
    judged = []
    for number, message in enumerate(messages):
        text = RedactedText(message)
        judgement = await who.decide(conversation, text)
        judged.append(judgement)
        customer = Turn(f"c{number}", NOW, Speaker.CUSTOMER, text)
        reply = Turn(
            f"a{number}",
            NOW,
            Speaker.ASSISTANT,
            RedactedText(decision_text(judgement.decision)),
            judgement.decision,
            judgement.evidence,
        )
        conversation = Conversation("c1", turns=(*conversation.turns, customer, reply))
    return judged


async def last(who: Assistant, *messages: str) -> Decision:
    return (await talk(who, *messages))[-1].decision


def reason(decision: Decision) -> HandoffReason | ReplyReason | None:
    return decision.reason if isinstance(decision, Handoff | Reply) else None


@pytest.mark.parametrize(
    ("message", "article_id"),
    [
        ("How do I top up my account?", "top-up"),
        ("Where is my PIN code", "pin"),
        ("How much cash can I withdraw abroad", "cash"),
    ],
)
async def test_an_answer_cites_its_article(
    knowledge: KnowledgeHolder, message: str, article_id: str
) -> None:
    (judged,) = await talk(assistant(knowledge), message)
    assert isinstance(judged.decision, Answer)
    assert judged.decision.citations[0].article_id == article_id
    for citation in judged.decision.citations:
        passages = knowledge.current().index.passages_of(article_id)
        assert citation.quote in [p.text for p in passages]
    assert judged.decision.confidence > 0.8
    assert not judged.decision.offers_agent
    assert LINES.offer not in judged.decision.text


async def test_the_evidence_says_what_it_rests_on(knowledge: KnowledgeHolder) -> None:
    (judged,) = await talk(assistant(knowledge), "How do I top up my account?")
    evidence = judged.evidence
    assert (evidence.rule, evidence.language) == ("supported", "en")
    assert (evidence.intent, evidence.risk) == ("top_up", Risk.LOW)
    assert evidence.articles[0].article_id == "top-up"
    assert evidence.index_version == knowledge.current().version
    assert (evidence.policy_version, evidence.settings_hash) == ("small", "abc123")
    assert evidence.model == "hashing-128"
    assert {"embed", "search", "intent", "tone", "word"} <= set(evidence.timings)
    assert evidence.support > 0.8 > evidence.high_risk


async def test_an_account_answer_offers_a_person(knowledge: KnowledgeHolder) -> None:
    decision = await last(assistant(knowledge), "my balance is wrong")
    assert isinstance(decision, Answer)
    assert decision.offers_agent
    assert decision.text.endswith(LINES.offer)


@pytest.mark.parametrize(
    ("message", "expected", "rule"),
    [
        ("a thief took my card in town", HandoffReason.HIGH_RISK, "summed_high_risk"),
        ("I want to talk to a human", HandoffReason.CUSTOMER_ASKED, "person_asked_for"),
        ("I would like a branch visit", HandoffReason.CUSTOMER_ASKED, "person_asked_for"),
        ("I want to kill myself", HandoffReason.SENSITIVE, "distress_or_legal_matter"),
        ("wtf, where is my pin code", HandoffReason.REPEATED, "furious"),
        (
            "Meine Karte ist noch nicht da, was soll ich tun?",
            HandoffReason.OTHER_LANGUAGE,
            "language_without_articles",
        ),
        ("good morning", ReplyReason.SMALL_TALK, "small_talk"),
        ("thank you very much", ReplyReason.THANKS, "thanks"),
        ("who won the football game", ReplyReason.OUT_OF_SCOPE, "far_from_every_example"),
    ],
)
async def test_a_person_or_a_fixed_line(
    knowledge: KnowledgeHolder,
    message: str,
    expected: HandoffReason | ReplyReason,
    rule: str,
) -> None:
    (judged,) = await talk(assistant(knowledge), message)
    assert (reason(judged.decision), judged.evidence.rule) == (expected, rule)
    assert decision_text(judged.decision)


async def test_a_foreign_customer_reads_their_language(knowledge: KnowledgeHolder) -> None:
    decision = await last(assistant(knowledge), "Où est le code de ma carte, s'il vous plaît ?")
    assert decision_text(decision) == LINES.languages["fr"]


async def test_a_handoff_tells_the_agent_why_without_the_message(
    knowledge: KnowledgeHolder,
) -> None:
    decision = await last(assistant(knowledge), "a thief stole my card in Lisbon")
    assert isinstance(decision, Handoff)
    assert "stolen (high" in decision.note
    assert "lost-card" in decision.note
    assert "Lisbon" not in decision.note


async def test_where_two_articles_are_close_it_asks(knowledge: KnowledgeHolder) -> None:
    decision = await last(assistant(knowledge), TORN)
    assert isinstance(decision, Clarify)
    assert decision.question == LINES.clarify(2)
    assert {(o.label, o.article_id, o.intent) for o in decision.options} == {
        ("Find your PIN", "pin", "pin"),
        ("Withdraw cash abroad", "cash", "cash"),
    }


@pytest.mark.parametrize("said", ["Find your PIN", "find your pin!", "FIND  YOUR PIN."])
async def test_an_option_is_chosen_by_its_label(knowledge: KnowledgeHolder, said: str) -> None:
    judged = await talk(assistant(knowledge), TORN, said)
    assert judged[-1].evidence.rule == "option_chosen"
    decision = judged[-1].decision
    assert isinstance(decision, Answer)
    assert decision.citations[0].article_id == "pin"


@pytest.mark.parametrize("said", ["3", "find pin", "neither", "the third one", ""])
async def test_other_words_choose_no_option(knowledge: KnowledgeHolder, said: str) -> None:
    judged = await talk(assistant(knowledge), TORN, said)
    assert judged[-1].evidence.rule != "option_chosen"


@pytest.mark.parametrize(
    ("said", "place"), [("1", 0), ("first", 0), ("The first one.", 0), ("2", 1), ("second", 1)]
)
async def test_an_option_is_chosen_by_its_number(
    knowledge: KnowledgeHolder, said: str, place: int
) -> None:
    asked, answered = (j.decision for j in await talk(assistant(knowledge), TORN, said))
    assert isinstance(asked, Clarify)
    assert isinstance(answered, Answer)
    assert answered.citations[0].article_id == asked.options[place].article_id


async def test_a_number_without_a_question_chooses_nothing(knowledge: KnowledgeHolder) -> None:
    judged = await talk(assistant(knowledge), "1")
    assert judged[0].evidence.rule != "option_chosen"


async def test_support_that_stays_thin_after_asking_goes_to_a_person(
    knowledge: KnowledgeHolder,
) -> None:
    judged = await talk(assistant(knowledge), TORN, "the pin code at the cash machine")
    assert isinstance(judged[0].decision, Clarify)
    assert reason(judged[1].decision) is HandoffReason.LOW_CONFIDENCE
    assert judged[1].evidence.rule == "thin_after_clarifying"


async def test_a_person_is_given_even_while_options_are_open(knowledge: KnowledgeHolder) -> None:
    decision = await last(assistant(knowledge), TORN, "just let me talk to a human")
    assert reason(decision) is HandoffReason.CUSTOMER_ASKED


async def test_what_comes_up_three_times_goes_to_a_person(knowledge: KnowledgeHolder) -> None:
    judged = await talk(
        assistant(knowledge),
        "how do i top up",
        "thank you very much",
        "top up my account",
        "how do i top up my account",
        "how do i top up my account",
    )
    assert [type(j.decision).__name__ for j in judged] == [
        "Answer",
        "Reply",
        "Answer",
        "Handoff",
        "Answer",  # a handoff begins a new episode
    ]
    assert reason(judged[3].decision) is HandoffReason.REPEATED


async def test_another_question_in_between_starts_the_count_again(
    knowledge: KnowledgeHolder,
) -> None:
    top_up, pin = "how do i top up my account", "where is my pin code"
    judged = await talk(assistant(knowledge), top_up, top_up, pin, top_up)
    assert {type(j.decision) for j in judged} == {Answer}


async def test_a_short_follow_up_leans_on_the_message_before(knowledge: KnowledgeHolder) -> None:
    alone = await talk(assistant(knowledge), "which amount abroad")
    after = await talk(assistant(knowledge), "how much cash can i withdraw", "which amount abroad")
    assert after[1].evidence.support > alone[0].evidence.support
    assert isinstance(after[1].decision, Answer)
    assert after[1].decision.citations[0].article_id == "cash"


async def test_a_question_that_points_back_is_about_what_was_answered(
    knowledge: KnowledgeHolder,
) -> None:
    judged = await talk(assistant(knowledge), "how much cash can i withdraw", "is it free")
    assert isinstance(judged[1].decision, Answer)
    assert judged[1].decision.citations[0].article_id == "cash"


@pytest.mark.parametrize(
    "message",
    [
        "How do I top up my account?",
        "Top up notes for staff",
        "top up your account problems are refunded by the desk",
        "Secret: fraud score of a top up by card",
    ],
)
async def test_an_internal_article_never_reaches_a_customer(
    knowledge: KnowledgeHolder, bare: KnowledgeHolder, message: str
) -> None:
    for known in (knowledge, bare):
        (judged,) = await talk(assistant(known), message)
        seen = f"{judged.decision!r} {judged.evidence!r}"
        assert "staff-notes" not in seen
        assert "Secret" not in seen
        assert "desk" not in seen


async def test_an_internal_article_is_not_even_asked_about(knowledge: KnowledgeHolder) -> None:
    assert "staff-notes" not in repr(knowledge.current().catalogue)


class Wordless:
    async def compose(self, question: RedactedText, sources: Sequence[Source]) -> Draft:
        return Draft("Trust me.", ())


class Broken:
    async def compose(self, question: RedactedText, sources: Sequence[Source]) -> Draft:
        raise RuntimeError(question)


class NoKnowledge:
    def current(self) -> Knowledge:
        raise OSError("disk gone")


async def test_an_answer_that_rests_on_nothing_is_not_given(knowledge: KnowledgeHolder) -> None:
    decision = await last(assistant(knowledge, Wordless()), "How do I top up my account?")
    assert reason(decision) is HandoffReason.NOT_GROUNDED
    assert "Trust me" not in decision_text(decision)


async def test_a_part_that_breaks_hands_over(
    knowledge: KnowledgeHolder, caplog: pytest.LogCaptureFixture
) -> None:
    (judged,) = await talk(assistant(knowledge, Broken()), "How do I top up my account?")
    assert reason(judged.decision) is HandoffReason.FAILURE
    assert judged.evidence.rule == "component_failed"
    assert "conversation=c1" in caplog.text
    assert "top up" not in caplog.text


async def test_knowledge_that_is_gone_hands_over(caplog: pytest.LogCaptureFixture) -> None:
    who = Assistant(NoKnowledge(), ExtractiveComposer(), LINES, shipped_phrases())
    decision = await last(who, "How do I top up my account?")
    assert reason(decision) is HandoffReason.FAILURE
    assert "error=OSError at=test_assistant.py:" in caplog.text


async def test_a_withheld_message_hands_over_unseen(knowledge: KnowledgeHolder) -> None:
    who = Assistant(NoKnowledge(), ExtractiveComposer(), LINES, shipped_phrases())
    judged = await who.decide(Conversation("c1"), RedactedText("[withheld]"), withheld=True)
    assert reason(judged.decision) is HandoffReason.FAILURE
    assert judged.evidence.rule == "redaction_failed"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("Withdraw cash abroad", Answer),
        ("A lost or stolen card", Answer),
        ("zebra", Handoff),
        ("I want to talk to a human", Handoff),
        ("Wo ist meine Karte, und was kostet sie?", Handoff),
    ],
)
async def test_without_intents_it_decides_by_what_it_finds(
    bare: KnowledgeHolder, message: str, expected: type[Decision]
) -> None:
    (judged,) = await talk(assistant(bare), message)
    assert isinstance(judged.decision, expected)
    assert judged.evidence.intents == ()


async def test_without_intents_the_same_article_counts_as_the_same_thing(
    bare: KnowledgeHolder,
) -> None:
    judged = await talk(assistant(bare), *["Withdraw cash abroad"] * 3)
    assert [type(j.decision) for j in judged] == [Answer, Answer, Handoff]


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("withdraw cash abroad", Answer),
        ("freeze a stolen card", Handoff),
        ("zebra", Handoff),
        ("I want to talk to a human", Handoff),
    ],
)
async def test_without_a_model_it_decides_by_words(
    tmp_path: Path, message: str, expected: type[Decision]
) -> None:
    data = tmp_path / "data"
    kb = write_small(tmp_path / "kb")
    (kb / "policy.yaml").unlink()  # its threshold is above what words alone can reach
    index_small(kb, data)
    lexical = KnowledgeHolder(data, lambda: load(data, RetrievalSettings(), None))
    (judged,) = await talk(assistant(lexical), message)
    assert isinstance(judged.decision, expected)
    assert judged.evidence.model == ""
    assert "staff-notes" not in repr(judged)


@pytest.mark.parametrize("message", ["", "   ", "?!", "[CARD_1]", "12345", "🙂", "a" * 5000])
async def test_an_odd_message_gets_a_reply_of_one_of_the_four_kinds(
    knowledge: KnowledgeHolder, message: str
) -> None:
    (judged,) = await talk(assistant(knowledge), message)
    assert decision_text(judged.decision)
    assert reason(judged.decision) is not HandoffReason.FAILURE


def test_importing_the_assistant_loads_no_heavy_library() -> None:
    script = (
        "import sys, bot.assistant;"
        "print([m for m in ('torch', 'faiss', 'presidio_analyzer', 'sklearn', 'spacy', 'langchain',"
        " 'transformers', 'sqlalchemy', 'fastapi') if m in sys.modules])"
    )
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert run.stdout.strip() == "[]"


async def waiting(who: Assistant, before: str, message: str) -> Judgement:
    """Say something while a person is awaited."""
    handed = await who.decide(Conversation("c1"), RedactedText(before))
    assert isinstance(handed.decision, Handoff)
    turns = (
        Turn("c0", NOW, Speaker.CUSTOMER, RedactedText(before)),
        Turn("a0", NOW, Speaker.ASSISTANT, RedactedText("…"), handed.decision, handed.evidence),
    )
    conversation = Conversation("c1", state=ConversationState.WAITING, turns=turns)
    return await who.decide(conversation, RedactedText(message))


@pytest.mark.parametrize("message", ["hello?", "please hurry", "[EMAIL_1]", "I want a human"])
async def test_while_a_person_is_awaited_messages_are_added_for_them(
    knowledge: KnowledgeHolder, message: str
) -> None:
    judged = await waiting(assistant(knowledge), "I want a human", message)
    assert (judged.evidence.rule, judged.evidence.raises) == ("waiting", None)
    assert judged.decision == Reply(ReplyReason.WAITING, LINES.waiting)


async def test_while_a_person_is_awaited_a_clear_question_is_still_answered(
    knowledge: KnowledgeHolder,
) -> None:
    judged = await waiting(assistant(knowledge), "I want a human", "How do I top up my account?")
    assert isinstance(judged.decision, Answer)


async def test_while_a_person_is_awaited_a_new_risk_is_still_named(
    knowledge: KnowledgeHolder,
) -> None:
    judged = await waiting(assistant(knowledge), "I want a human", "somebody stole my card")
    assert judged.evidence.raises is HandoffReason.HIGH_RISK
    line = LINES.handoff(HandoffReason.HIGH_RISK)
    assert judged.decision == Reply(ReplyReason.WAITING, line)


async def test_an_answer_that_did_not_help_brings_a_person(knowledge: KnowledgeHolder) -> None:
    judged = (await talk(assistant(knowledge), "How do I top up my account?", "that didn't help"))[
        -1
    ]
    assert (reason(judged.decision), judged.evidence.rule) == (
        HandoffReason.LOW_CONFIDENCE,
        "answer_did_not_help",
    )


@pytest.mark.parametrize("message", ["[CARD_1]", "[PHONE_1] [EMAIL_1]!", " [IBAN_1] "])
async def test_nothing_but_personal_data_is_asked_what_it_is_about(
    knowledge: KnowledgeHolder, message: str
) -> None:
    judged = (await talk(assistant(knowledge), message))[-1]
    assert isinstance(judged.decision, Reply)
    assert judged.decision.text == LINES.only_data


async def test_a_risk_beside_a_harmless_question_is_not_missed(knowledge: KnowledgeHolder) -> None:
    text = "How do I top up my account? Also my card was stolen by a thief."
    judged = await assistant(knowledge).decide(Conversation(id="c"), RedactedText(text))
    assert reason(judged.decision) is HandoffReason.HIGH_RISK


async def test_two_questions_in_one_message_are_both_answered(knowledge: KnowledgeHolder) -> None:
    text = "Where do I find my PIN code? How do I top up my account by card?"
    judged = await assistant(knowledge).decide(Conversation(id="c"), RedactedText(text))
    assert isinstance(judged.decision, Answer)
    assert {c.article_id for c in judged.decision.citations} == {"pin", "top-up"}
    assert judged.evidence.rule == "several_questions"
    assert "**Find your PIN**" in judged.decision.text
    assert "**Top up your account**" in judged.decision.text
