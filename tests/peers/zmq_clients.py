"""Interop peer: calls a JSON-RPC 2.0 server with pyzmq sockets of several kinds.

usage: zmq_clients.py ADDRESS
"""
import json
import sys
import threading
import time

import zmq

from checks import check, logged_once, run, same

ADDRESS = sys.argv[1]
CONTEXT = zmq.Context.instance()


def connected(kind, address=ADDRESS, **options):
    socket = CONTEXT.socket(kind)
    socket.setsockopt(zmq.RCVTIMEO, 10_000)
    socket.setsockopt(zmq.LINGER, 0)
    for name, value in options.items():
        socket.setsockopt(getattr(zmq, name), value)
    socket.connect(address)
    return socket


def request(method, params, id=1):
    return json.dumps({"jsonrpc": "2.0", "method": method, "params": params, "id": id}).encode()


def result(value, id=1):
    return {"jsonrpc": "2.0", "result": value, "id": id}


def logged():
    socket = connected(zmq.REQ)
    socket.send(request("logged", []))
    return json.loads(socket.recv())["result"]


def adds(socket, times=3):
    for n in range(times):
        socket.send(request("add", [n, 40], n))
        same(json.loads(socket.recv()), result(n + 40, n))


@check("REQ")
def _():
    adds(connected(zmq.REQ))


@check("REQ: an error")
def _():
    socket = connected(zmq.REQ)
    socket.send(request("fail", []))
    error = {"code": 1001, "message": "only 3 left", "data": {"left": 3}}
    same(json.loads(socket.recv()), {"jsonrpc": "2.0", "error": error, "id": 1})
    adds(socket)


@check("REQ: a notification gets an empty message")
def _():
    socket = connected(zmq.REQ)
    socket.send(b'{"jsonrpc": "2.0", "method": "log", "params": ["by REQ"]}')
    same(socket.recv_multipart(), [b""])
    adds(socket)
    logged_once("by REQ", logged)


@check("REQ: malformed JSON, and an empty message")
def _():
    socket = connected(zmq.REQ)
    for text in [b"no JSON", b"", b"\xff\xfe"]:
        socket.send(text)
        same(json.loads(socket.recv())["error"]["code"], -32700)
    adds(socket)


@check("REQ: a message in two frames is an error, even if the frames together are a request")
def _():
    socket = connected(zmq.REQ)
    whole = request("add", [1, 2])
    socket.send_multipart([whole[:20], whole[20:]])
    same(json.loads(socket.recv())["error"]["code"], -32700)
    adds(socket)


@check("REQ: a batch")
def _():
    socket = connected(zmq.REQ)
    socket.send(b"[" + request("add", [1, 2], 1) + b"," + request("echo", ["x"], 2) + b"]")
    same(json.loads(socket.recv()), [result(3, 1), result("x", 2)])


@check("REQ: a megabyte")
def _():
    socket = connected(zmq.REQ)
    for length in [255, 256, 8 * 1024, 1024 * 1024]:
        text = "x" * length
        socket.send(request("echo", [text]))
        same(json.loads(socket.recv()), result(text))


@check("REQ_CORRELATE and REQ_RELAXED")
def _():
    adds(connected(zmq.REQ, REQ_CORRELATE=1, REQ_RELAXED=1))


@check("REQ with an identity, and another with the same one")
def _():
    one = connected(zmq.REQ, IDENTITY=b"me")
    adds(one)
    two = connected(zmq.REQ, IDENTITY=b"me")
    adds(two)
    adds(one)


@check("DEALER: many in flight")
def _():
    socket = connected(zmq.DEALER)
    for n in range(2000):
        socket.send_multipart([b"", request("add", [n, n], n)])
    answers = {}
    for _ in range(2000):
        envelope, message = socket.recv_multipart()
        same(envelope, b"")
        message = json.loads(message)
        answers[message["id"]] = message["result"]
    same(answers, {n: 2 * n for n in range(2000)})


