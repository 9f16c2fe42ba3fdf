"""The chat in a real Chromium, from question to marked words. No download: an installed browser or none.

Nothing here needs model weights: the archive is encoded by the HashEmbedder, and what is tested is that the page shows
exactly what is stored, tells nobody, and obeys no article.
"""

import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from index.archive import Archive
from index.embed import HashEmbedder
from index.records import Article
from rag import Assistant, Settings
from ui.api import make_app

pytestmark = pytest.mark.slow
FLAGS = [
    f"--{flag}"
    for flag in (
        "headless",
        "no-sandbox",
        "disable-gpu",
        "disable-quic",
        "no-first-run",
        "disable-background-networking",
        "disable-component-update",
        "disable-sync",
    )
]
FERRY = Article(
    id="ferry",
    title="Orsk ferry back in service",
    text="\n\n".join(
        [
            "The Orsk ferry sails again after a winter in dock, its company said.",
            *(f"Paragraph {n} tells of timetables and of tides along the coast \U0001f6a2." for n in range(60)),
            "The ferry was out of service because ice bent its propeller shaft\nin January, the captain said.",
            *(f"Closing paragraph {n} lists the harbours and their masters." for n in range(20)),
        ]
    ),
    outlet="The Orsk Gazette",
    author="Nell Tarrow",
    published="2019-04",
    url="https://example.org/ferry",
)
HOSTILE = Article(
    id="hostile",
    title="Lighthouse <img src=x onerror=__xss=1> ${__xss=2}",
    text=(
        "The lighthouse lamp says <script>__xss=3</script> and <img src='http://evil.example/a.png' "
        "onerror='__xss=4'> and ${Object.assign(window,{__xss:5})} and {{value}} and "
        "![p](http://evil.example/b.png) and [go](javascript:__xss=6) and `C:\\new\\u0041` at dusk."
        "\n\nIts keeper sleeps."
    ),
    outlet="</template><script>__xss=7</script>",
    url="javascript:__xss=8",
)

MAY_2014 = Article(
    id="may",
    title="Orsk bridge closed",
    text="The Orsk bridge was closed on Monday because a bearing had cracked, the council said.\n\nBuses turn round.",
    outlet="The Orsk Gazette",
    author="Nell Tarrow",
    published="2014-05-14",
)
JUNE_2014 = Article(
    id="june",
    title="Orsk bridge open again",
    text="The Orsk bridge that was closed for its bearing has opened to cars and carts, the mayor said.\n\nHe drove.",
    outlet="<img src=x onerror=window.__xss=9>",
    author="${window.__xss=10}",
    published="2014-06-20",
)


