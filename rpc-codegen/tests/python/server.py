"""A small server of shop.yaml, over HTTP and a WebSocket. The path of a request says what goes wrong."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from websockets.sync.server import Server, ServerConnection, serve

ORDER = {
    "id": 2**64 - 1,
    "total": "18.50",
    "status": "teleported",
    "placed": "2026-11-27T12:00:00.123456789Z",
    "checksum": "-_8",
    "newer": {"n": 2**70},
}

STREAMS = ("prices.watch", "prices.journal", "search")


class State:
    """What the server has seen."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.headers: dict[str, str] = {}
        self.opened = 0
        self.gone = threading.Event()
        self.released = threading.Event()
        self.controls: list[Any] = []


def answer(message: Any) -> Any:
    """The reply to a call."""
    params = message.get("params", {})
    item = params.get("item") if isinstance(params, dict) else params and params[0]
    reply = {"jsonrpc": "2.0", "id": message.get("id")}
    match message["method"], item:
        case "orders.place", "sold out":
            return reply | error(1001, "SoldOut", {"left": 3})
        case "orders.place", "strange":
            return reply | error(1001, "SoldOut", {"left": "some"})
        case "orders.place", "broken":
            return reply | error(-32603, "internal\nerror", None)
        case "orders.place", "unknown":
            return reply | error(-32601, "no such method", None)
        case "orders.place", "boolean":
            return reply | {"result": ORDER | {"id": True}}
        case "orders.place", "misshapen":
            return reply | {"error": "no"}
        case "orders.place", "nothing":
            return reply
        case "orders.place", _:
            return reply | {"result": ORDER}
        case "orders.list", _:
            return reply | {"result": {"items": [ORDER, ORDER | {"total": 1}]}}
        case "orders.find", _:
            return reply | {"result": None}
        case "categories", _:
            return reply | {"result": category(5000 if item else 3)}
        case "stock.levels", _:
            return reply | {"result": {"1": 1.0, "2": -(2**63)}}
        case "delivery.quote", _:
            return reply | {"result": 2**60 if item == "pickup" else "too large"}
        case _:
            return reply | {"result": None}


def error(code: int, message: str, data: Any) -> Any:
    return {"error": {"code": code, "message": message, "data": data}}


def category(depth: int) -> Any:
    found: Any = {"name": "leaf", "children": []}
    for _ in range(depth):
        found = {"name": "branch", "children": [found]}
    return found


def items(message: Any, state: State) -> Iterator[Any]:
    """The messages of a stream. None stands for a lost connection."""
    state.opened += 1
    id, params = message["id"], message.get("params", {})
    first = (
        next(iter(params.values()), None)
        if isinstance(params, dict)
        else params and params[0]
    )
    end = {"jsonrpc": "2.0", "id": id, "result": None}
    match message["method"], first:
        case "search", _:
            token = (
                params["partialResultToken"] if isinstance(params, dict) else params[1]
            )
            yield progress(token, ["black", "green"])
            yield end | {"result": 2}
        case "prices.journal", None | []:
            yield progress(id, price(1), cursor="c1")
            yield progress(id, price(2), cursor="c2")
            yield None
        case "prices.journal", "c2":
            yield progress(id, price(3), cursor="c3")
            yield {"jsonrpc": "2.0", "id": id} | error(-32802, "stopping", None)
        case "prices.journal", "c3":
            yield progress(id, price(4), cursor="c4")
            yield end
        case _, "closed":
            yield progress(id, price(1))
            yield {"jsonrpc": "2.0", "id": id} | error(1003, "the shop is closed", None)
        case _, "wrong":
            yield progress(id, {"symbol": "tea", "cents": "1"})
        case _, "lost":
            yield progress(id, price(1))
            yield None
        case _, "silent":
            yield progress(id, price(1))
            state.released.wait(60)
        case _, "endless":
            for cents in range(10**9):
                yield progress(id, price(cents))
        case _:
            yield {
                "jsonrpc": "2.0",
                "method": "$/progress",
                "params": {"token": id, "opened": True},
            }
            yield progress("another", "is ignored")
            yield progress(id, price(2**127))
            yield progress(id, price(2))
            yield end


def price(cents: int) -> Any:
    return {"symbol": "tea", "cents": cents, "volume": 1}


def progress(token: Any, value: Any, **more: Any) -> Any:
    return {
        "jsonrpc": "2.0",
        "method": "$/progress",
        "params": {"token": token, "value": value} | more,
    }


