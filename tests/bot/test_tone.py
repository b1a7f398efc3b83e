import pytest

from bot.tone import Phrases, Tone, ToneReader, fold, phrase_pattern, shipped_phrases

READER = ToneReader(shipped_phrases())


@pytest.mark.parametrize(
    "text",
    [
        "I want to speak to a human",
        "can i talk to a real person please",
        "Let me talk to somebody",
        "Could I speak with someone?",
        "Please connect me to an agent.",
        "transfer me to customer service",
        "put me through to your support team",
        "I need a human",
        "get me a manager",
        "i'd like to chat with a live agent",
        "I would like to speak with an adviser now",
        "I want a supervisor",
        "give me a real person!!",
        "human please",
        "Agent, please.",
        "representative please",
        "Can someone call me?",
        "could you please call me",
        "call me back please",
        "what is the phone number for support",
        "Is there a phone number I can ring? I want to talk to someone",
        "escalate this to a supervisor",
        "pass me on to a colleague",
        "May I talk directly to an operator",
        "not a bot",
        "stop the bot",
        "I need to be put through to someone",
        "I'd like to talk to a member of your staff",
        "I want to speak to another person",
        "CAN I SPEAK TO A HUMAN BEING",
        "switch me over to a human",
        "I don’t want to talk to a bot, I want a person",
        "hand me over to an advisor",
        "I request a human agent",
    ],
)
def test_a_person_is_asked_for(text: str) -> None:
    assert READER.read(text).asks_for_person


@pytest.mark.parametrize(
    "text",
    [
        "Can another person use my card?",
        "How do I send money to a person abroad?",
        "Someone used my card",
        "My agent told me to top up",
        "Is there a human resources discount?",
        "I don't want to talk to anyone, just tell me the fee",
        "no need to speak to someone, where is my PIN?",
        "Can I get help without having to talk to someone?",
        "the person at the shop said my card was declined",
        "How do I add a second cardholder?",
        "What is customer service's opening time?",
        "My phone number changed",
        "How do I transfer to a savings account",
        "I want a new card",
        "Can you call off the transfer?",
        "do you support Apple Pay",
        "the manager of my flat needs a bank statement",
        "give me a refund",
        "",
    ],
)
def test_it_only_looks_like_asking_for_a_person(text: str) -> None:
    assert not READER.read(text).asks_for_person


@pytest.mark.parametrize(
    "text",
    [
        "I want to kill myself",
        "some days I just want to die",
        "My mum died and I need to close her account",
        "my husband passed away",
        "I can’t afford food this week",
        "My partner controls all my money, domestic abuse",
        "I will go to the ombudsman",
        "You'll hear from my solicitor",
        "I want to make a complaint",
        "I'm being blackmailed",
        "He is forcing me to send it",
        "SUICIDAL",
    ],
)
def test_distress_and_legal_matters_are_seen(text: str) -> None:
    assert READER.read(text).distressed


@pytest.mark.parametrize(
    "text",
    [
        "my phone died",
        "the payment is dead slow",
        "I'm dying to get my card",
        "the app keeps crashing",
        "can I cut my card in half myself",
        "my lawyers' invoice was paid twice, how do I cancel a transfer",
        "where do I court customers for my shop",
        "am I suing the right address form",
    ],
)
def test_it_only_looks_like_distress(text: str) -> None:
    assert not READER.read(text).distressed


@pytest.mark.parametrize(
    "text",
    [
        "wtf is this fee",
        "What the hell happened to my transfer",
        "this is bullshit",
        "You stole my money",
        "I'm FURIOUS",
        "worst bank I ever had",
        "you are an absolute disgrace",
        "WHERE IS MY MONEY I HAVE WAITED FOR THREE WEEKS!!",
    ],
)
def test_fury_is_seen(text: str) -> None:
    assert READER.read(text).furious


@pytest.mark.parametrize(
    "text",
    [
        "I was charged twice!",
        "WHERE IS MY MONEY",
        "ATM AND PIN!!",
        "This is a bit annoying, my card was declined!!",
        "my flat is in Scunthorpe and the card was not delivered",
        "shiitake restaurant payment is pending",
        "where is my money i have waited for three weeks!!",
        "WHY IS MY TRANSFER OF 500 EUR STILL PENDING!",
    ],
)
def test_it_only_looks_like_fury(text: str) -> None:
    assert not READER.read(text).furious


def test_a_plain_question_shows_nothing() -> None:
    assert READER.read("How do I top up by card?") == Tone()