def _chromium() -> str:
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if found:
        return found
    reason = "no Chromium is installed; on Debian: apt-get install chromium"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = _chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def served(folder: Path, settings: Settings, examples: tuple[str, ...] = ()) -> Iterator[str]:
    """The chat of an archive on a free port of this machine."""
    taken = socket.create_server(("127.0.0.1", 0))
    with Assistant.open(folder, settings) as assistant:
        server = uvicorn.Server(uvicorn.Config(make_app(assistant, examples), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"
        server.force_exit = server.should_exit = True
        thread.join(10)
    taken.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("browser") / "archive"
    with Archive.create(path, embedder=HashEmbedder()) as archive:
        archive.add_articles([FERRY, HOSTILE])
    return path


@pytest.fixture(scope="module")
def site(folder: Path) -> Iterator[str]:
    with served(folder, Settings(refuse_below=0), ("Why was the ferry out of service?",)) as address:
        yield address


@pytest.fixture(scope="module")
def bridges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The chat of an archive whose articles carry dates."""
    path = tmp_path_factory.mktemp("bridges") / "archive"
    with Archive.create(path, embedder=HashEmbedder()) as archive:
        archive.add_articles([MAY_2014, JUNE_2014, HOSTILE])
    with served(path, Settings(refuse_below=0)) as address:
        yield address


Opener = Callable[..., Any]
NEWEST = "#chat .bot-row:last-child"


@pytest.fixture
def opened(browser: Any) -> Iterator[Opener]:
    """Opens a page; when the test ends, asserts that no page told anyone, ran anything or complained."""
    watched: list[tuple[Any, str, list[str], list[str]]] = []

    def open_page(address: str, width: int = 1280, height: int = 800, scheme: str = "light") -> Any:
        page = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme).new_page()
        requests: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        watched.append((page, address, requests, complaints))
        page.goto(address)
        page.wait_for_selector("#question textarea")
        page.wait_for_selector("#chat .placeholder h3")
        return page

    yield open_page
    for page, address, requests, complaints in watched:
        inside = (f"{address}/", "data:", "blob:")
        assert [url for url in requests if not url.startswith(inside)] == []
        assert page.evaluate("window.__xss") is None
        assert complaints == []
        page.context.close()


def ask(page: Any, question: str, turn: int = 1) -> None:
    """Type a question, send it with Enter and wait for the end of its answer."""
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(f'#chat [data-testid=bot] li a[href^="#"][href*="-{turn}-"]')
    page.wait_for_timeout(500)


def reach(page: Any, link: str, key: str) -> None:
    """Press a key until a link of the page has the focus."""
    for _ in range(30):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.hash") == link:
            return
    raise AssertionError(f"{link} cannot be reached with {key}")


def marked(page: Any) -> str:
    """The marked words, exactly as they are on the page."""
    text: str = page.evaluate("document.querySelector('#source mark').textContent")
    return text


def mark_is_in_view(page: Any) -> bool:
    """Whether the mark begins inside the visible part of the panel, and of the window."""
    box, text = (page.locator(f"#source {part}").bounding_box() for part in ("mark", ".text"))
    height = page.viewport_size["height"]
    return bool(text["y"] - 1 <= box["y"] < text["y"] + text["height"] and 0 <= box["y"] < height)


def test_a_citation_leads_to_the_exact_words(site: str, folder: Path, opened: Opener) -> None:
    page = opened(site)
    ask(page, "Why was the ferry out of service because of ice?")
    with Assistant.open(folder, Settings(refuse_below=0)) as assistant:
        answer = assistant.ask("Why was the ferry out of service because of ice?")
    assert marked(page) == answer.citations[0].text  # the first opens by itself
    assert page.evaluate("document.querySelector('#chat a[aria-current]').hash") == "#cite-1-1"
    assert page.locator("#chat [aria-label*='cite-']").count() == 0  # what is read aloud is not markdown
    for number, citation in enumerate(answer.citations, 1):
        page.locator(f'#chat p a[href="#cite-1-{number}"]').click()
        page.wait_for_function("(key) => document.querySelector('#chat a[aria-current]').hash === key",
                               arg=f"#cite-1-{number}")  # fmt: skip
        assert page.locator("#source mark").count() == 1
        assert marked(page) == citation.article.text[citation.quote.start : citation.quote.end]
        shown = page.evaluate("document.querySelector('#source .text').textContent")
        assert shown == citation.article.text
        assert page.locator("#source .text").evaluate("e => getComputedStyle(e).whiteSpace") == "pre-wrap"
        page.wait_for_timeout(100)
        assert mark_is_in_view(page)
    assert page.locator("#question textarea").input_value() == ""


def test_what_stands_above_an_article(site: str, opened: Opener) -> None:
    page = opened(site)
    ask(page, "Why was the ferry out of service because of ice?")
    head = page.locator("#source header").inner_text()
    for part in ("Orsk ferry back in service", "The Orsk Gazette", "Nell Tarrow", "April 2019"):
        assert part in head
    assert page.locator("#source .address").get_attribute("href") == FERRY.url


def test_an_article_is_obeyed_in_nothing(site: str, opened: Opener) -> None:
    page = opened(site)
    ask(page, "What does the lighthouse lamp say at dusk?")
    page.locator('#chat p a[href="#cite-1-1"]').click()
    assert "${Object.assign(window,{__xss:5})} and {{value}}" in marked(page) and "C:\\new\\u0041" in marked(page)
    assert "<script>__xss=3</script>" in page.locator("#chat [data-testid=bot]").inner_text()
    assert page.locator("#source .address").is_hidden()
    assert page.locator("#chat img, #source img, #chat script, #source script").count() == 0
    hrefs = page.eval_on_selector_all("#chat a, #source a[href]", "links => links.map(a => a.getAttribute('href'))")
    assert all(href.startswith("#") for href in hrefs)


def test_older_answers_keep_their_citations(site: str, opened: Opener) -> None:
    page = opened(site)
    ask(page, "Why was the ferry out of service because of ice?")
    first = marked(page)
    ask(page, "What does the lighthouse lamp say at dusk?", turn=2)
    assert "lighthouse" in marked(page)
    page.locator('#chat p a[href="#cite-1-1"]').click()
    page.wait_for_function("(words) => document.querySelector('#source mark').textContent === words", arg=first)


def test_examples_and_a_new_conversation(site: str, opened: Opener) -> None:
    page = opened(site)
    assert page.locator("#clear").is_hidden()
    page.get_by_text("Why was the ferry out of service?").click()
    page.wait_for_selector('#chat a[href="#cite-1-1"]')
    page.wait_for_timeout(500)
    page.locator("#clear").click()
    page.wait_for_selector("#chat .placeholder h3")
    assert page.locator("#source mark").count() == 0
    ask(page, "What does the lighthouse lamp say at dusk?")
    assert "lighthouse" in marked(page)


def test_keyboard_alone_reaches_a_citation(site: str, opened: Opener) -> None:
    page = opened(site)
    ask(page, "Why was the ferry out of service because of ice?")
    page.evaluate("document.querySelector('#source .text').scrollTop = 0")
    reach(page, "#cite-1-1", "Shift+Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert mark_is_in_view(page)


def test_a_refusal_offers_the_nearest_passages(folder: Path, opened: Opener) -> None:
    with served(folder, Settings(refuse_below=1)) as address:
        page = opened(address)
        ask(page, "Why was the ferry out of service?")
        assert page.locator("#chat blockquote").count() == 1
        assert page.locator('#chat a[href^="#cite"]').count() == 0
        assert page.locator("#source mark").count() == 0
        page.locator('#chat a[href="#near-1-1"]').click()
        page.wait_for_selector("#source mark")
        with Assistant.open(folder, Settings(refuse_below=1)) as assistant:
            assert marked(page) == assistant.ask("Why was the ferry out of service?").hits[0].passage.text
        assert "not an answer" in page.locator("#source .label").inner_text()


def test_it_fits_a_phone(site: str, opened: Opener) -> None:
    page = opened(site, width=390, height=844)
    ask(page, "Why was the ferry out of service because of ice?")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    chat, side = page.locator("#talk").bounding_box(), page.locator("#side").bounding_box()
    assert side["y"] >= chat["y"] + chat["height"]
    page.set_viewport_size({"width": 390, "height": 300})  # the answer no longer fits
    page.evaluate("window.scrollTo(0, 0)")
    box = page.locator("#question").bounding_box()
    assert box["y"] + box["height"] <= 300
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator('#chat p a[href="#cite-1-1"]').click()
    page.wait_for_timeout(500)
    assert mark_is_in_view(page)
    page.locator("#source .back").click()
    page.wait_for_timeout(300)
    assert page.evaluate("document.activeElement.hash") == "#cite-1-1"


def test_the_mark_can_be_read_by_day_and_night(site: str, opened: Opener) -> None:
    for scheme in ("light", "dark"):
        page = opened(site, scheme=scheme)
        ask(page, "Why was the ferry out of service?")
        for part in ("#source mark", "#source .text", "#chat [data-testid=bot] p", "#filter .name"):
            assert page.locator(part).first.evaluate(_CONTRAST) >= 4.5, (scheme, part)


def test_sessions_do_not_see_each_other(site: str, opened: Opener) -> None:
    one, two = opened(site), opened(site)
    ask(one, "Why was the ferry out of service because of ice?")
    ask(two, "What does the lighthouse lamp say at dusk?")
    assert "lighthouse" in marked(two) and "lighthouse" not in marked(one)
    ask(one, "Where are the harbours?", turn=2)
    assert one.locator("#chat [data-testid=user]").count() == 2
    assert two.locator("#chat [data-testid=user]").count() == 1


# --- what was understood, the filter, and strangers' names in both


def wait_for(page: Any, part: str, words: str) -> None:
    """Wait until a part of the page says these words, and its answer is done."""
    page.wait_for_function(
        "([part, words]) => document.querySelector(part)?.innerText.includes(words)", arg=[part, words]
    )
    page.wait_for_timeout(400)


def test_days_of_a_question_are_shown_changed_by_keyboard_and_taken_away(bridges: str, opened: Opener) -> None:
    page = opened(bridges)
    ask(page, "When was the Orsk bridge closed in May 2014?")
    wait_for(page, NEWEST, "Published 1\u201331 May 2014")
    assert page.locator("#source h2").inner_text() == MAY_2014.title
    assert marked(page) in MAY_2014.text
    assert page.locator("#source .said").inner_text() == "\u201con Monday\u201d = 12 May 2014"
    reach(page, "#edit-1-days", "Shift+Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "edit-since"
    assert page.locator("#edit-since").input_value() == "2014-05-01"
    page.keyboard.type("06012014")
    page.focus("#edit-until")
    page.keyboard.type("06302014")
    page.keyboard.press("Enter")
    wait_for(page, NEWEST, "Published 1\u201330 June 2014")
    assert page.locator("#source h2").inner_text() == JUNE_2014.title
    assert marked(page) in JUNE_2014.text
    assert page.evaluate("document.activeElement.hash") == "#edit-1-days"  # where it was before
    assert page.locator("#chat [data-testid=user]").count() == 1
    reach(page, "#edit-1-asked", "Tab")
    page.keyboard.press("Space")
    wait_for(page, NEWEST, "Published 1\u201331 May 2014")
    page.get_by_text("Ask without dates").click()
    wait_for(page, NEWEST, "Published at any time")
    page.locator('#chat a[href="#edit-1-days"]').click()
    page.keyboard.press("Escape")
    assert page.locator("#edit dialog").is_hidden()


def test_what_a_follow_up_is_searched_for_can_be_changed(bridges: str, opened: Opener) -> None:
    page = opened(bridges)
    ask(page, "When was the Orsk bridge closed in May 2014?")
    ask(page, "Why was it closed?", turn=2)
    wait_for(page, NEWEST, "Searched for:")
    assert page.locator('#chat a[href^="#edit-1"]').count() == 0  # an older answer stays as it is
    first = page.locator("#chat [data-testid=bot]").first.inner_text()
    page.locator('#chat a[href="#edit-2-words"]').click()
    page.fill("#edit textarea", "keeper of the <img src=x onerror=__xss=9> lighthouse")
    page.press("#edit textarea", "Enter")
    wait_for(page, NEWEST, "Searched for: keeper of the <img src=x onerror=__xss=9> lighthouse")
    assert page.locator("#source h2").inner_text() == HOSTILE.title
    assert page.locator("#chat [data-testid=user]").last.inner_text().strip() == "Why was it closed?"
    assert page.locator("#chat [data-testid=bot]").first.inner_text() == first
    assert page.locator("#chat img, #edit img").count() == 0


def test_a_filter_is_obeyed_shown_and_cleared(bridges: str, opened: Opener) -> None:
    page = opened(bridges, width=390, height=844)
    page.locator("#filter summary").click()
    page.locator("#filter-author").click()
    assert "${window.__xss=10}" in page.locator("#filter-authors").inner_text()
    page.fill("#filter-outlet", "SRC=X")
    assert page.locator("#filter-outlets li").all_inner_texts() == [f"{JUNE_2014.outlet}\n1"]
    page.press("#filter-outlet", "ArrowDown")
    page.press("#filter-outlet", "Enter")
    page.fill("#filter-since", "2014-01-01")
    wait_for(page, "#filter .shown", f"{JUNE_2014.outlet} \u00b7 since 1 January 2014")
    assert page.locator("#filter img, #filter script").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.fill("#filter-until", "2013-01-01")
    wait_for(page, "#filter .note", "swap them")
    page.fill("#filter-until", "")
    page.locator("#filter summary").click()
    ask(page, "When was the Orsk bridge closed in May 2014?")
    wait_for(page, NEWEST, f"Only {JUNE_2014.outlet} \u00b7 since 1 January 2014")
    assert page.locator("#source h2").inner_text() == JUNE_2014.title
    page.locator("#filter .none").click()
    page.wait_for_selector("#filter .none", state="hidden")
    ask(page, "When was the Orsk bridge closed in May 2014?", turn=2)
    wait_for(page, NEWEST, "Published 1\u201331 May 2014")
    assert page.locator("#source h2").inner_text() == MAY_2014.title


def test_an_empty_archive_says_how_to_fill_it(tmp_path: Path, opened: Opener) -> None:
    with Archive.create(tmp_path / "empty", embedder=HashEmbedder()):
        pass
    with served(tmp_path / "empty", Settings()) as address:
        page = opened(address)
        assert "byline add FOLDER" in page.locator("#chat .placeholder").inner_text()


# The contrast of an element's text against the first background behind it, as WCAG computes it.
_CONTRAST = """element => {
  const parse = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  let behind = element;
  const ground = (e) => parse(getComputedStyle(e).backgroundColor);
  while (behind.parentElement && ground(behind)[3] === 0) behind = behind.parentElement;
  const [a, b] = [light(parse(getComputedStyle(element).color)), light(ground(behind))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}"""
