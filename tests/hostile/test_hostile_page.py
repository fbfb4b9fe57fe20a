"""Who may use the page, for what, and how much of the machine: in this process, without a browser.

``tests/viz/test_guarded_page.py`` tries the same in a browser.
"""

import asyncio
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from commands import refusal

from cmlabm.errors import InputError
from cmlabm.parameters import Parameters
from cmlabm.registry import importing_only
from cmlabm.viz.command import app
from cmlabm.viz.drawing.study_levels import Mean, summary_html
from cmlabm.viz.fields.definitions import choices
from cmlabm.viz.fields.entries import check, problems
from cmlabm.viz.guard import Guard
from cmlabm.viz.markets import room as rooms
from cmlabm.viz.markets.cost import MOST_AGENTS, Cost
from cmlabm.viz.markets.no_attack import no_attack_level
from cmlabm.viz.markets.room import MOST_AT_ONCE, Room
from cmlabm.viz.markets.stage import Stage
from cmlabm.viz.permissions import Permissions, granting

TOKEN = "a-token-that-nobody-guesses"  # noqa: S105
PAGE = b"<html><script>let a = '&amp;'</script><script src='x.js'></script></html>"
SMALL = {"train_size": "500", "test_size": "100", "num_words": "20"}
TESTS = Path(__file__).parents[1]
"""Has the module ``users_own``."""


def answer(guard: Guard, kind: str = "http", query: str = "", **headers: str) -> dict[str, Any]:
    """Ask for something and return the first that is sent back; headers in lower case."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": f"{kind}.request" if kind == "http" else "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": kind,
        "method": "GET",
        "path": "/",
        "query_string": query.encode(),
        "scheme": "http",
        "server": ("127.0.0.1", 8765),
        "headers": [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()],
    }
    asyncio.run(guard(scope, receive, send))
    found = {k.decode(): v.decode() for k, v in sent[0].pop("headers", [])}
    return sent[0] | found


async def page(scope: Any, receive: Any, send: Any) -> None:
    """Let everybody in."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    headers = [(b"content-type", b"text/html; charset=utf-8")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": PAGE[:20], "more_body": True})
    await send({"type": "http.response.body", "body": PAGE[20:]})


def is_let_in(message: dict[str, Any]) -> bool:
    return message["type"] == "websocket.accept" or message.get("status") == 200


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("host", "origin", "let_in"),
    [
        ("localhost:8765", None, True),
        ("127.0.0.1:8765", None, True),
        ("[::1]:8765", None, True),
        ("localhost:8765", "http://localhost:8765", True),
        ("localhost:9000", "http://localhost:9000", True),  # a forwarded port
        ("evil.example:8765", None, False),
        ("evil.example:8765", "http://evil.example:8765", False),  # DNS rebinding
        ("localhost.evil.example", None, False),
        ("127.0.0.1.evil.example", None, False),
        ("192.168.0.7:8765", None, False),
        ("", None, False),
        ("[", None, False),
        ("localhost:8765", "http://evil.example", False),
        ("localhost:8765", "http://localhost:9999", False),
        ("localhost:8765", "http://127.0.0.1:8765", False),
        ("localhost:8765", "http://localhost:8765.evil.example", False),
        ("localhost:8765", "http://localhost", False),
        ("localhost:8765", "http://localhost:8765@evil.example", False),
        ("localhost:8765", "null", False),
        ("localhost:8765", "", False),
        ("localhost:8765", "http://[", False),
    ],
)
def test_only_the_page_itself_talks_to_the_page(
    kind: str, host: str, origin: str | None, let_in: bool
) -> None:
    """Any website that was open in the same browser could run markets and read what they show."""
    headers = {"host": host} | ({} if origin is None else {"origin": origin})
    assert is_let_in(answer(Guard(page, "localhost"), kind, **headers)) == let_in


def test_a_name_that_was_listened_on_is_a_name_of_the_page() -> None:
    assert is_let_in(answer(Guard(page, "MyMachine"), host="mymachine:8765"))
    assert not is_let_in(answer(Guard(page, "MyMachine"), host="othermachine:8765"))


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_beyond_localhost_nobody_gets_in_without_the_token(kind: str) -> None:
    guard = Guard(page, "0.0.0.0", TOKEN)  # noqa: S104
    name = f"cmlabm-{8765}"
    for cookie in ("", f"{name}=", f"{name}=wrong", f"other={TOKEN}", f"{name}=\u00e9"):
        assert not is_let_in(answer(guard, kind, host="lab:8765", cookie=cookie))
    assert not is_let_in(answer(guard, kind, "token=", host="lab:8765"))
    assert not is_let_in(answer(guard, kind, "token=wrong", host="localhost:8765"))
    cookie = f"{name}={TOKEN}"
    assert is_let_in(answer(guard, kind, host="lab:8765", cookie=cookie))
    foreign = {"host": "lab:8765", "origin": "http://evil.example", "cookie": cookie}
    assert not is_let_in(answer(guard, kind, **foreign))


