"""json-rpc in its own process: times repetitions of a message, from its bytes to the reply's.

A line on standard input is {"message": text, "repetitions": number}; the answer is a line
{"nanoseconds": of one repetition, "reply": text or null}.
"""

import json
import sys
import time

from jsonrpc import Dispatcher, JSONRPCResponseManager

dispatcher = Dispatcher()


@dispatcher.add_method
def add(a, b):
    return a + b


@dispatcher.add_method
def echo(text):
    return text


@dispatcher.add_method
def total(orders):
    return sum(order["price"] * order["quantity"] for order in orders)


def handle(message):
    response = JSONRPCResponseManager.handle(message, dispatcher)
    return None if response is None else response.json.encode()


for line in sys.stdin:
    question = json.loads(line)
    message = question["message"].encode()
    repetitions = question["repetitions"]
    start = time.perf_counter_ns()
    for _ in range(repetitions):
        reply = handle(message)
    nanoseconds = (time.perf_counter_ns() - start) / repetitions
    text = None if reply is None else reply.decode()
    print(json.dumps({"nanoseconds": nanoseconds, "reply": text}), flush=True)
