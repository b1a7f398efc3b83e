import pytest

from bot.sources.html_markdown import to_markdown
from bot.sources.html_tree import DEEPEST, HtmlError, parse_html
from bot.sources.markdown_html import parse_markdown

BASE = "https://help.example.com/en/fees"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<h2>Cost</h2><p>It <b>is </b>£5.</p>", "## Cost\n\nIt **is** £5."),
        ("<h1>Fees</h1>text<h1>More</h1>", "text\n\n## More"),  # the title is kept elsewhere
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n  - b\n- c"),
        ("<ol start=3><li>a<li>b</ol>", "3. a\n4. b"),
        ("<ul><li><a href='#x'>On this page</a></ul>text", "text"),
        ("a<br>b<br>", "a  \nb"),
        ("<ul><li>a<br>b</ul>", "- a  \n  b"),
        ("<code>a`</code><code>b</code>", "`` a` `` `b`"),
        ("<pre>x\n  y</pre>", "```\nx\n  y\n```"),
        ("<code>a`b</code>", "``a`b``"),
        ("<pre>&lt;script src=x></pre>after", "```\n<script src=x>\n```\n\nafter"),
        ("<ul><li>Put<pre>&lt;script>\nx</pre>in.</ul>", "- Put\n\n  `<script>`  \n  `x`\n\n  in."),
        ("<blockquote><pre>&lt;!-- x</pre></blockquote>", "> `<!-- x`"),
        ("<blockquote><p>a</p></blockquote>", "> a"),
        ("<details><summary>Why?</summary>So.</details>", "## Why?\n\nSo."),
        ("<dl><dt>Fee</dt><dd>£5</dd></dl>", "**Fee**\n\n£5"),
        (
            "<table><tr><th>a|b<th>c</tr><tr><td>1<td>2<br>3</table>",
            "| a\\|b | c |\n|---|---|\n| 1 | 2 3 |",
        ),
        ("<table><tr><td>only lays out</table>", "only lays out"),
        ("<a href='/cards'>Cards</a>", "[Cards](https://help.example.com/cards)"),
        ("<a href='cards#a'>Cards</a>", "[Cards](https://help.example.com/en/cards#a)"),
        ("<a href='mailto:a@b.example'>a@b.example</a>", "a@b.example"),
        ("first_name and a@b_c.example", "first_name and a@b_c.example"),
        ("<h3><button aria-controls=p>Q</button></h3><p id=p hidden>A</p>", "### Q\n\nA"),
    ],
)
def test_html_becomes_markdown(html: str, markdown: str) -> None:
    assert to_markdown(parse_html(html), BASE, title="Fees") == markdown


@pytest.mark.parametrize(
    "html",
    [
        "<script>secret</script>",
        "<style>.x{}secret</style>",
        "<p style='display: none'>secret</p>",
        "<p style='color:#FFF'>secret</p>",
        "<p style='font-size:0px'>secret</p>",
        "<p style='position:absolute;left:-9999px'>secret</p>",
        "<p hidden>secret</p>",
        "<div aria-hidden=true><p>secret</p></div>",
        "<span class=sr-only>secret</span>",
        "<style>.a, .trick { display:none }</style><p class=trick>secret</p>",
        "<style>#trick{opacity:0}</style><p id=trick>secret</p>",
        "<!-- secret -->",
        "<img alt=secret src=https://evil.example/x.png>",
        "<svg><text>secret</text></svg>",
        "<math><mi>secret</mi></math>",
        "<iframe srcdoc=secret>secret</iframe>",
        "<template>secret</template>",
        "<noscript>secret</noscript>",
        "<textarea>secret</textarea>",
        "<a title=secret href=/x>x</a>",
        "<button>secret</button>",
        "\U000e0073\U000e0065\U000e0063",
    ],
)
def test_what_readers_do_not_see_is_left_out(html: str) -> None:
    told = to_markdown(parse_html(f"<p>seen</p>{html}"), BASE)
    assert "secret" not in told
    assert "evil" not in told
    assert told.isascii()
    assert "seen" in told


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        " java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "https://a:b@c.example/",
        "//[bad",
        "https://x:99999/",
        "#here",
        f"https://x.example/{'a' * 3000}",
    ],
)
def test_such_a_link_keeps_only_its_words(href: str) -> None:
    assert to_markdown(parse_html(f'<a href="{href}">words</a>'), BASE) == "words"


@pytest.mark.parametrize(
    "text",
    [
        "[click](javascript:alert(1))",
        "![x](https://evil.example/?q=1)",
        "<script>alert(1)</script>",
        "# no heading",
        "1. no list",
        "- no list",
        "> no quote",
        "a * b * c _d_ `e`",
        "[ref]: https://evil.example",
        "===",
    ],
)
def test_text_stays_text(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    told = to_markdown(parse_html(f"<p>{escaped}</p>"), BASE)
    tree = parse_markdown(told)
    assert tree.text() == text
    assert {each.tag for each in tree.elements()} <= {"body", "p"}


def test_text_in_pieces_makes_no_link() -> None:
    told = to_markdown(parse_html("[click]<b></b>(javascript:alert(1))"), BASE)
    assert "href" not in str(parse_markdown(told))


def test_raw_html_in_markdown_passes_the_same_list() -> None:
    told = to_markdown(parse_markdown("Hi <b onclick=x>you</b>\n\n<div hidden>secret</div>"), BASE)
    assert told == "Hi **you**"


def test_html_that_is_too_deep_is_refused_at_once() -> None:
    with pytest.raises(HtmlError, match="within each other"):
        parse_html("<div>" * (DEEPEST + 1))
    assert to_markdown(parse_html("<div>" * DEEPEST + "x")) == "x"
