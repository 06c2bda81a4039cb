"""Interop peer: runs Autobahn's cases for WebSockets against our server. See kosoku_cases.py.

usage: python kosoku_client.py URL
"""

import asyncio
import sys

from kosoku import FailureError, run_fuzzingclient

from kosoku_cases import LEFT_OUT, answers_are_echoes, end, show


async def run(url):
    try:
        return await run_fuzzingclient(url, exclude_cases=LEFT_OUT, concurrency=8)
    except FailureError as failure:
        return failure.results


if __name__ == "__main__":
    answers_are_echoes()
    end(show(asyncio.run(run(sys.argv[1]))))
