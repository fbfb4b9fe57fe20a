"""The address in a real browser: links, back and forward, reload, and a server that comes again."""

import subprocess
from typing import TYPE_CHECKING

import pytest

from cmlabm.model import CMLModel
from cmlabm.viz.views.key_figures import key_figures
from viz.conftest import SMALL, Visit, Visitor, free_port, started

if TYPE_CHECKING:
    from playwright.sync_api import Page


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"num_word": "9"}, "num_word is not a parameter; did you mean num_words?"),
        ({"malicious_behaviour": "ech"}, "malicious_behaviour = 'ech' is not taken from a link"),
        ({"scenario": "riches"}, "there is no scenario 'riches'"),
        ({"view": "lives"}, "there is no view 'lives'"),
    ],
)
def test_a_wrong_link_is_answered_in_one_sentence_above_a_market(
    visit: Visit, query: dict[str, str], sentence: str
) -> None:
    visitor = visit().go(**SMALL, **query)
    visitor.page.locator(f"text={sentence}").wait_for()
    visitor.page.wait_for_selector(".cml-figures")
    assert visitor.page.locator(".cml-body .v-alert").count() == 1


def shows_day(visitor: Visitor, day: int) -> bool:
    page: Page = visitor.page
    return page.locator(".cml-figures").count() == 1 and visitor.day() == day


def test_reload_returns_to_the_day_played(visit: Visit) -> None:
    visitor = visit().go(seed="5", **SMALL)
    visitor.page.wait_for_selector(".cml-figures")
    for day in range(1, 4):
        visitor.press("Step")
        visitor.wait_for(lambda day=day: visitor.day() == day)  # type: ignore[misc]
    visitor.wait_for(lambda: "day=3" in visitor.page.url)
    visitor.page.reload()
    visitor.wait_for(lambda: shows_day(visitor, 3))


def test_back_and_forward_go_where_the_address_says(visit: Visit) -> None:
    """A link written otherwise than the page writes it could not be gone back from."""
    visitor = visit().go(seed="5", **SMALL)
    visitor.page.wait_for_selector(".cml-figures")
    visitor.go(num_words="50", seed="6", train_size="1500", test_size="500")
    visitor.page.wait_for_selector(".cml-figures")
    visitor.press("Step")
    visitor.wait_for(lambda: "day=1" in visitor.page.url)
    visitor.page.locator(".cml-view-start").click()
    visitor.page.locator("text=A market for labels").wait_for()
    visitor.page.go_back()
    visitor.wait_for(lambda: shows_day(visitor, 1))
    assert visitor.page.locator(".cml-seed input").input_value() == "6"
    visitor.page.go_back()
    visitor.wait_for(lambda: shows_day(visitor, 0))
    assert visitor.page.locator(".cml-seed input").input_value() == "5"
    visitor.page.go_forward()
    visitor.wait_for(lambda: shows_day(visitor, 1))
    assert visitor.page.locator(".cml-seed input").input_value() == "6"


def test_the_link_is_copied_with_parameters_seed_and_day(visit: Visit) -> None:
    visitor = visit().go(seed="5", day="2", **SMALL)
    visitor.page.wait_for_selector(".cml-figures")
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.page.locator("a.cml-link").click()
    visitor.page.locator("text=copied").wait_for()
    copied = str(visitor.page.evaluate("navigator.clipboard.readText()"))
    assert copied.startswith(f"{visitor.address}/?view=live&seed=5&")
    other = visit().go_to(copied.removeprefix(f"{visitor.address}/"))
    other.wait_for(lambda: shows_day(other, 2))
    model = CMLModel(rng=5, **SMALL)
    for _ in range(2):
        model.step()
    assert other.figures()["accuracy"].startswith(key_figures(model)[1].shown)


def test_the_page_comes_back_when_the_server_does(visit: Visit) -> None:
    """It stayed dead, behind a dialog, until it was loaded again by hand."""
    port = free_port()
    with started(["-m", "cmlabm.viz"], subprocess.DEVNULL, port) as (address, _):
        visitor = visit(address=address).go(seed="5", day="3", **SMALL)
        visitor.wait_for(lambda: shows_day(visitor, 3))
        visitor.press("Step")
        visitor.wait_for(lambda: "day=4" in visitor.page.url)
        visitor.page.evaluate("window.isOld = true")
    with started(["-m", "cmlabm.viz"], subprocess.DEVNULL, port):
        visitor.page.wait_for_function("window.isOld === undefined")
        visitor.page.wait_for_selector(".cml-figures")
        visitor.wait_for(lambda: visitor.day() == 4)
        visitor.page.goto("about:blank")
        visitor.errors.clear()  # what the browser says while nobody answers
