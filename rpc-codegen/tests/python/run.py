"""Runs the checks in use.py against the small server in server.py."""

import asyncio

import server
import use

state, url, socket = server.start()
for check in use.CHECKS:
    check(url, socket, state)
asyncio.run(use.asynchronous(url, socket, state))
print("passed")
