"""Ask a node by JSON-RPC, and check what it answers before anything is made of it."""

import json
import re
import time
from typing import Any

import urllib3

from cmlabm.errors import InputError, shown

ANSWER_SECONDS = 20.0
"""How long a node may take to answer."""

MOST_BYTES = 4_000_000
"""The longest answer that is read."""

_CHUNK = 65_536
_URL = re.compile(r"https?://[^\s/?#@]+(/[^\s#]*)?")
_QUANTITY = re.compile(r"0x[0-9a-fA-F]{1,64}")
_BYTES = re.compile(r"0x(?:[0-9a-fA-F]{2})*")


class Refused(Exception):  # noqa: N818
    """A node answered with an error, which ``str`` gives in one line."""


class Node:
    """A node at an address, over one connection that is kept."""

    def __init__(self, url: str) -> None:
        """Name the node; it is not asked anything yet.

        Raises:
            InputError: the address is not one of HTTP.
        """
        if not _URL.fullmatch(url):
            raise InputError(
                f"--url {shown(url)}: must be the address of a node, such as http://127.0.0.1:8545"
            )
        self._url = url
        self._asked = 0
        self._connection = urllib3.PoolManager(
            maxsize=1, retries=False, timeout=urllib3.Timeout(ANSWER_SECONDS)
        )

    def ask(self, method: str, *parameters: Any) -> Any:
        """Return what the node answers to a method.

        Raises:
            Refused: it answers with an error.
            InputError: there is no node, or what it answers is not JSON-RPC.
        """
        self._asked += 1
        question = {"jsonrpc": "2.0", "id": self._asked, "method": method, "params": parameters}
        body = self._post(json.dumps(question).encode())
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise self.odd(method, body) from error
        if not isinstance(answer, dict) or answer.get("id") != self._asked:
            raise self.odd(method, answer)
        match answer:
            case {"error": {"message": str(message)}}:
                raise Refused(shown(message))
            case {"result": result}:
                return result
        raise self.odd(method, answer)

    def number(self, method: str, value: Any) -> int:
        """Return what a quantity in an answer is, below 2**256.

        Raises:
            InputError: it is none.
        """
        if not isinstance(value, str) or not _QUANTITY.fullmatch(value):
            raise self.odd(method, value)
        return int(value, 16)

    def bytes_of(self, method: str, value: Any) -> bytes:
        """Return what bytes in an answer are.

        Raises:
            InputError: they are none.
        """
        if not isinstance(value, str) or not _BYTES.fullmatch(value):
            raise self.odd(method, value)
        return bytes.fromhex(value[2:])

    def odd(self, method: str, answer: Any) -> InputError:
        """Return what to raise where an answer is none that a node may give."""
        return self.error(f"answers {method} with {shown(answer)}: it is no node of a chain")

    def error(self, what: str) -> InputError:
        """Return what to raise where the node does what it should not."""
        return InputError(f"the node at {self._url} {what}")

    def close(self) -> None:
        """Close the connection."""
        self._connection.clear()

    def _post(self, body: bytes) -> bytes:
        until = time.monotonic() + ANSWER_SECONDS
        answer = bytearray()
        try:
            response = self._connection.request(
                "POST",
                self._url,
                body=body,
                headers={"Content-Type": "application/json"},
                redirect=False,
                preload_content=False,
            )
            while chunk := response.read1(_CHUNK, decode_content=False):
                answer += chunk
                if len(answer) > MOST_BYTES:
                    raise self.error(f"answers with more than {MOST_BYTES:,} bytes")
                if time.monotonic() > until:
                    raise self.error(f"does not answer within {ANSWER_SECONDS:.0f} s")
            response.release_conn()
        except urllib3.exceptions.ReadTimeoutError as error:
            raise self.error(f"does not answer within {ANSWER_SECONDS:.0f} s") from error
        except (urllib3.exceptions.HTTPError, OSError, UnicodeError) as error:
            raise InputError(
                f"no node answers at {self._url}: start one there, such as"
                " anvil --hardfork cancun --base-fee 0"
            ) from error
        if response.status != 200:
            raise self.error(f"answers with the HTTP status {response.status}")
        return bytes(answer)
