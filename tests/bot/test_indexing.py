import json
from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.branding import BrandedLines
from bot.compose.extractive import ExtractiveComposer
from bot.config import BrandSettings
from bot.content import read_content, read_copies
from bot.conversation import Conversation
from bot.decision import Answer, Handoff, HandoffReason
from bot.errors import ConfigurationError, IntentsError, LinesError, PolicyError
from bot.intent import IntentModel
from bot.knowledge import assemble
from bot.language import Language, identify
from bot.lines import load_lines
from bot.look import look_at
from bot.probes import Question, read_questions
from bot.salvage import Salvage
from bot.site import Site
from bot.tone import shipped_phrases
from redaction.redactor import RedactedText
from retrieval.errors import KnowledgeBaseError, RefusedDeletionError
from retrieval.manifest import generation_folder, read_manifest
from retrieval.swap import rollback
from tests.bot.small_knowledge import (
    ARTICLES,
    INTENTS,
    holder,
    index_small,
    indexer,
    write_small,
)

FRENCH = "Bonjour, je voudrais savoir comment ouvrir un compte chez vous, s'il vous plaît"


@pytest.fixture
def kb(tmp_path: Path) -> Path:
    return write_small(tmp_path / "kb")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


def model_stamp(data: Path) -> tuple[str, bytes]:
    folder = generation_folder(data)
    hashes = read_manifest(folder).files
    return hashes["intent_model.npz"], (folder / "intent_model.json").read_bytes()


def test_a_first_run_makes_a_whole_generation(kb: Path, data: Path) -> None:
    report = index_small(kb, data)
    assert set(report.changes.added) == set(ARTICLES)
    assert report.passages >= len(ARTICLES)
    assert report.intents is not None
    assert report.intents.n == 50
    assert (report.labelled, report.warnings) == (0, ())
    folder = generation_folder(data)
    assert folder.name == report.version
    assert (folder / "intents.yaml").read_text(encoding="utf-8") == INTENTS
    manifest = read_manifest(folder)
    assert {"intents.yaml", "policy.yaml", "answerability.json", "intent_model.npz"} <= set(
        manifest.files
    )
    assert manifest.extra["policy"] == "small"
    known = holder(data).current()
    assert known.version == report.version
    assert known.policy.version == "small"
    assert known.intent_model is not None
    assert known.languages == {"en"}


def test_the_manifest_tells_how_it_was_calibrated(kb: Path, data: Path) -> None:
    report = index_small(kb, data)
    extra = read_manifest(generation_folder(data)).extra
    assert extra["support"] == {
        "source": report.support.source,
        "n": report.support.n,
        "estimated_error": report.support.estimated_error,
        "estimated_coverage": report.support.estimated_coverage,
        "orphans_answered": report.support.orphans_answered,
        "note": report.support.note,
    }
    assert report.intents is not None
    assert extra["intents"] == {
        "n": 50,
        "accuracy": round(report.intents.accuracy, 4),
        "temperature": round(report.intents.temperature, 4),
        "held_out": "clusters",
    }


def test_a_run_without_changes_publishes_nothing(kb: Path, data: Path) -> None:
    first = index_small(kb, data)
    (kb / "new.md").write_text("# New\n\nSomething new.\n", encoding="utf-8")
    second = index_small(kb, data)
    for _ in range(2):
        again = indexer(data).run(read_content(kb), unless_same=True)
        assert (again.published, again.version) == (False, second.version)
        assert again.passages == second.passages
    assert [folder.name for folder in generation_folder(data).parent.glob(".staging*")] == []
    assert rollback(data).version == first.version


def test_how_a_company_presents_itself_travels_with_its_articles(kb: Path, data: Path) -> None:
    index_small(kb, data)
    assert holder(data).current().site == Site()
    (kb / "site.yaml").write_text("name: Acme\nhours: 9–5\n", encoding="utf-8")
    again = indexer(data).run(read_content(kb), unless_same=True)
    assert again.published
    assert holder(data).current().site == Site(name="Acme", hours="9–5")
    generation = Salvage.of(generation_folder(data))
    assert generation is not None
    kept = read_copies(generation)
    assert kept is not None
    assert kept.site_text == "name: Acme\nhours: 9–5\n"


