"""Interop peer: runs Autobahn's cases for WebSockets against our client. See kosoku_cases.py.

It prints its address and how many cases there are. Our client connects once for each case, with its number in the query, and at
last asks for the report.

usage: python kosoku_server.py
"""

import asyncio

from kosoku import FailureError, run_fuzzingserver

from kosoku_cases import CASES, LEFT_OUT, end, no_echoes, show


async def run():
    async with run_fuzzingserver(exclude_cases=LEFT_OUT, port=0) as server:
        print(f"listening on {server.address}:{server.port} with {CASES} cases", flush=True)
        try:
            return await server.get_result()
        except FailureError as failure:
            return failure.results


if __name__ == "__main__":
    no_echoes()
    end(show(asyncio.run(run())))