class Handler(BaseHTTPRequestHandler):
    """Answers one connection."""

    protocol_version = "HTTP/1.1"
    state: State

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""

    def do_POST(self) -> None:
        """Answers a request."""
        text = self.rfile.read(int(self.headers["content-length"]))
        message = json.loads(text)
        self.state.messages.append(message)
        self.state.headers = {
            name.lower(): value for name, value in self.headers.items()
        }
        match self.path:
            case "/503":
                self.reply(503, b"busy", {"retry-after": "7"})
            case "/flaky" if self.state.opened == 1:
                self.state.opened += 1
                self.reply(503, b"busy", {"retry-after": "0"})
            case "/gone" if self.state.opened == 1:
                self.reply(404, b"not here", {})
            case "/404":
                self.reply(404, b"not here", {})
            case "/refused":
                body = json.dumps(
                    {"jsonrpc": "2.0", "id": None} | error(-32009, "busy", None)
                )
                self.reply(503, body.encode(), {"rpc-refused": "busy"})
            case "/mapped":
                body = json.dumps(answer(message))
                self.reply(409, body.encode(), {})
            case "/text":
                self.reply(200, b"<html>", {})
            case "/nan":
                self.reply(200, b'{"jsonrpc":"2.0","id":1,"result":NaN}', {})
            case "/deep":
                self.reply(200, b"[" * 100_000, {})
            case "/other":
                self.reply(200, b'{"jsonrpc":"2.0","id":"x","result":1}', {})
            case "/refused-batch":
                body = json.dumps(
                    {"jsonrpc": "2.0", "id": None} | error(-32600, "too long", None)
                )
                self.reply(200, body.encode(), {})
            case "/first":
                replies = [answer(message[0])]
                self.reply(200, json.dumps(replies).encode(), {})
            case "/large":
                self.reply(200, b" " * 2_000_000, {})
            case "/hang":
                self.wait()
            case "/cut":
                self.close_connection = True
            case _:
                self.serve(message)

    def serve(self, message: Any) -> None:
        if isinstance(message, list):
            replies = [answer(one) for one in message if "id" in one]
            return self.reply(200, json.dumps(replies[::-1]).encode(), {})
        if message["method"] in STREAMS:
            return self.events(message)
        body = json.dumps(answer(message)).encode() if "id" in message else b""
        self.reply(200, body, {})

    def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def events(self, message: Any) -> None:
        self.close_connection = True
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.end_headers()
        self.wfile.write(b": hello\r\n\r\n")
        try:
            for one in items(message, self.state):
                if one is None:
                    return
                text = json.dumps(one)
                # Cut in odd places, as a network does.
                for piece in [
                    "event: message\r\ndata: ",
                    text[:7],
                    text[7:] + "\r",
                    "\n\r\n",
                ]:
                    self.wfile.write(piece.encode())
                    self.wfile.flush()
        except OSError:
            self.state.gone.set()

    def send_events(self, messages: list[str], after: float = 0) -> None:
        """Sends the head of a stream, and later its messages. Then it closes the connection."""
        self.close_connection = True
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.end_headers()
        self.wfile.flush()
        time.sleep(after)
        for message in messages:
            self.wfile.write(f"data: {message}\n\n".encode())

    def wait(self) -> None:
        """Never answers. Notes when the client has gone."""
        self.close_connection = True
        self.connection.settimeout(60)
        try:
            gone = self.connection.recv(1) == b""
        except OSError:
            gone = True
        if gone:
            self.state.gone.set()


class QuietServer(ThreadingHTTPServer):
    """A server whose clients may leave at any time."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says nothing."""


def websocket(connection: ServerConnection, state: State) -> None:
    """Answers one WebSocket."""
    for text in connection:
        message = json.loads(text)
        if isinstance(message, list):
            replies = [answer(one) for one in message if "id" in one]
            connection.send(json.dumps(replies))
            continue
        state.messages.append(message)
        match message["method"]:
            case "$/cancelRequest" | "$/window" | "chain_unsubscribeHeads":
                state.controls.append(message)
            case "chain_subscribeHeads":
                subscribe(connection, message)
            case "orders.place" if message["params"][0] == "cut":
                connection.socket.close()
            case "orders.place" if message["params"][0] == "hang":
                pass
            case "orders.place" if message["params"][0] == "nonsense":
                connection.send("{")
            case method if method in STREAMS:
                for one in items(message, state):
                    if one is None:
                        return
                    connection.send(json.dumps(one))
            case _ if "id" in message:
                connection.send(json.dumps(answer(message)))


def subscribe(connection: ServerConnection, message: Any) -> None:
    about = {"subscription": 2**70}
    connection.send(
        json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": 2**70})
    )
    for head in (1, 2):
        notice = {
            "jsonrpc": "2.0",
            "method": "chain_head",
            "params": about | {"result": head},
        }
        connection.send(json.dumps(notice))
    failed = {"params": about | error(1003, "the shop is closed", None)}
    connection.send(json.dumps({"jsonrpc": "2.0", "method": "chain_head"} | failed))


def start() -> tuple[State, str, str]:
    """Starts both servers. They end with the program."""
    state = State()
    handler = type("OwnHandler", (Handler,), {"state": state})
    http = QuietServer(("127.0.0.1", 0), handler)
    threading.Thread(target=http.serve_forever, daemon=True).start()
    sockets: Server = serve(
        lambda connection: websocket(connection, state), "127.0.0.1", 0
    )
    threading.Thread(target=sockets.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{http.server_address[1]}"
    return state, url, f"ws://127.0.0.1:{sockets.socket.getsockname()[1]}"
