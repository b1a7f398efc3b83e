from pathlib import Path

import pytest

from bot.decision import Risk
from bot.errors import IntentsError
from bot.intent_problems import lint_examples, lint_intents, placed
from bot.intents import Labelled, parse_intents, read_labelled
from retrieval.article import Article, Audience

GOOD = """\
intents:
  top_up:
    tier: low
    articles: [top-up, fees]
    examples: ["How do I top up?", "  add money  ", ""]
  "card_stolen":
    tier: high
    articles: [lost-card]
    examples:
      - My card was stolen
out_of_scope: ["What's the weather?"]
small_talk: [hi]
thanks: [cheers]
handoff_phrases: [branch visit]
distress_phrases: [flood]
fury_phrases: [rip-off]
high_risk_phrases: [card stolen]
"""


def article(name: str, *intents: str) -> Article:
    return Article(
        id=name,
        title=name,
        body="",
        path=f"help/{name}.md",
        owner="",
        domain="",
        audience=Audience.CUSTOMER,
        locale="en",
        intents=intents,
        reviewed_on=None,
        review_days=180,
        tags=(),
        revision="",
    )


ARTICLES = [
    article("top-up", "top_up"),
    article("fees", "top_up"),
    article("lost-card", "card_stolen"),
]


def test_an_intents_file_is_read() -> None:
    catalogue = parse_intents(GOOD, "intents.yaml")
    assert list(catalogue.intents) == ["top_up", "card_stolen"]
    top_up = catalogue.intents["top_up"]
    assert (top_up.risk, top_up.articles) == (Risk.LOW, ("top-up", "fees"))
    assert top_up.examples == ("How do I top up?", "add money")
    assert catalogue.intents["card_stolen"].risk is Risk.HIGH
    assert catalogue.out_of_scope == ("What's the weather?",)
    assert (catalogue.small_talk, catalogue.thanks) == (("hi",), ("cheers",))
    phrases = catalogue.phrases
    assert (phrases.handoff, phrases.distress) == (("branch visit",), ("flood",))
    assert (phrases.fury, phrases.high_risk) == (("rip-off",), ("card stolen",))


def test_an_article_knows_the_intents_it_serves() -> None:
    catalogue = parse_intents(GOOD, "intents.yaml")
    assert catalogue.serving("fees") == ("top_up",)
    assert catalogue.serving("nothing") == ()


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "{}"])
def test_an_empty_file_has_no_intents(text: str) -> None:
    assert parse_intents(text, "intents.yaml").intents == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("intents: [", "not valid YAML"),
        ("intents: {a: {tier: medium}}", "intents.a.tier: "),
        ("intents: {a: {tier: medium}}", "got 'medium'"),
        ("intents: {a: {}}", "intents.a.tier"),
        ("intents: {a: {tier: low, article: [x]}}", "intents.a.article:"),
        ("intents: {a: {tier: low, articles: x}}", "intents.a.articles"),
        ("intents: {a: {tier: low, examples: [[x]]}}", "intents.a.examples.0"),
        ("intents: [a, b]", "intents:"),
        ("smalltalk: [hi]", "smalltalk:"),
        ("- a\n- b\n", "intents.yaml"),
        ("just words", "intents.yaml"),
    ],
)
def test_a_wrong_file_is_refused_by_field(text: str, told: str) -> None:
    with pytest.raises(IntentsError, match=r"^intents\.yaml: ") as caught:
        parse_intents(text, "intents.yaml")
    assert told in str(caught.value)


def problems(text: str, articles: list[Article]) -> list[tuple[str, int, str]]:
    found = lint_intents(parse_intents(text, "intents.yaml"), articles, text, "intents.yaml")
    return [(p.path, p.line, p.message) for p in found]


def test_a_sound_file_has_no_problems() -> None:
    assert problems(GOOD, ARTICLES) == []


@pytest.mark.parametrize(
    ("text", "articles", "path", "line", "told"),
    [
        (GOOD.replace("[lost-card]", "[]"), ARTICLES[:2], "intents.yaml", 8, "has no article"),
        (
            GOOD.replace("      - My card was stolen\n", "").replace(
                "    examples:\n", "    examples: []\n"
            ),
            ARTICLES,
            "intents.yaml",
            9,
            "has no example messages",
        ),
        (GOOD, ARTICLES[:2], "intents.yaml", 8, "lost-card, which does not exist"),
        (
            GOOD,
            [article("top-up"), *ARTICLES[1:]],
            "intents.yaml",
            4,
            "whose front matter does not list",
        ),
        (
            GOOD,
            [*ARTICLES, article("extra", "unknown_intent")],
            "help/extra.md",
            0,
            "lists intent unknown_intent, which does not exist",
        ),
        (
            GOOD,
            [*ARTICLES, article("extra", "top_up")],
            "help/extra.md",
            0,
            "lists intent top_up, which does not name it",
        ),
    ],
)
def test_a_disagreement_is_told_where_it_is(
    text: str, articles: list[Article], path: str, line: int, told: str
) -> None:
    ((where, number, message),) = problems(text, articles)
    assert (where, number) == (path, line)
    assert told in message


