import pytest

from bot.reading import Reading, read


def test_words_and_grade_of_a_text() -> None:
    text = "The cat sat on the mat. The dog ate the bone again today."
    assert read(text) == Reading(13, 0.6)


def test_marks_and_addresses_of_links_do_not_count() -> None:
    text = "**Open** [the app](https://example.com/a/very/long/address) and tap `Cards`."
    assert read(text).words == 6


@pytest.mark.parametrize("text", ["", "Yes.", "One two three four five six seven eight nine"])
def test_a_short_text_has_no_grade(text: str) -> None:
    assert read(text).grade is None


def test_long_words_and_sentences_read_harder() -> None:
    easy = read("You can pay in cash. Go to a shop. Show them the code. They add it for you.")
    hard = read(
        "Notwithstanding the aforementioned limitations, remuneration is transferable "
        "internationally, subject to verification of identity and of the originating institution."
    )
    assert easy.grade is not None
    assert hard.grade is not None
    assert easy.grade < 3
    assert hard.grade > 12