def test_own_lines_travel_with_the_articles_and_are_taken_up_without_a_restart(
    kb: Path, data: Path
) -> None:
    index_small(kb, data)
    known = holder(data)
    lines = BrandedLines(BrandSettings(name="Acme"), known.current)
    assert lines.current() == load_lines("Acme")
    text = "offer: Ask {company}.\n"
    (kb / "lines.yaml").write_text(text, encoding="utf-8")
    (kb / "lines.de.yaml").write_text("offer: Fragen Sie uns.\n", encoding="utf-8")
    assert indexer(data).run(read_content(kb), unless_same=True).published
    known.reload()
    assert lines.current().offer == lines.current("en").offer == "Ask Acme."
    assert lines.current("de").offer == "Ask Acme."  # no article is in German
    generation = Salvage.of(generation_folder(data))
    assert generation is not None
    kept = read_copies(generation)
    assert kept is not None
    assert kept.lines_texts == {"lines.yaml": text, "lines.de.yaml": "offer: Fragen Sie uns.\n"}


def test_lines_that_cannot_be_said_stop_the_index_but_no_server(kb: Path, data: Path) -> None:
    (kb / "lines.yaml").write_text("offer: Hello\n", encoding="utf-8")
    index_small(kb, data)
    index = holder(data).current().index
    (generation_folder(data) / "lines.yaml").write_text("ofer: Hi\nwaiting: Wait.\n")
    knowledge = assemble(generation_folder(data), index)
    said = knowledge.lines.spoken("Acme")
    assert (said.offer, said.waiting) == (load_lines("Acme").offer, "Wait.")
    (kb / "lines.yaml").write_text("ofer: Hi\n", encoding="utf-8")
    with pytest.raises(LinesError, match=r"lines\.yaml:1: ofer: "):
        read_content(kb)


def test_a_german_help_centre_speaks_its_own_lines(kb: Path, data: Path) -> None:
    for page in kb.glob("*.md"):
        text = page.read_text(encoding="utf-8")
        page.write_text(text.replace("---\n", "---\nlocale: de\n", 1), encoding="utf-8")
    (kb / "lines.de.yaml").write_text("offer: Fragen Sie uns.\n", encoding="utf-8")
    index_small(kb, data)
    lines = BrandedLines(BrandSettings(), holder(data).current)
    assert lines.current("en").offer == lines.current().offer == "Fragen Sie uns."


@pytest.mark.parametrize("name", ["pin.md", "intents.yaml", "policy.yaml", "labelled.csv"])
def test_any_change_is_published(kb: Path, data: Path, tmp_path: Path, name: str) -> None:
    first = index_small(kb, data)
    examples = None
    if name == "labelled.csv":
        examples = labelled(tmp_path, *(f"secret digits {n},pin" for n in range(10)))
    else:
        text = (kb / name).read_text(encoding="utf-8").replace("1.0", "0.9").replace("see", "view")
        (kb / name).write_text(text + "\n", encoding="utf-8")
    again = indexer(data).run(read_content(kb), examples, unless_same=True)
    assert again.published
    assert again.version != first.version


def test_a_damaged_index_is_built_again_though_nothing_changed(kb: Path, data: Path) -> None:
    first = index_small(kb, data)
    (generation_folder(data) / "passages.jsonl").write_bytes(b"")
    again = indexer(data).run(read_content(kb), unless_same=True)
    assert again.version != first.version
    assert holder(data).current().version == again.version


def stages(kb: Path, data: Path) -> list[str]:
    seen: list[str] = []
    work = indexer(data)
    told = type(work)(
        work.data, work.settings, work.embedder, work.redact, lambda name, *_: seen.append(name)
    )
    told.run(read_content(kb))
    return seen


def test_the_intent_model_is_reused_while_its_examples_stand(kb: Path, data: Path) -> None:
    assert "intents" in stages(kb, data)
    first = model_stamp(data)
    (kb / "pin.md").write_text("# Find your PIN\n\nIt is in the app now.\n", encoding="utf-8")
    assert "intents" not in stages(kb, data)
    assert model_stamp(data) == first


def test_the_intent_model_is_fitted_again_on_other_examples(kb: Path, data: Path) -> None:
    index_small(kb, data)
    text = INTENTS.replace("- see pin\n", "- reveal the four digits\n")
    (kb / "intents.yaml").write_text(text, encoding="utf-8")
    assert "intents" in stages(kb, data)


