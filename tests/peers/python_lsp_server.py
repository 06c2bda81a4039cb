"""Interop peer: serves calls over stdin and stdout with the PyPI package python-lsp-jsonrpc. Messages have heads with their length."""

import logging
import sys
import threading

from pylsp_jsonrpc.dispatchers import MethodDispatcher
from pylsp_jsonrpc.endpoint import Endpoint
from pylsp_jsonrpc.exceptions import JsonRpcException
from pylsp_jsonrpc.streams import JsonRpcStreamReader, JsonRpcStreamWriter


class Server(MethodDispatcher):
    """Its methods start with m_. One that gives back a function runs on the package's only thread, one after the other."""

    def __init__(self):
        writer = JsonRpcStreamWriter(sys.stdout.buffer)
        self.endpoint = Endpoint(self, writer.write, max_workers=1)
        self.gate = threading.Event()
        self.asked = []
        self.ran = []

    def m_text__echo(self, text):
        return text

    def m_text__fail(self, left):
        raise JsonRpcException(f"only {left} left", 1001, {"left": left})

    def m_text__ask_back(self, question):
        def ask():
            return self.endpoint.request("editor/answer", {"question": question}).result(60)

        return ask

    def m_text__note(self, text):
        self.endpoint.notify("editor/noted", {"text": text})

    def m_work__wait(self, name):
        self.asked.append(name)

        def wait():
            self.ran.append(name)
            self.gate.wait()
            return name

        return wait

    def m_work__asked(self):
        return self.asked

    def m_work__ran(self):
        return self.ran

    def m_work__open(self):
        self.gate.set()


if __name__ == "__main__":
    logging.disable()  # the package logs each error that it answers with
    JsonRpcStreamReader(sys.stdin.buffer).listen(Server().endpoint.consume)
