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


def curves(visitor: Visitor, chart: int) -> list[dict[str, str]]:
    """Name, colour and dash of the curves of a chart."""
    script = """n => {
        const element = document.querySelectorAll('.cml-chart')[n];
        return !element || !element.chart ? [] : element.chart.getOption().series
            .filter(it => it.type === 'line' && it.name)
            .map(it => ({name: it.name, colour: it.color, dash: String(it.lineStyle.type)}));
    }"""
    found: list[dict[str, str]] = visitor.page.evaluate(script, chart)
    return [curve for curve in found if curve["dash"] != "undefined"]


def test_each_curve_says_which_it_is_in_words_colour_and_dash(visit: Visit) -> None:
    """Both had one colour, and were called first and second."""
    visitor = visit().go(view="compare", day="3", **SMALL, **{"second.cost_weight": "4"})
    visitor.page.wait_for_selector(".cml-chart canvas")
    for chart in (0, 2, 4):
        first, second = curves(visitor, chart)
        assert (first["name"], second["name"]) == ("cost weight 1", "cost weight 4")
        assert first["colour"] != second["colour"]
        assert first["dash"] != second["dash"]
    assert visitor.page.locator(".cml-pair th[scope=col]").all_inner_texts() == [
        "cost weight 1",
        "cost weight 4",
        "cost weight 4 - cost weight 1",
    ]


def test_values_of_a_parameter_with_seeds_each_and_without_attackers(visit: Visit) -> None:
    visitor = visit().go(
        view="compare", seed="4", day="3", vary="cost_weight", value="1", seeds="2", **SMALL
    )
    visitor.page.wait_for_selector(".cml-chart canvas")
    visitor.page.locator(".cml-values input").fill("1; 2; 4")
    visitor.page.locator(".cml-no-attack label").click()
    visitor.wait_for(visitor.page.get_by_label("also without attackers").is_checked)
    visitor.press("Reset")
    visitor.wait_for(lambda: "value=4&seeds=2&no_attack=1" in visitor.page.url)
    visitor.press("Step")
    names = ["cost weight 1", "cost weight 2", "cost weight 4", "no attackers"]
    visitor.wait_for(lambda: [it["name"] for it in curves(visitor, 0)] == names)
    visitor.wait_for(lambda: pair_figures(visitor).get("day", [""])[0].startswith("1 "))
    models = [CMLModel(rng=seed, cost_weight=4, **SMALL) for seed in (4, 5)]
    for model in models:
        model.step()
    accuracies = [model.accuracy for model in models]
    shown = pair_figures(visitor)["accuracy"][3]
    assert shown == f"{sum(accuracies) / 2:.4f} ({min(accuracies):.4f} to {max(accuracies):.4f})"
    assert visitor.page.locator("text=Mean over 2 seeds, with its 95 % interval").count() == 6
    again = visit().go_to(visitor.page.url.rsplit("/", 1)[1])
    again.page.wait_for_selector(".cml-pair")
    assert again.page.locator(".cml-values input").input_value() == "1; 2; 4"


def test_a_wrong_difference_is_refused_at_its_field(visit: Visit) -> None:
    visitor = visit().go(view="compare", **SMALL, **{"second.cost_weight": "-1"})
    visitor.page.locator(".cml-difference >> text=must be greater than or equal to 0").wait_for()
    visitor.page.locator("text=The market was not set up").wait_for()


def test_what_was_entered_live_is_compared(visit: Visit) -> None:
    visitor = visit().go(seed="4", **SMALL)
    visitor.page.wait_for_selector(".cml-figures")
    visitor.page.locator(".cml-view-compare").click()
    visitor.page.wait_for_selector(".cml-pair")
    visitor.wait_for(lambda: "num_words=100" in visitor.page.url)
    visitor.page.locator(".cml-view-live").click()
    visitor.page.wait_for_selector(".cml-figures")
    visitor.wait_for(lambda: "view=live" in visitor.page.url)


def test_enter_in_a_field_starts_the_comparison_anew(visit: Visit) -> None:
    visitor = visit().go(view="compare", seed="4", **{"second.cost_weight": "4"}, **SMALL)
    visitor.page.wait_for_selector(".cml-pair")
    field = visitor.page.locator(".cml-difference .cml-cost_weight input")
    field.fill("3")
    field.press("Enter")
    visitor.wait_for(lambda: "second.cost_weight=3" in visitor.page.url)
    assert visitor.page.locator("text=press Reset to start").count() == 0


def test_the_link_to_a_comparison_is_copied_and_leads_to_its_day(visit: Visit) -> None:
    visitor = visit().go(view="compare", seed="4", **{"second.cost_weight": "4"}, **SMALL)
    visitor.page.wait_for_selector(".cml-pair")
    visitor.press("Step")
    visitor.wait_for(lambda: pair_figures(visitor)["day"][:2] == ["1", "1"])
    visitor.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.page.locator(".cml-pair .cml-link").click()
    visitor.page.locator("text=copied").wait_for()
    copied = str(visitor.page.evaluate("navigator.clipboard.readText()"))
    again = visit().go_to(copied.removeprefix(f"{visitor.address}/"))
    again.page.wait_for_selector(".cml-pair")
    again.wait_for(lambda: pair_figures(again)["day"][:2] == ["1", "1"])


def test_the_days_of_a_comparison_are_wound_back_in_all_figures(visit: Visit) -> None:
    visitor = visit().go(view="compare", seed="4", day="5", **{"second.cost_weight": "4"}, **SMALL)
    visitor.page.wait_for_selector(".cml-pair")
    visitor.page.wait_for_selector(".cml-chart canvas")
    visitor.page.locator(".cml-days input").fill("2")
    visitor.wait_for(lambda: pair_figures(visitor)["day"][:2] == ["2", "2"])
    models = [CMLModel(rng=4, **SMALL), CMLModel(rng=4, cost_weight=4, **SMALL)]
    for model in models:
        for _ in range(2):
            model.step()
    assert pair_figures(visitor)["accuracy"][:2] == [f"{model.accuracy:.4f}" for model in models]
    visitor.wait_for(lambda: visitor.points(0) == 3)
    assert "Play and Step go on from day 5" in visitor.page.inner_text(".cml-days")
    visitor.press("Step")
    visitor.wait_for(lambda: pair_figures(visitor)["day"][:2] == ["6", "6"])
