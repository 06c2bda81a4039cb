"""Interop peer: a JSON-RPC 2.0 server made with the PyPI package jsonrpcserver,
over a REP socket of pyzmq.

usage: jsonrpcserver_zmq_server.py ADDRESS      (tcp://127.0.0.1:* picks a free port)
"""
import sys

import zmq
from jsonrpcserver import dispatch

import jsonrpcserver_server  # for its methods


def main():
    socket = zmq.Context.instance().socket(zmq.REP)
    socket.bind(sys.argv[1])
    print("listening on " + socket.getsockopt_string(zmq.LAST_ENDPOINT), flush=True)
    while True:
        # A REP socket has to answer everything, so a notification gets an empty message.
        socket.send(dispatch(socket.recv().decode()).encode())


if __name__ == "__main__":
    main()
