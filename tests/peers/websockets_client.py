"""Interop peer: talks to a server of streams with the PyPI package websockets.

usage: python websockets_client.py URL
"""

import asyncio
import json
import sys

import websockets


def call(id, method, *params):
    return json.dumps({"jsonrpc": "2.0", "id": id, "method": method, "params": params})


async def main():
    async with websockets.connect(sys.argv[1], open_timeout=20) as socket:

        async def receive():
            return json.loads(await asyncio.wait_for(socket.recv(), 20))

        await socket.send(call(1, "feed.echo", "é"))
        assert await receive() == {"jsonrpc": "2.0", "result": "é", "id": 1}

        await socket.send(call("s", "feed.count", 1000))
        for number in range(1, 1001):
            message = await receive()
            assert message["method"] == "$/progress", message
            assert message["params"] == {"token": "s", "value": number}, message
        assert await receive() == {"jsonrpc": "2.0", "result": None, "id": "s"}

        await socket.send(call(2, "feed.endless", "x"))
        await receive()
        cancel = {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": 2}}
        await socket.send(json.dumps(cancel))
        while "error" not in (message := await receive()):
            assert message["params"]["token"] == 2, message
        assert (message["id"], message["error"]["code"]) == (2, -32800), message

        pong = await socket.ping()
        await asyncio.wait_for(pong, 20)

        # A message in fragments.
        text = call(3, "feed.echo", "in fragments")
        await socket.send(text[start : start + 9] for start in range(0, len(text), 9))
        assert (await receive())["result"] == "in fragments"
    assert socket.close_code == 1000, socket.close_code
    print("all passed")


asyncio.run(main())