def test_a_damaged_intent_model_is_not_reused(kb: Path, data: Path) -> None:
    index_small(kb, data)
    (generation_folder(data) / "intent_model.json").write_text("{}", encoding="utf-8")
    assert "intents" in stages(kb, data)
    assert holder(data).current().intent_model is not None


def test_a_model_fitted_twice_is_the_same(kb: Path, data: Path, tmp_path: Path) -> None:
    index_small(kb, data)
    index_small(kb, tmp_path / "again")
    first = IntentModel.load(generation_folder(data))
    again = IntentModel.load(generation_folder(tmp_path / "again"))
    assert (first.weights == again.weights).all()


def test_what_was_deleted_is_gone_after_the_same_run(kb: Path, data: Path) -> None:
    index_small(kb, data)
    (kb / "cash.md").unlink()
    report = index_small(kb, data)
    assert report.changes.removed == ("cash",)
    known = holder(data).current()
    assert "cash" not in known.index.articles
    assert known.catalogue.intents["cash"].articles == ()


def test_most_articles_are_not_deleted_unasked(kb: Path, data: Path) -> None:
    before = index_small(kb, data).version
    for name in ("pin", "cash", "balance", "lost-card"):
        (kb / f"{name}.md").unlink()
    with pytest.raises(RefusedDeletionError):
        index_small(kb, data)
    assert holder(data).current().version == before
    indexer(data).run(read_content(kb), allow_mass_deletion=True)
    assert len(holder(data).current().index.articles) == 2


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        (
            "intents.yaml",
            "[pin]",
            "[pin, no-such]",
            "intents.yaml:18: error: intent pin names article",
        ),
        ("pin.md", "[pin]", "[pin, no_such]", "pin.md:5: error: article pin lists intent no_such"),
        ("pin.md", "It is", "See [x](nowhere.md). It is", "nowhere.md"),
        ("pin.md", "It is", "See [x](cash.md#nowhere). It is", "nowhere"),
        ("pin.md", "audience: customer", "audience: everyone", "audience"),
    ],
)
def test_a_dangling_reference_is_warned_of_and_the_rest_is_indexed(
    kb: Path, data: Path, file: str, old: str, new: str, told: str
) -> None:
    path = kb / file
    text = path.read_text(encoding="utf-8").replace("Your PIN code stands", "It is")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    report = index_small(kb, data)
    assert any(told in str(problem) and file in str(problem) for problem in report.problems)
    assert "top-up" in holder(data).current().index.articles


@pytest.mark.parametrize(
    ("file", "text", "error"),
    [
        ("intents.yaml", "intents: [", IntentsError),
        ("intents.yaml", "intents: {a: {}}", IntentsError),
        ("policy.yaml", "thresholds: {answer: 2}", PolicyError),
    ],
)
def test_a_malformed_file_stops_before_anything_is_written(
    kb: Path, data: Path, file: str, text: str, error: type[Exception]
) -> None:
    (kb / file).write_text(text, encoding="utf-8")
    with pytest.raises(error, match=file):
        index_small(kb, data)
    assert not data.exists()


def test_a_file_that_is_not_utf8_is_named(kb: Path) -> None:
    (kb / "policy.yaml").write_bytes("version: café".encode("latin-1"))
    with pytest.raises(ConfigurationError, match=r"policy\.yaml.*UTF-8"):
        read_content(kb)


def test_a_folder_without_a_readable_article_is_refused_and_named(
    kb: Path, data: Path, tmp_path: Path
) -> None:
    before = index_small(kb, data).version
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(KnowledgeBaseError, match=r"no articles in .*empty.*Markdown"):
        index_small(empty, data)
    (empty / "bad.md").write_bytes(b"caf\xe9")
    with pytest.raises(KnowledgeBaseError, match=r"empty can be read.*bad\.md:1.*UTF-8"):
        index_small(empty, data)
    assert holder(data).current().version == before


GERMAN = {
    "karte": "# Karte verloren\n\nSperren Sie die verlorene Karte sofort in der App. Öffnen Sie "
    "dazu den Bereich Karten und tippen Sie auf Sperren.\n",
    "pin": "# PIN vergessen\n\nDie PIN Ihrer Karte steht in der App. Öffnen Sie den Bereich "
    "Karten und tippen Sie auf PIN anzeigen.\n",
    "konto": "# Konto eröffnen\n\nSie eröffnen ein Konto mit Ihrem Ausweis in wenigen Minuten. "
    "Halten Sie dafür das Telefon bereit.\n",
}


