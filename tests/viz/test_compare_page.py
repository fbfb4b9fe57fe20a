"""The comparison in a real browser."""

from cmlabm.model import CMLModel
from viz.conftest import SMALL, Visit, Visitor


def pair_figures(visitor: Visitor) -> dict[str, list[str]]:
    return {row[0]: row[1:] for row in visitor.rows(".cml-pair")}


def test_two_markets_differ_in_what_was_changed_alone(visit: Visit) -> None:
    visitor = visit().go(view="compare", seed="4", **SMALL)
    visitor.page.wait_for_selector(".cml-pair")
    assert pair_figures(visitor)["accuracy"][2] == "+0.0000"
    visitor.page.locator(".cml-add input[type=text]").click()
    visitor.page.locator(".cml-add input[type=text]").fill("cost_w")
    visitor.page.locator(".v-list-item:has-text('cost_weight')").click()
    visitor.page.locator(".cml-difference .cml-cost_weight input").fill("4")
    visitor.page.wait_for_selector("text=press Reset to start")
    visitor.press("Reset")
    visitor.wait_for(lambda: "second.cost_weight=4" in visitor.page.url)
    visitor.page.locator(".cml-speed").click()
    visitor.page.locator(".v-list-item:has-text('fastest')").click()
    visitor.press("▶")
    first, second = CMLModel(rng=4, **SMALL), CMLModel(rng=4, cost_weight=4, **SMALL)
    one, other = first.run(), second.run()
    days = [f"{one['days']:.0f}", f"{other['days']:.0f}"]
    visitor.wait_for(lambda: pair_figures(visitor)["day"][:2] == days)
    figures = pair_figures(visitor)
    assert figures["accuracy"][:2] == [
        f"{one['final_accuracy']:.4f}",
        f"{other['final_accuracy']:.4f}",
    ]
    more = other["malicious_final_balance"] - one["malicious_final_balance"]
    assert figures["malicious balance left"][2] == f"{more:+,.2f}"

    again = visit().go_to(visitor.page.url.rsplit("/", 1)[1])
    again.page.wait_for_selector(".cml-pair")
    assert again.page.locator(".cml-difference .cml-cost_weight input").input_value() == "4"


def test_a_wrong_difference_is_refused_at_its_field(visit: Visit) -> None:
    visitor = visit().go(view="compare", **SMALL, **{"second.cost_weight": "-1"})
    visitor.page.locator(".cml-difference >> text=must be greater than or equal to 0").wait_for()
    visitor.page.locator("text=The market was not set up").wait_for()


def test_what_was_entered_live_is_compared(visit: Visit) -> None:
    visitor = visit().go(seed="4", **SMALL)
    visitor.page.wait_for_selector(".cml-figures")
    visitor.page.locator(".cml-view-compare").click()
    visitor.page.wait_for_selector(".cml-pair")
    assert "num_words=100" in visitor.page.url
    visitor.page.locator(".cml-view-live").click()
    visitor.page.wait_for_selector(".cml-figures")
    assert "view=live" in visitor.page.url