def test_the_deployers_phrases_count_beside_the_shipped_ones() -> None:
    own = Phrases(("branch visit",), ("flood",), ("rip-off",), ("card stolen",))
    reader = ToneReader(shipped_phrases() + own)
    assert reader.read("I want a Branch-Visit").asks_for_person
    assert reader.read("after the flood").distressed
    assert reader.read("a rip off!").furious
    assert reader.read("my card: stolen").names_high_risk
    assert reader.read("human please").asks_for_person
    assert not reader.read("my cards tolen").names_high_risk


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Don’t", "don t"),
        ("DON'T", "don t"),
        ("Café  Straße!", "cafe strasse"),
        ("[CARD_1]?", "[card_1]"),
        ("  a—b…c ", "a b c"),
        ("", ""),
        ("?!", ""),
    ],
)
def test_texts_are_folded(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_phrases_are_whole_words_and_the_longest_wins() -> None:
    pattern = phrase_pattern(["sue you", "sue", "!!", ""])
    assert pattern is not None
    match = pattern.search("i will sue you")
    assert match is not None
    assert match.group() == "sue you"
    assert pattern.search("tissue") is None
    assert phrase_pattern([]) is None
    assert phrase_pattern(["?!"]) is None


@pytest.mark.parametrize(
    "text",
    [
        "I can't see any reason to carry on living",
        "what's the point of going on like this",
        "ending my life",
        "I don't want to be alive",
        "thinking about suicide",
    ],
)
def test_words_for_not_wanting_to_live_are_seen_in_any_form(text: str) -> None:
    assert READER.read(text).distressed


@pytest.mark.parametrize(
    "text",
    [
        "I wish to end my contract",
        "end my subscription",
        "I want to be here on time",
        "I don't want to live in the UK any more",
        "what is the point of being here? I can't top up",
    ],
)
def test_plain_words_for_ending_and_living_are_no_crisis(text: str) -> None:
    assert not READER.read(text).distressed


def test_money_sent_to_a_person_asks_for_nobody() -> None:
    assert not READER.read("can i make a transfer to another person").asks_for_person
    assert READER.read("can I tlak to a person").asks_for_person
    assert READER.read("connect me with somebody").asks_for_person


@pytest.mark.parametrize(
    "text",
    [
        "agent",
        "Human!",
        "representative please",
        "operator",
        "live chat please",
        "get me somebody",
        "phone number?",
        "I want a real employee",
        "talk to agent",
    ],
)
def test_a_bare_word_for_a_person_asks_for_one(text: str) -> None:
    assert READER.read(text).asks_for_person


@pytest.mark.parametrize(
    "text",
    [
        "do I need to speak to an agent to change my PIN?",
        "I'd rather not talk to a person",
        "can my manager use the card",
        "the person at the shop",
    ],
)
def test_a_person_who_is_only_mentioned_is_not_asked_for(text: str) -> None:
    assert not READER.read(text).asks_for_person


@pytest.mark.parametrize(
    ("text", "unhelpful"),
    [
        ("that didn't help", True),
        ("useless", True),
        ("thanks for nothing", True),
        ("no it still doesn't work", True),
        ("neither", True),
        ("I tried that app on my new phone and the top-up by card was declined again today", False),
        ("this helped", False),
    ],
)
def test_short_complaints_about_the_answer_are_heard(text: str, unhelpful: bool) -> None:
    assert READER.read(text).unhelpful is unhelpful


def test_greetings_and_thanks_are_whole_messages() -> None:
    assert READER.read("Bonjour !").greets
    assert READER.read("hi, hello").greets
    assert not READER.read("hello where is my card").greets
    assert READER.read("ok thanks, bye").thanks
    assert not READER.read("thanks for nothing").thanks


@pytest.mark.parametrize(
    "text",
    [
        "I can't go on anymore, the debt is too much",
        "i cant go on any more",
        "I have nothing to live for",
        "i am in serious debt and can't afford food",
        "I lost my job and can't pay the rent, I'm thinking about ending it all",
    ],
)
def test_despair_is_heard_in_everyday_words(text: str) -> None:
    assert READER.read(text).distressed


@pytest.mark.parametrize(
    "text",
    [
        "I can't go on the app",
        "I cannot go on holiday without my card",
        "can I end the subscription",
        "does the direct debit go on Monday",
    ],
)
def test_going_on_about_something_else_is_no_despair(text: str) -> None:
    assert not READER.read(text).distressed


@pytest.mark.parametrize(
    "text",
    [
        "Could I discuss this with an employee?",
        "One of your colleagues please, I want one of your team",
        "Leave it. Human.",
        "is there nobody there",
        "I'd rather ring than type",
        "What is the phone number of your support desk?",
        "put me in touch with an adviser",
        "wanna talk 2 sum1 real",
        "no bot pls",
        "can I talk to Sam again please",
    ],
)
def test_a_person_is_asked_for_in_other_words(text: str) -> None:
    assert ToneReader(shipped_phrases()).read(text).asks_for_person


@pytest.mark.parametrize(
    "text",
    [
        "I can't afford nappies any more",
        "the bailiffs were here again",
        "since my stroke I can't type",
        "dad has Alzheimer's and gives his money away",
        "I gambled it all away",
        "I am the executor of her will",
        "I'm a journalist with a question",
        "the regulator will hear of this",
        "I want all this to be over",
        "i cant see a way out any more",
        "i cant pay my rent",
    ],
)
def test_grave_matters_are_heard_in_other_words(text: str) -> None:
    assert ToneReader(shipped_phrases()).read(text).distressed


@pytest.mark.parametrize(
    "text",
    [
        "by a stroke of luck the refund came",
        "my late payment fee",
        "when will the transfer be over",
        "how do I change my phone number",
        "I'd rather speak about fees",
        "is the app for kids",
    ],
)
def test_near_misses_of_grave_matters_show_nothing(text: str) -> None:
    tone = ToneReader(shipped_phrases()).read(text)
    assert not tone.distressed
    assert not tone.asks_for_person


def test_a_topic_that_people_see_to_is_named() -> None:
    reader = ToneReader(Phrases(topics=("do mortgages",)))
    assert reader.read("Do you do mortgages?").for_people
    assert not reader.read("My mortgage payment failed").for_people