def write_pages(folder: Path, pages: dict[str, str]) -> Path:
    folder.mkdir()
    for name, text in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    return folder


def test_the_language_of_an_article_is_told_from_its_text(tmp_path: Path) -> None:
    english = "# Fees\n\nWe charge a fee when you withdraw more than your monthly limit abroad.\n"
    said = "---\nlocale: fr\n---\n" + GERMAN["pin"]
    short = "# 4711\n\n`ls -l`\n"
    pages = {**GERMAN, "fees": english, "said": said, "short": short}
    content = read_content(write_pages(tmp_path / "mixed", pages))
    assert {article.id: article.locale for article in content.articles} == {
        "karte": "de", "pin": "de", "konto": "de", "fees": "en", "said": "fr", "short": "en",
    }  # fmt: skip


async def test_a_folder_of_german_pages_answers_german_questions(
    tmp_path: Path, data: Path
) -> None:
    kb = write_pages(tmp_path / "hilfe", GERMAN)
    asked = [
        {"question": f"{title} {ending}", "article_ids": [name]}
        for name, title in (
            ("karte", "karte verloren sperren"),
            ("pin", "pin vergessen anzeigen"),
            ("konto", "konto eröffnen ausweis"),
        )
        for ending in ("bitte", "wie", "app", "heute", "jetzt", "hilfe", "wo", "was", "wann", "ich")
    ] + [{"question": f"zebra {n} wetter", "article_ids": []} for n in range(30)]
    indexer(data).run(read_content(kb), None, questions(tmp_path, *asked))
    known = holder(data)
    assert known.current().languages == {"de"}
    who = Assistant(known, ExtractiveComposer(), load_lines("Beispiel"), shipped_phrases(), "abc")
    for text, article in (
        ("Ich habe meine Karte verloren, wie kann ich die Karte sperren?", "karte"),
        ("Ich habe meine PIN vergessen, wo kann ich die PIN anzeigen?", "pin"),
    ):
        assert identify(text) == Language("de", sure=True)
        decision = (await who.decide(Conversation("c1"), RedactedText(text))).decision
        assert isinstance(decision, Answer), decision
        assert decision.citations[0].article_id == article
    decision = (await who.decide(Conversation("c1"), RedactedText(FRENCH))).decision
    assert isinstance(decision, Handoff)
    assert decision.reason is HandoffReason.OTHER_LANGUAGE


def test_where_articles_are_in_two_languages_only_the_customers_own_are_searched(
    tmp_path: Path, data: Path
) -> None:
    twin = "---\nlocale: en\n---\n# Karte PIN Konto\n\nKarte verloren sperren, PIN anzeigen.\n"
    pages = {**GERMAN, "twin": twin}
    indexer(data).run(read_content(write_pages(tmp_path / "both", pages)))
    known = holder(data).current()
    assert known.languages == {"de", "en"}
    asked = "Karte verloren sperren"
    everywhere = look_at(known, asked, {}).hits
    german = look_at(known, asked, {}, "de").hits
    assert "twin" in {hit.passage.article_id for hit in everywhere}
    assert {hit.passage.article_id for hit in german} <= {"karte", "pin", "konto"}
    assert german


def test_without_intents_and_policy_it_works_from_the_articles(tmp_path: Path, data: Path) -> None:
    report = index_small(write_small(tmp_path / "bare", intents=False), data)
    assert (report.intents, report.warnings) == (None, ())
    known = holder(data).current()
    assert known.intent_model is None
    assert known.policy.version == "built-in"
    assert not known.catalogue.intents


def test_one_intent_alone_is_no_choice(kb: Path, data: Path) -> None:
    text = "intents: {pin: {tier: low, articles: [pin], examples: [my pin, pin code]}}"
    (kb / "intents.yaml").write_text(text, encoding="utf-8")
    assert index_small(kb, data).intents is None
    assert holder(data).current().intent_model is None


def labelled(folder: Path, *rows: str) -> Path:
    path = folder / "labelled.csv"
    path.write_text("\n".join(["text,category", *rows]) + "\n", encoding="utf-8")
    return path


