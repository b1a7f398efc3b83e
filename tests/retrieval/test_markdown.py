import pytest

from retrieval.markdown import blocks, heading_anchors, links, plain_text, slug


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ("Steps", "steps"),
        ("Fees & limits", "fees--limits"),
        ("What's next?", "whats-next"),
        ("Größe über 5 €", "größe-über-5-"),
        ("snake_case and-dash", "snake_case-and-dash"),
    ],
)
def test_slugs_are_those_of_github(heading: str, anchor: str) -> None:
    assert slug(heading) == anchor


def test_repeated_headings_get_numbers() -> None:
    text = "# A\n\n## Steps\n\n## Steps\n\n## Steps 1\n\nSteps\n---\n"
    assert [each.anchor for each in heading_anchors(text)] == [
        "a",
        "steps",
        "steps-1",
        "steps-1-1",
        "steps-2",
    ]


def test_headings_know_level_line_and_plain_text() -> None:
    heading = heading_anchors("text\n\n### The `--force` *flag*\n")[0]
    assert (heading.level, heading.line, heading.text) == (3, 2, "The --force flag")


def test_what_looks_like_a_heading_in_code_is_none() -> None:
    assert heading_anchors("```\n# comment\n```\n") == ()


def test_blocks_keep_their_source_and_heading() -> None:
    text = "Lead.\n\n## How\n\n1. one\n2. two\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx\n```\n"
    found = [(each.kind, each.heading.anchor if each.heading else "") for each in blocks(text)]
    assert found == [("paragraph", ""), ("list", "how"), ("table", "how"), ("code", "how")]
    assert blocks(text)[1].text == "1. one\n2. two"


def test_plain_text_has_one_line_a_row_and_no_markup() -> None:
    text = "## Fees\n\n- **Basic**: [free](a.md)\n- Plus\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    assert plain_text(text) == "Fees\nBasic: free\nPlus\na b\n1 2"


def test_plain_text_leaves_out_pictures_and_tags() -> None:
    assert plain_text("See ![secret words](x.png) <b>this</b> &amp; that.") == "See this & that."


def test_links_know_their_line() -> None:
    found = links("a\n\n[x](../cards/freeze.md#steps) and https://bare.example\n")
    assert [(each.target, each.line) for each in found] == [("../cards/freeze.md#steps", 2)]