@check("DEALER: a client's own envelope comes back unchanged")
def _():
    socket = connected(zmq.DEALER)
    socket.send_multipart([b"one", b"two" * 100, b"", request("add", [1, 2])])
    *envelope, message = socket.recv_multipart()
    same(envelope, [b"one", b"two" * 100, b""])
    same(json.loads(message), result(3))


@check("DEALER without a delimiter")
def _():
    socket = connected(zmq.DEALER)
    adds(socket)
    socket.send_multipart([b"envelope", request("add", [1, 2])])
    envelope, message = socket.recv_multipart()
    same(envelope, b"envelope")
    same(json.loads(message), result(3))


@check("DEALER: only notifications, then it closes")
def _():
    socket = connected(zmq.DEALER)
    for n in range(50):
        message = b'{"jsonrpc": "2.0", "method": "log", "params": ["by DEALER %d"]}' % n
        socket.send_multipart([b"", message])
    socket.close(linger=5000)
    logged_once("by DEALER 0", logged)
    logged_once("by DEALER 49", logged)


@check("PROBE_ROUTER")
def _():
    adds(connected(zmq.DEALER, PROBE_ROUTER=1))


@check("ROUTER, which learns the server's identity from its first message")
def _():
    socket = connected(zmq.ROUTER, PROBE_ROUTER=1, CONNECT_ROUTING_ID=b"server")
    time.sleep(0.3)
    socket.send_multipart([b"server", b"", request("add", [1, 2])])
    peer, envelope, message = socket.recv_multipart()
    same((peer, envelope), (b"server", b""))
    same(json.loads(message), result(3))


@check("HEARTBEAT_IVL: the connection stays open")
def _():
    socket = connected(
        zmq.REQ, HEARTBEAT_IVL=100, HEARTBEAT_TIMEOUT=3000, HEARTBEAT_TTL=5000, RECONNECT_IVL=-1
    )
    events = socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
    adds(socket)
    time.sleep(4.5)
    adds(socket)
    same(events.poll(0), 0)
    socket.disable_monitor()


@check("a proxy in between")
def _():
    front, back = CONTEXT.socket(zmq.ROUTER), connected(zmq.DEALER)
    front.setsockopt(zmq.LINGER, 0)
    back.setsockopt(zmq.RCVTIMEO, -1)
    port = front.bind_to_random_port("tcp://127.0.0.1")
    threading.Thread(target=forward, args=(front, back), daemon=True).start()
    address = f"tcp://127.0.0.1:{port}"
    sockets = [connected(zmq.REQ, address) for _ in range(10)]
    for n, socket in enumerate(sockets):
        socket.send(request("add", [n, 1], n))
    for n, socket in enumerate(sockets):
        same(json.loads(socket.recv()), result(n + 1, n))
    adds(connected(zmq.REQ, address, REQ_CORRELATE=1))


def forward(front, back):
    try:
        zmq.proxy(front, back)
    except zmq.ZMQError:
        pass


@check("incompatible sockets are refused, and others are served")
def _():
    for kind in [zmq.PUSH, zmq.SUB, zmq.PAIR]:
        socket = CONTEXT.socket(kind)
        socket.setsockopt(zmq.LINGER, 0)
        socket.connect(ADDRESS)
    time.sleep(0.3)
    adds(connected(zmq.REQ))


@check("a client that wants CURVE is refused, and others are served")
def _():
    public, secret = zmq.curve_keypair()
    keys = dict(CURVE_PUBLICKEY=public, CURVE_SECRETKEY=secret, CURVE_SERVERKEY=public)
    socket = connected(zmq.REQ, **keys)
    socket.setsockopt(zmq.RCVTIMEO, 500)
    socket.send(request("add", [1, 2]))
    try:
        socket.recv()
        raise AssertionError("an answer")
    except zmq.Again:
        pass
    adds(connected(zmq.REQ))


if __name__ == "__main__":
    try:
        run()
    finally:
        CONTEXT.destroy(linger=0)
