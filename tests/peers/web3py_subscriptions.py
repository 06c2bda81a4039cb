"""Interop peer: web3.py as a client of a server with Ethereum's subscriptions.

usage: python web3py_subscriptions.py URL
"""

import asyncio
import sys

from web3 import AsyncWeb3, WebSocketProvider
from web3.exceptions import Web3RPCError


async def until(expected, value):
    """Polls until this gives the expected value."""
    while await value() != expected:
        await asyncio.sleep(0.005)


async def main(url):
    async with AsyncWeb3(WebSocketProvider(url)) as w3:

        async def request(method, *params):
            return await w3.provider.make_request(method, list(params))

        async def opened():
            return (await request("chain_open"))["result"]

        assert await w3.eth.chain_id == 1
        assert await w3.eth.block_number == 16
        print("ok      calls")

        heads = await w3.eth.subscribe("newHeads")
        transactions = await w3.eth.subscribe("newPendingTransactions")
        assert heads != transactions
        await request("chain_release", 2)
        read = {heads: [], transactions: []}
        async for item in w3.socket.process_subscriptions():
            read[item["subscription"]].append(item["result"])
            if sum(map(len, read.values())) == 5:
                break
        assert [head["number"] for head in read[heads]] == [1, 2, 3], read
        assert read[transactions] == ["0x1", "0x2"], read
        assert await opened() == 2
        print("ok      two subscriptions")

        assert await w3.eth.unsubscribe(heads)
        assert await w3.eth.unsubscribe(transactions)
        await until(0, opened)
        print("ok      unsubscribing")

        try:
            await w3.eth.subscribe("logs")
            raise AssertionError("it is not refused")
        except Web3RPCError as refused:
            assert refused.rpc_response["error"]["code"] == 1001, refused
        print("ok      what is refused")


asyncio.run(asyncio.wait_for(main(sys.argv[1]), 60))
