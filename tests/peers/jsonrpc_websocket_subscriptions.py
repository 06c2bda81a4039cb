"""Interop peer: jsonrpc-websocket as a client of a server with subscriptions in
jsonrpsee's form.

usage: python jsonrpc_websocket_subscriptions.py URL
"""

import asyncio
import sys

from jsonrpc_base.jsonrpc import ProtocolError
from jsonrpc_websocket import Server


async def main(url):
    server = Server(url)
    items = asyncio.Queue()
    # It calls these with the params of notifications.
    server.chain_head = lambda **params: items.put_nowait(params)
    server.chain_fragile = lambda **params: items.put_nowait(params)
    await server.ws_connect()

    assert await server.chain_version() == "1"
    print("ok      a call")

    subscription = await server.chain_subscribeHeads(3)
    for number in ["0x1", "0x2", "0x3"]:
        expected = {"subscription": subscription, "result": {"number": number}}
        assert await items.get() == expected
    assert await server.chain_open() == 1
    assert await server.chain_unsubscribeHeads(subscription) is True
    assert await server.chain_unsubscribeHeads(subscription) is False
    assert await server.chain_open() == 0
    print("ok      a subscription")

    try:
        await server.chain_subscribeFragile(0)
        raise AssertionError("it is not refused")
    except ProtocolError as refused:
        assert refused.args[0] == 1001, refused.args
    await server.chain_subscribeFragile(to=5)
    failure = [await items.get() for _ in range(3)][2]["error"]
    assert failure == {"code": 1002, "message": "3 is too much", "data": {"at": 3}}
    print("ok      failures")
    await server.close()


asyncio.run(asyncio.wait_for(main(sys.argv[1]), 60))