def test_labelled_messages_are_learned_from(kb: Path, data: Path, tmp_path: Path) -> None:
    rows = [f"gimme the secret digits number {n},pin" for n in range(10)]
    rows += [f"refill wallet please {n},top_up" for n in range(10)]
    report = index_small(kb, data, labelled(tmp_path, *rows))
    assert report.labelled == 20
    assert report.intents is not None
    assert (report.intents.held_out, report.intents.n) == ("labelled", 20)
    known = holder(data).current()
    assert known.intent_model is not None
    vector = known.index.encode("the secret digits").vector
    best = int(known.intent_model.view(vector).probabilities.argmax())
    assert known.intent_model.intents[best] == "pin"


def test_unknown_labels_are_warned_of(kb: Path, data: Path, tmp_path: Path) -> None:
    examples = labelled(tmp_path, "a,nonsense", "b,nonsense", "my pin,pin")
    report = index_small(kb, data, examples)
    assert report.labelled == 1
    assert report.warnings == (
        "labelled.csv: 2 rows with label 'nonsense', which intents.yaml lacks, were left out",
    )


def test_forgotten_examples_are_warned_of(kb: Path, data: Path, tmp_path: Path) -> None:
    index_small(kb, data, labelled(tmp_path, "my pin,pin"))
    report = index_small(kb, data)
    assert len(report.warnings) == 1
    assert "1 labelled messages" in report.warnings[0]
    assert "--examples" in report.warnings[0]
    assert index_small(kb, data).warnings == ()


def test_no_labelled_message_reaches_the_data_folder(kb: Path, data: Path, tmp_path: Path) -> None:
    index_small(kb, data, labelled(tmp_path, "card 4444 zanzibar,pin", "pin abroad 4444,pin"))
    written = b"".join(path.read_bytes() for path in data.rglob("*") if path.is_file())
    assert b"4444" not in written
    assert b"zanzibar" not in written


def test_labels_and_questions_are_redacted_before_they_are_used(
    kb: Path, data: Path, tmp_path: Path
) -> None:
    handed: list[str] = []

    def redact(text: str) -> str:
        handed.append(text)
        return text

    work = indexer(data)
    watched = type(work)(work.data, work.settings, work.embedder, redact, work.progress)
    asked = questions(tmp_path, {"question": "where is my pin", "article_ids": ["pin"]})
    watched.run(read_content(kb), labelled(tmp_path, "my pin,pin"), asked)
    assert handed == ["my pin", "where is my pin"]


def questions(folder: Path, *rows: object) -> Path:
    path = folder / "questions.jsonl"
    path.write_text("\n\n".join(json.dumps(row) for row in rows) + "\n", encoding="utf-8")
    return path


def test_labelled_questions_calibrate_answerability(tmp_path: Path, data: Path) -> None:
    rows = []
    for name, (title, audience, _, _) in ARTICLES.items():
        if audience == "customer":
            rows += [{"question": f"{title} {n}", "article_ids": [name]} for n in range(8)]
    rows += [{"question": f"zebra {n} quux", "article_ids": []} for n in range(30)]
    kb = write_small(tmp_path / "bare", intents=False)
    report = indexer(data).run(read_content(kb), None, questions(tmp_path, *rows))
    assert (report.support.source, report.support.n) == ("questions", 70)
    assert holder(data).current().support == report.support


def test_too_few_questions_are_not_used(
    tmp_path: Path, data: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kb = write_small(tmp_path / "bare", intents=False)
    asked = questions(tmp_path, {"question": "Find your PIN", "article_ids": ["pin"]})
    report = indexer(data).run(read_content(kb), None, asked)
    assert report.support.source == "none"
    assert "too few labelled questions n=1" in caplog.text


def test_questions_are_read_under_both_names(tmp_path: Path) -> None:
    path = questions(
        tmp_path,
        {"question": "a", "article_ids": ["x", 7]},
        {"text": "b", "gold_article_ids": ["y"]},
        {"question": "c"},
    )
    assert read_questions(path) == (
        Question("a", ("x", "7")),
        Question("b", ("y",)),
        Question("c", ()),
    )


@pytest.mark.parametrize(
    "line",
    ["not json", "[]", '"text"', "{}", '{"question": 7}', '{"question": "a", "article_ids": "x"}'],
)
def test_a_wrong_question_is_refused_by_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(f'{{"question": "a"}}\n\n{line}\n', encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"q\.jsonl, line 3: needs"):
        read_questions(path)


def test_a_question_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"none\.jsonl"):
        read_questions(tmp_path / "none.jsonl")
