"""Who may talk to the page: checked in front of Solara, for requests and websockets alike.

A website that is open in the same browser can send requests to localhost too. It is told apart by
the ``Origin`` that browsers send, and, if it has its own name point here, by the ``Host``.
"""

import base64
import hashlib
import secrets
from html.parser import HTMLParser
from http import HTTPStatus
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

TOKEN = "token"  # noqa: S105
"""The token's name in the address."""

POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'{scripts}; script-src-attr 'none';"
    " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:;"
    " object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Vue makes functions of templates, which needs ``unsafe-eval``, and Vuetify styles elements."""


class Guard:
    """Lets in who asks for the page by its own name, from the page itself, with the token.

    Args:
        app: the page.
        host: the address that is listened on.
        token: what visitors must know; none on localhost, where other names are refused instead.
    """

    def __init__(self, app: ASGIApp, host: str, token: str = "") -> None:
        self._app = app
        self._host = host.lower()
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have the page answer it."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        asked = HTTPConnection(scope)
        answer = self._answer(asked)
        if answer is None:
            await self._app(_unpacked(scope), receive, _Protected(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await answer(scope, receive, _Protected(send))

    def _answer(self, asked: HTTPConnection) -> Response | None:
        """Return the answer to who is not let in, and to who is being let in just now."""
        host = asked.headers.get("host", "")
        if not self._token and not self._is_own(host):
            return _refused("The page is not known under this name; ask for localhost.")
        origin = asked.headers.get("origin")
        if origin not in (None, f"http://{host}", f"https://{host}"):
            return _refused("Other websites may not use this page.")
        if not self._token or self._is_token(asked.cookies.get(self._cookie(asked))):
            return None
        if not self._is_token(asked.query_params.get(TOKEN)):
            return _refused("Open the address that was printed when the page was started.")
        address = asked.url.remove_query_params(TOKEN)
        answer = RedirectResponse(f"/?{address.query}" if address.query else "/", 303)
        answer.set_cookie(self._cookie(asked), self._token, httponly=True, samesite="lax")
        return answer

    def _is_own(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return name in ("localhost", self._host) or is_loopback(name)

    def _is_token(self, text: str | None) -> bool:
        return text is not None and secrets.compare_digest(text.encode(), self._token.encode())

    @staticmethod
    def _cookie(asked: HTTPConnection) -> str:
        """Return the cookie's name: cookies of all ports are one another's."""
        return f"cmlabm-{asked.url.port or 80}"


def is_loopback(address: str) -> bool:
    """Return whether an address is one that this machine alone can reach.

    Example:
        >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("0.0.0.0")
        (True, True, False)
    """
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


class _Protected:
    """Sends a response with headers that keep foreign scripts from running in the page.

    The scripts that stand in a page itself are let run by their digests: the page is held back
    until all of it is there.
    """

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if Headers(raw=message["headers"]).get("content-type", "").startswith("text/html"):
                self._start = message
                return
            _protect(message)
        elif message["type"] == "http.response.body" and self._start is not None:
            self._body += message.get("body", b"")
            if message.get("more_body", False):
                return
            _protect(self._start, _digests(self._body.decode("utf-8", "replace")))
            await self._send(self._start)
            message = {"type": "http.response.body", "body": self._body}
        await self._send(message)


def _refused(sentence: str) -> Response:
    return PlainTextResponse(sentence, HTTPStatus.FORBIDDEN)


def _unpacked(scope: Scope) -> Scope:
    """Return a request for a page as one that is answered unpacked: its scripts must be read."""
    if b"text/html" not in dict(scope["headers"]).get(b"accept", b""):
        return scope
    return {**scope, "headers": [h for h in scope["headers"] if h[0] != b"accept-encoding"]}


def _protect(start: Message, scripts: str = "") -> None:
    MutableHeaders(raw=start["headers"]).update(
        {
            "Content-Security-Policy": POLICY.format(scripts=scripts),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        }
    )


def _digests(page: str) -> str:
    scripts = _Scripts()
    scripts.feed(page)
    scripts.close()
    digests = (hashlib.sha256(text.encode()).digest() for text in scripts.found)
    return "".join(f" 'sha256-{base64.b64encode(digest).decode()}'" for digest in digests)


class _Scripts(HTMLParser):
    """Collects the scripts that stand in a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and "src" not in dict(attrs)
        if self._inside:
            self.found.append("")

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "script"