def test_the_printed_address_leaves_a_cookie_and_takes_the_token_out_of_sight() -> None:
    guard = Guard(page, "0.0.0.0", TOKEN)  # noqa: S104
    found = answer(guard, query=f"seed=3&token={TOKEN}", host="lab:8765")
    assert (found["status"], found["location"]) == (303, "/?seed=3")
    cookie = found["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert cookie.startswith(f"cmlabm-8765={TOKEN}")


def test_every_answer_forbids_foreign_scripts_and_handlers_in_elements() -> None:
    allowed = answer(Guard(page, "localhost"), host="localhost")
    refused = answer(Guard(page, "localhost"), host="evil.example")
    for found in (allowed, refused):
        policy = found["content-security-policy"]
        assert "default-src 'self'" in policy
        assert "script-src-attr 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self' 'unsafe-eval'" in policy
        scripts = policy.partition("script-src ")[2].partition(";")[0]
        assert "'unsafe-inline'" not in scripts
        assert found["x-content-type-options"] == "nosniff"
    digest = "'sha256-JR5tGGLSyt5DU+Up5BcPSWzKe+AF6ukhkrTHSuNU88Q='"
    assert digest in allowed["content-security-policy"]
    assert allowed["content-security-policy"].count("sha256-") == 1


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    (tmp_path / "secret.csv").write_text("a,label\n1,2\n")
    inside = tmp_path / "root"
    inside.mkdir()
    (inside / "own.csv").write_text("a,label\n1,2\n")
    (inside / "link.csv").symlink_to(tmp_path / "secret.csv")
    with granting(Permissions(inside)):
        yield inside


@pytest.mark.parametrize("path", ["../secret.csv", "{}/secret.csv", "link.csv", "/etc/passwd", "~"])
def test_a_table_outside_the_data_root_is_refused_at_its_field(root: Path, path: str) -> None:
    """The field read whatever the server could read; whether a file exists is not told either."""
    entries = {"data": "table", "data_path": path.format(root.parent)}
    assert "not below the page's data root" in problems(entries, "1")["data_path"]


def test_a_table_is_found_from_the_data_root_on(root: Path) -> None:
    for path in ("own.csv", str(root / "own.csv"), "x/../own.csv"):
        parameters = check({"data": "table", "data_path": path})
        assert parameters.data_path == str(root.resolve() / "own.csv")


def test_a_visitor_can_name_the_allowed_classes_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(TESTS)
    with granting(Permissions.of(Path(), ["users_own:Contrarian", "users_own:FlatFee"])):
        assert choices("malicious_behaviour")[-1] == "users_own:Contrarian"
        assert choices("incentive")[-1] == "users_own:FlatFee"
        assert "users_own:Contrarian" not in choices("honest_behaviour")
        stage = Stage([SMALL | {"malicious_behaviour": "users_own:Contrarian"}], "1")
        stage.open()
        assert stage.first.model is not None
        assert type(stage.first.model.contributors[-1].behaviour).__name__ == "Contrarian"
        for other in ("users_own:Toll", "users_own:Contrarian", "none, users_own:FlatFee"):
            assert "incentive" in problems({"incentive": other}, "1")
    assert "incentive" in problems({"incentive": "users_own:FlatFee"}, "1")


def test_no_class_is_imported_but_those_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "other_trap.py").write_text("class Trap: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.syspath_prepend(TESTS)
    with importing_only(["users_own:Toll"]):
        assert Parameters.checked({"incentive": "users_own:Toll"})
        with pytest.raises(InputError, match="allowed are"):
            Parameters.checked({"incentive": "other_trap:Trap"})
    assert "other_trap" not in sys.modules


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"train_size": "1000000", "test_size": "1000000", "num_words": "20000"}, "52 GB"),
        ({"honest_agents": "1000000"}, "at most 100,000"),
        (
            {"malicious_agents": "1000", "malicious_behaviour": "sybil"}
            | {"malicious_addresses": "1000"},
            "1,000,001 agents",
        ),
    ],
)
def test_a_market_that_is_too_large_is_refused_before_it_is_set_up(
    entries: dict[str, str], words: str
) -> None:
    stage = Stage([entries], "1")
    stage.open()
    assert words in stage.problem
    assert stage.first.model is None
    assert not stage.running


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ({"train_size": "1000000"}, "26 seconds, and 3.3 GB"),
        ({"honest_agents": str(MOST_AGENTS - 1)}, "each of its first days 2 minutes"),
    ],
)
def test_a_large_market_is_set_up_only_when_one_asks_again(
    entries: dict[str, str], words: str
) -> None:
    """A million samples were made at once, for 46 seconds, and everybody waited."""
    stage = Stage([entries], "1")
    start = time.perf_counter()
    stage.open()
    assert time.perf_counter() - start < 5
    assert stage.asks
    assert not stage.is_open
    assert words in str(stage.cost)
    assert not Stage([SMALL], "1").asks


