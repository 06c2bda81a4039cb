"""Interop peer: calls a server over HTTP/2 with the PyPI packages httpx and h2, many times at once. The server has room
for one connection.

usage: python httpx_http2_client.py URL
"""

import asyncio
import sys

import httpx

CALLS = 200


async def call(client, number):
    request = {"jsonrpc": "2.0", "method": "sleep", "params": [number % 20], "id": number}
    response = await client.post(sys.argv[1], json=request)
    assert response.http_version == "HTTP/2", response.http_version
    assert response.json() == {"jsonrpc": "2.0", "result": number % 20, "id": number}, response.text


async def main():
    async with httpx.AsyncClient(http1=False, http2=True, timeout=200) as client:
        await asyncio.gather(*(call(client, number) for number in range(CALLS)))
        # A call that is given up resets its stream, and the connection stays.
        gate = {"jsonrpc": "2.0", "method": "frail", "id": "given up"}
        given_up = asyncio.create_task(client.post(sys.argv[1], json=gate))
        for number in range(10):
            await call(client, number)
        given_up.cancel()
        await call(client, CALLS)
    print("done")


asyncio.run(main())
