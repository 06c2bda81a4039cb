"""Interop peer: pyzmq sockets that answer messages or forward them.

usage: zmq_servers.py KIND ADDRESS [BACKEND]

  router   a ROUTER socket that takes two requests at a time and answers the second one first
  proxy    a zmq.proxy from a ROUTER socket to a DEALER socket that connects to BACKEND
  workers  a zmq.proxy from a ROUTER socket to a DEALER socket with three REP sockets behind it
  curve    a REP socket that requires CURVE
  probe    a ROUTER socket that sends an empty message first (PROBE_ROUTER)
  mute     a ROUTER socket that never answers
"""
import json
import sys
import threading

import zmq

context = zmq.Context.instance()


def answer(message):
    request = json.loads(message)
    if "id" not in request:
        return b""
    result = request["params"]
    return json.dumps({"jsonrpc": "2.0", "result": result, "id": request["id"]}).encode()


def bound(kind, **options):
    socket = context.socket(kind)
    for name, value in options.items():
        socket.setsockopt(getattr(zmq, name), value)
    socket.bind(sys.argv[2])
    print("listening on " + socket.getsockopt_string(zmq.LAST_ENDPOINT), flush=True)
    return socket


def router(**options):
    socket = bound(zmq.ROUTER, **options)
    while True:
        held = socket.recv_multipart()
        if socket.poll(100):
            *envelope, message = socket.recv_multipart()
            socket.send_multipart([*envelope, answer(message)])
        *envelope, message = held
        socket.send_multipart([*envelope, answer(message)])


def mute():
    socket = bound(zmq.ROUTER)
    while True:
        socket.recv_multipart()


def proxy():
    backend = context.socket(zmq.DEALER)
    backend.connect(sys.argv[3])
    zmq.proxy(bound(zmq.ROUTER), backend)


def worker():
    socket = context.socket(zmq.REP)
    socket.connect("inproc://workers")
    while True:
        socket.send(answer(socket.recv()))


def workers():
    backend = context.socket(zmq.DEALER)
    backend.bind("inproc://workers")
    for _ in range(3):
        threading.Thread(target=worker, daemon=True).start()
    zmq.proxy(bound(zmq.ROUTER), backend)


def curve():
    public, secret = zmq.curve_keypair()
    socket = bound(zmq.REP, CURVE_SERVER=1, CURVE_SECRETKEY=secret)
    while True:
        socket.send(answer(socket.recv()))


def main():
    kinds = {
        "router": router,
        "probe": lambda: router(PROBE_ROUTER=1),
        "mute": mute,
        "proxy": proxy,
        "workers": workers,
        "curve": curve,
    }
    kinds[sys.argv[1]]()


if __name__ == "__main__":
    main()
