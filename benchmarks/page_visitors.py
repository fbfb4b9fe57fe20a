"""Many visitors of the page at once, without browsers: each speaks to it over its websocket.

Starts the page, lets one visitor play, and then, twice, lets all visitors come in the same moment,
each with a seed of its own, and go again:

    uv run --extra viz python benchmarks/page_visitors.py [--visitors 30] [--days 40]
"""

import asyncio
import json
import statistics
import struct
import time
import urllib.request
import uuid
from collections.abc import Callable
from typing import Any

import typer
from page_speed import megabytes, served
from rich.console import Console
from rich.table import Table
from websockets.asyncio.client import ClientConnection, connect

GIVEN_BACK_WITHIN_S = 60


class Visitor:
    """A visitor who knows which widgets the page has made, and what the figures' board shows."""

    def __init__(self, address: str, seed: int) -> None:
        self.address = address
        self.kernel, self.session = str(uuid.uuid4()), str(uuid.uuid4())
        self.query = f"view=live&seed={seed}"
        self.widgets: dict[str, dict[str, Any]] = {}
        self.content: dict[str, Any] = {}
        self.board = ""
        self.changed = asyncio.Event()
        self._socket: ClientConnection | None = None
        self._listening: asyncio.Task[None] | None = None

    async def arrive(self) -> float:
        """Open the page; return the seconds until the market's figures were there."""
        start = time.perf_counter()
        self._socket = await connect(
            f"{self.address.replace('http', 'ws')}/jupyter/api/kernels/{self.kernel}/channels"
            f"?session_id={self.session}",
            additional_headers={
                "Cookie": f"solara-session-id={self.session}",
                "Origin": self.address,
            },
            max_size=None,
        )
        self._listening = asyncio.create_task(self._listen(self._socket))
        control = str(uuid.uuid4())
        await self._send("comm_open", control, target_name="solara.control", data={})
        run: dict[str, object] = {
            "path": "/",
            "appName": None,
            "themes": {"light": {}, "dark": {}},
            "dark": False,
        }
        await self._send("comm_msg", control, data={"method": "run", "args": run})
        await self.until(lambda: bool(self._having("found_query")))
        await self.tell(self._having("found_query"), "found_query", self.query)
        await self.until(lambda: "figures" in self.content)
        return time.perf_counter() - start

    async def play(self, days: int) -> list[float]:
        """Play, and say at once that each day is drawn; return the seconds from day to day."""
        button = next(
            model for model, own in self.widgets.items() if "Play" in str(own.get("children"))
        )
        await self.tell(button, "click", {})
        took: list[float] = []
        last = time.perf_counter()
        while len(took) < days:
            day = self.content["day"]
            await self.tell(self.board, "drawn", day)
            await self.until(lambda day=day: self.content["day"] > day)  # type: ignore[misc]
            took.append(time.perf_counter() - last)
            last = time.perf_counter()
        return took

    async def leave(self) -> None:
        """Close the page as a browser does."""
        assert self._socket is not None
        assert self._listening is not None
        self._listening.cancel()
        await self._socket.close()
        request = urllib.request.Request(  # noqa: S310
            f"{self.address}/_solara/api/close/{self.kernel}?session_id={self.session}",
            method="POST",
            data=b"",
        )
        await asyncio.to_thread(lambda: urllib.request.urlopen(request, timeout=60).close())  # noqa: S310

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait for messages until a condition holds."""
        while not condition():
            self.changed.clear()
            await asyncio.wait_for(self.changed.wait(), 300)

    async def tell(self, model: str, event: str, data: object) -> None:
        """Fire an event of a widget."""
        content = {"event": event, "data": data}
        await self._send("comm_msg", model, data={"method": "custom", "content": content})

    def _having(self, event: str) -> str:
        found = (model for model, own in self.widgets.items() if event in own.get("events", ()))
        return next(found, "")

    async def _send(self, kind: str, comm: str, **content: object) -> None:
        assert self._socket is not None
        header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "username": "", "session": "s"}
        message = {
            "header": header | {"version": "5.3", "date": ""},
            "parent_header": {},
            "metadata": {},
            "channel": "shell",
            "content": {"comm_id": comm, **content},
            "buffers": [],
        }
        await self._socket.send(json.dumps(message))

    async def _listen(self, socket: ClientConnection) -> None:
        async for raw in socket:
            message = json.loads(raw if isinstance(raw, str) else _first_part(raw))
            content = message["content"]
            if message["header"]["msg_type"] not in ("comm_open", "comm_msg"):
                continue
            model, data = content["comm_id"], content["data"]
            state = data.get("state", {})
            self.widgets.setdefault(model, {}).update(state)
            if '"figures": "<' in str(state.get("content", "")):
                self.board, self.content = model, json.loads(state["content"])
            self.changed.set()


def _first_part(raw: bytes) -> bytes:
    """Return the JSON of a message that has buffers behind it."""
    count = struct.unpack("!I", raw[:4])[0]
    offsets = [*struct.unpack(f"!{count}I", raw[4 : 4 * (count + 1)]), len(raw)]
    return raw[offsets[0] : offsets[1]]


async def measured(address: str, pid: int, visitors: int, days: int, report: Table) -> None:
    """Let visitors come, one of them play, and all go."""
    await asyncio.sleep(15)  # the base case's data are loaded
    first = Visitor(address, 1000)
    report.add_row("first view of one visitor", f"{await first.arrive():.1f} s")
    await asyncio.sleep(20)  # the run without an attack
    took = await first.play(days)
    report.add_row("a day of the base case", f"{1000 * statistics.median(took):.0f} ms")
    await first.leave()
    await asyncio.sleep(5)
    before = megabytes(pid)
    for wave in ("", "again: "):
        all_of_them = [Visitor(address, seed) for seed in range(1, visitors + 1)]
        views = await asyncio.gather(*(visitor.arrive() for visitor in all_of_them))
        report.add_row(
            f"{wave}first view of {visitors} visitors at once",
            f"{min(views):.1f} to {max(views):.1f} s, half within {statistics.median(views):.1f} s",
        )
        held = megabytes(pid)
        report.add_row(f"{wave}memory of a visitor", f"{(held - before) / visitors:.1f} MB")
        await asyncio.gather(*(visitor.leave() for visitor in all_of_them))
        await asyncio.sleep(GIVEN_BACK_WITHIN_S)
        report.add_row(
            f"{wave}of {held - before:.0f} MB left {GIVEN_BACK_WITHIN_S} s after all have gone",
            f"{megabytes(pid) - before:.0f} MB",
        )


def main(visitors: int = 30, days: int = 40) -> None:
    """Print what was measured."""
    report = Table("what", "measured")
    with served() as (address, pid):
        asyncio.run(measured(address, pid, visitors, days, report))
    Console().print(report)


if __name__ == "__main__":
    typer.run(main)
