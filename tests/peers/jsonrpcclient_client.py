"""Interop peer: calls a JSON-RPC 2.0 server with the PyPI package jsonrpcclient.

usage: jsonrpcclient_client.py URL

jsonrpcclient only makes requests and reads answers; urllib does the HTTP.
Non-ASCII characters are escaped in every string that is sent, which is the
default of json.dumps.
"""
import json
import os
import sys
import time
import urllib.request

from jsonrpcclient import (
    Error,
    Ok,
    notification,
    notification_json,
    parse,
    parse_json,
    request,
    request_hex,
    request_json,
    request_uuid,
)

from checks import check, logged_once, run, same

URL = sys.argv[1]
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
RUN = f"jsonrpcclient-{os.getpid()}-{time.time_ns()}"


def post(text):
    """Returns the answer's body. Raises if the HTTP status is not 2xx."""
    post = urllib.request.Request(
        URL, data=text.encode(), headers={"Content-Type": "application/json"}
    )
    with OPENER.open(post, timeout=10) as response:
        body = response.read().decode()
        if body:
            kind = response.headers.get_content_type()
            assert kind == "application/json", f"content type {kind}"
        return body


def call(made):
    """Sends a request made by the library, and returns the answer after checking its id."""
    answer = parse_json(post(json.dumps(made)))
    same(answer.id, made["id"])
    return answer


def result(made, wanted):
    answer = call(made)
    assert isinstance(answer, Ok), f"got {answer!r:.200}"
    same(answer.result, wanted)


def code(made, wanted):
    answer = call(made)
    assert isinstance(answer, Error), f"got {answer!r:.200}"
    same(answer.code, wanted)
    assert answer.message, "an empty message"


def logged():
    return call(request("logged")).result


def application_error(answer):
    assert isinstance(answer, Error), f"got {answer!r:.200}"
    same(answer.code, 1001)
    same(answer.message, "only 3 left")
    same(answer.data, {"left": 3})


@check("positional call")
def _():
    result(request("add", params=(2, 3)), 5)


@check("named call")
def _():
    result(request("add", params={"a": 2, "b": 3}), 5)


@check("named call, in another order")
def _():
    result(request("add", params={"b": 40, "a": -2}), 38)


@check("sum past 32 bits")
def _():
    result(request("add", params=(2**31, 2**31)), 2**32)


@check("named string")
def _():
    result(request("echo", params={"text": "named"}), "named")


@check("string id")
def _():
    result(request_uuid("add", params=(1, 1)), 2)
    result(request_hex("add", params=(1, 1)), 2)
    result(request("add", params=(1, 1), id='é "quoted"'), 2)


@check("numeric ids")
def _():
    result(request("add", params=(1, 1), id=0), 2)
    result(request("add", params=(1, 1), id=-1), 2)
    result(request("add", params=(1, 1), id=2**53 - 1), 2)


@check("application error")
def _():
    application_error(call(request("fail")))


@check("method not found")
def _():
    code(request("nosuch"), -32601)
    code(request("nosuch", params=(1,)), -32601)


@check("too few params")
def _():
    code(request("add", params=(1,)), -32602)
    code(request("add"), -32602)


@check("too many params")
def _():
    code(request("add", params=(1, 2, 3)), -32602)


@check("param of the wrong type")
def _():
    code(request("add", params=("x", 2)), -32602)
    code(request("echo", params=(5,)), -32602)


@check("missing name")
def _():
    code(request("add", params={"a": 1}), -32602)


@check("unknown name")
def _():
    code(request("add", params={"a": 1, "b": 2, "c": 3}), -32602)


@check("notification, then logged")
def _():
    line = f"{RUN} one ü"
    same(post(notification_json("log", params=(line,))), "")
    logged_once(line, logged)


@check("notification with named params")
def _():
    line = f"{RUN} named"
    same(post(notification_json("log", params={"line": line})), "")
    logged_once(line, logged)


@check("notification that fails")
def _():
    same(post(notification_json("nosuch")), "")
    same(post(notification_json("fail")), "")
    same(post(notification_json("log", params=(1, 2))), "")


@check("the same method as a call")
def _():
    line = f"{RUN} called"
    result(request("log", params=(line,)), None)
    logged_once(line, logged)


@check("mixed batch")
def _():
    line = f"{RUN} batch"
    made = [
        request("add", params=(1, 2)),
        notification("log", params=(line,)),
        request_uuid("fail"),
        request("nosuch"),
        request("add", params=("x", 2)),
        request("echo", params={"text": "in a batch é"}),
    ]
    answers = json.loads(post(json.dumps(made)))
    assert isinstance(answers, list), f"got {answers!r:.200}"
    by_id = {answer.id: answer for answer in parse(answers)}
    same(len(answers), 5)
    same(len(by_id), 5)
    same(by_id[made[0]["id"]].result, 3)
    application_error(by_id[made[2]["id"]])
    same(by_id[made[3]["id"]].code, -32601)
    same(by_id[made[4]["id"]].code, -32602)
    same(by_id[made[5]["id"]].result, "in a batch é")
    logged_once(line, logged)


@check("batch of one")
def _():
    made = request("add", params=(1, 2))
    answers = list(parse_json(post(json.dumps([made]))))
    same(answers, [Ok(3, made["id"])])


@check("batch of 200")
def _():
    made = [request("add", params=(i, i)) for i in range(200)]
    answers = {a.id: a.result for a in parse_json(post(json.dumps(made)))}
    same(answers, {m["id"]: 2 * i for i, m in enumerate(made)})


@check("batch of notifications")
def _():
    made = [notification("log", params=(f"{RUN} n{i}",)) for i in range(3)]
    same(post(json.dumps(made)), "")
    for i in range(3):
        logged_once(f"{RUN} n{i}", logged)


@check("unicode")
def _():
    for text in [
        "",
        "é ü ß",
        "日本語",
        "שלום",
        "😀 👩‍👩‍👧",
        "e\u0301",
        "\u2028\u2029\ufeff",
        '"quoted" \\ / \b\f\n\r\t',
        "\u0000\u0001\u001f\u007f",
        "\ud7ff\ue000\uffff\U0010ffff",
    ]:
        result(request("echo", params=(text,)), text)


@check("unicode, not escaped on the wire")
def _():
    made = request("echo", params=("é 日本 😀",))
    answer = parse_json(post(json.dumps(made, ensure_ascii=False)))
    same(answer, Ok("é 日本 😀", made["id"]))


@check("long string")
def _():
    for text in ["x" * 300_000, "é😀\n" * 50_000]:
        result(request("echo", params=(text,)), text)


@check("request_json and parse_json")
def _():
    same(parse_json(post(request_json("add", params=(3, 4)))).result, 7)


if __name__ == "__main__":
    run()
