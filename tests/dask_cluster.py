"""A Dask cluster on this machine: a scheduler and workers, each a process of its own."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import TracebackType
from typing import Self

LOOPBACK = ("--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0")


class DaskCluster:
    """Listens on the loopback interface alone, and ends all its processes when it is left."""

    def __init__(self, directory: Path, modules: Path, allowed_failures: int = 3) -> None:
        """Start a scheduler.

        Args:
            directory: where its processes run and log.
            modules: a directory from which workers can import.
            allowed_failures: how many workers may die under a run before it fails.
        """
        self.processes: list[subprocess.Popen[bytes]] = []
        self._directory = directory
        self._environment = os.environ | {
            "PYTHONPATH": str(modules),
            "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": str(allowed_failures),
        }
        self._file = directory / "scheduler.json"
        self.scheduler = self._start("dask_scheduler", "--port", "0")
        self.address = self._written_address()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for process in reversed(self.processes):
            self.kill(process)

    def worker(self, preload: str = "") -> "subprocess.Popen[bytes]":
        """Start a worker; it first executes some code."""
        script = self._directory / f"preload_{len(self.processes)}.py"
        script.write_text(preload)
        return self._start("dask_worker", "--nthreads", "1", "--no-nanny", "--preload", str(script))

    def kill(self, process: "subprocess.Popen[bytes]") -> None:
        """End a process as a loss of power would."""
        process.kill()
        process.wait()

    def freeze(self, process: "subprocess.Popen[bytes]") -> None:
        """Stop a process, whose connections stay open."""
        process.send_signal(signal.SIGSTOP)

    def thaw(self, process: "subprocess.Popen[bytes]") -> None:
        """Let a stopped process go on."""
        process.send_signal(signal.SIGCONT)

    def _start(self, module: str, *arguments: str) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, *LOOPBACK]
        command += ["--scheduler-file", str(self._file)]
        with (self._directory / f"log_{len(self.processes)}.txt").open("wb") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self._directory, env=self._environment
            )
        self.processes.append(process)
        return process

    def _written_address(self) -> str:
        end = time.monotonic() + 60.0
        while time.monotonic() < end:
            time.sleep(0.05)
            if self._file.exists() and (text := self._file.read_text()).strip().endswith("}"):
                return str(json.loads(text)["address"])
        raise TimeoutError("the scheduler did not start")