def test_nobody_waits_for_a_large_market_of_somebody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """One lock for all held everybody's first view back."""
    started, release = threading.Event(), threading.Event()
    prepare = rooms.prepare_data

    def slowly(parameters: Parameters) -> None:
        if parameters.train_size == 1_000_000:
            started.set()
            release.wait(30)
            raise InputError("no more of it")
        prepare(parameters)

    monkeypatch.setattr("cmlabm.viz.markets.market.prepare_data", slowly)
    large, next_large = (Stage([{"train_size": "1000000"}], "1") for _ in range(2))
    for stage in (large, next_large):
        stage.open()
        stage.agree()
    threads = [threading.Thread(target=stage.open) for stage in (large, next_large)]
    threads[0].start()
    assert started.wait(30)
    threads[1].start()
    small = Stage([SMALL], "1")
    small.open()
    assert small.first.model is not None
    assert threads[0].is_alive()
    next_large.close()  # who waits for a turn can leave
    threads[1].join(10)
    assert not threads[1].is_alive()
    release.set()
    threads[0].join(30)
    assert large.first.problems == {"": "no more of it"}
    large.close()


def test_a_page_that_is_full_says_so_and_has_room_again_later() -> None:
    room, visitors = Room(), [Stage([SMALL], "1") for _ in range(MOST_AT_ONCE + 1)]
    for visitor in visitors[:-1]:
        room.take(visitor, Cost(gigabytes=0.01))
    with pytest.raises(InputError, match="no room for another market: 40 are open"):
        room.take(visitors[-1], Cost())
    room.give_back(visitors[0])
    with pytest.raises(InputError, match="no room"):
        room.take(visitors[-1], Cost(gigabytes=100))
    room.take(visitors[-1], Cost())


CROWD = {"honest_agents": "20000", "honest_start_balance": "100", **SMALL}


def test_what_a_visitor_has_started_stops_within_its_day() -> None:
    """A day of this market takes half a minute, and went on when nobody was there any more."""
    stage = Stage([CROWD], "1", day=3)
    stage.open()
    stage.agree()
    opening = threading.Thread(target=stage.open)
    opening.start()
    time.sleep(1.5)
    assert opening.is_alive()
    stage.close()
    opening.join(5)
    assert not opening.is_alive()
    assert stage.problem == "Stopped before all was set up."
    assert not stage.running


def test_the_run_without_an_attack_stops_too() -> None:
    stop = threading.Event()
    stop.set()
    parameters = Parameters.checked(SMALL | {"num_words": "21"})
    start = time.perf_counter()
    assert no_attack_level(parameters, 1, stop) is None
    assert time.perf_counter() - start < 5
    assert no_attack_level(parameters, 1, threading.Event()) is not None


def test_a_table_of_means_is_text() -> None:
    """A factor's name was put into the page as HTML, and its scripts ran."""
    hostile = "<img src=x onerror=alert()>"
    shown = summary_html([Mean(hostile, 1, 0, 1.0, 1.0, 1.0)], hostile)
    assert "<img" not in shown
    assert shown.count("&lt;img") == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "no.such.host.invalid"], "cannot listen on no.such.host.invalid"),
        (["--host", "\ud800"], "cannot listen on"),
        (["--data-root", "nowhere"], "--data-root nowhere: there is no such directory"),
        (["--allow", "os:path"], "--allow os:path: is no behaviour, mechanism or classifier"),
        (["--allow", "no_such_module:Class"], "cannot be imported"),
        (["--allow", "echo"], "--allow echo: must be module:Class"),
        (["--port", "65536"], "less than or equal to 65535"),
    ],
)
def test_a_page_that_cannot_be_served_says_why(arguments: list[str], words: str) -> None:
    assert words in refusal(app, ["--port", "0", *arguments])


@pytest.mark.parametrize("missing", ["uvicorn", "starlette"])
def test_without_its_extra_the_page_says_what_to_install(
    missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [n for n in sys.modules if n in ("cmlabm.viz.serve", "cmlabm.viz.guard")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [n for n in sys.modules if n.partition(".")[0] == missing]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    said = refusal(app, ["--port", "0"])
    assert f"the page needs {missing}" in said
    assert "install cmlabm[viz]" in said