def test_an_article_in_a_list_of_many_is_told_by_its_own_line() -> None:
    text = GOOD.replace("[top-up, fees]", "\n      - top-up\n      - fees")
    ((_, line, message),) = problems(text, [ARTICLES[0], ARTICLES[2]])
    assert (line, "names article fees" in message) == (6, True)


def test_what_an_article_got_wrong_is_placed_in_its_front_matter(tmp_path: Path) -> None:
    (tmp_path / "help").mkdir()
    page = tmp_path / "help" / "extra.md"
    page.write_text(
        "---\nid: extra\ntags: [nowhere]\nintents:\n  - nowhere-else\n  - nowhere\n---\nx\n",
        encoding="utf-8",
    )
    articles = [*ARTICLES, article("extra", "nowhere")]
    found = lint_intents(parse_intents(GOOD, "intents.yaml"), articles, GOOD, "intents.yaml")
    assert [(p.path, p.line) for p in placed(found, tmp_path)] == [("help/extra.md", 6)]
    page.unlink()
    assert [p.line for p in placed(found, tmp_path)] == [1]


def test_too_few_examples_are_told() -> None:
    enough = "".join(f"      - message {n}\n" for n in range(14))
    text = GOOD.replace("      - My card was stolen\n", "      - My card was stolen\n" + enough)
    found = lint_examples(parse_intents(text, "intents.yaml"), text, "intents.yaml")
    assert [(p.line, p.message) for p in found] == [
        (5, "intent top_up has 2 example messages: write at least 15")
    ]


@pytest.mark.parametrize(("count", "fine"), [(8, True), (9, False)])
def test_an_article_serves_at_most_eight_intents(count: int, fine: bool) -> None:
    names = [f"i{n}" for n in range(count)]
    text = "intents:\n" + "".join(
        f"  {name}: {{tier: low, articles: [all], examples: [x]}}\n" for name in names
    )
    assert (problems(text, [article("all", *names)]) == []) is fine


def written(folder: Path, content: str | bytes) -> Path:
    path = folder / "messages.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize(
    "content",
    [
        "text,intent\nhow to pay,top_up\n",
        "text,category\nhow to pay,top_up\n",
        "text,label\nhow to pay,top_up\n",
        "id,label,tier,text\n7,top_up,low,how to pay\n",
        "\ufefftext,intent\r\nhow to pay,top_up\r\n",
        'text,intent\n"how to pay",top_up',
        "text,intent\n  how to pay  , top_up \n\n,top_up\n",
    ],
)
def test_labelled_messages_are_read(tmp_path: Path, content: str) -> None:
    rows, unknown = read_labelled(written(tmp_path, content), ["top_up"])
    assert rows == [Labelled("how to pay", "top_up")]
    assert unknown == {}


def test_quoted_commas_and_line_breaks_belong_to_the_message(tmp_path: Path) -> None:
    path = written(tmp_path, 'text,intent\n"pay, please\nnow",top_up\n')
    assert read_labelled(path, ["top_up"])[0] == [Labelled("pay, please\nnow", "top_up")]


def test_the_column_intent_leads(tmp_path: Path) -> None:
    path = written(tmp_path, "text,category,intent\nhow to pay,money,top_up\n")
    assert read_labelled(path, ["top_up"])[0] == [Labelled("how to pay", "top_up")]


def test_unknown_labels_are_counted(tmp_path: Path) -> None:
    path = written(tmp_path, "text,intent\na,x\nb,top_up\nc,x\nd\ne,\n")
    rows, unknown = read_labelled(path, ["top_up"])
    assert rows == [Labelled("b", "top_up")]
    assert unknown == {"x": 2, "": 2}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "has none"),
        ("message,intent\na,b\n", "has message, intent"),
        ("text\na\n", "has text"),
        ("text;intent\na;b\n", "text and intent"),
        ("text,intent\ncafé,top_up\n".encode("latin-1"), "UTF-8"),
    ],
)
def test_a_file_of_another_shape_is_refused(
    tmp_path: Path, content: str | bytes, told: str
) -> None:
    with pytest.raises(IntentsError, match=r"messages\.csv") as caught:
        read_labelled(written(tmp_path, content), ["top_up"])
    assert told in str(caught.value)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IntentsError, match=r"nothing\.csv"):
        read_labelled(tmp_path / "nothing.csv", [])
