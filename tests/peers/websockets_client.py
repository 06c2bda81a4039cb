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

        # Messages in fragments, as text and as bytes, whose fragments may end inside of characters.
        for length in (0, 10, 100, 150, 65_400, 65_600, 300_000):
            text = "é" * (length // 2)
            whole = call(3, "feed.echo", text)
            for message in (whole, json.dumps(json.loads(whole), ensure_ascii=False).encode()):
                size = len(message) // 7 + 1
                await socket.send(message[start : start + size] for start in range(0, len(message), size))
                assert (await receive())["result"] == text, length
    assert socket.close_code == 1000, socket.close_code
    print("all passed")


asyncio.run(main())
