"""Runs the checks in use.py against the small server in server.py, and those of events."""

import asyncio
import faulthandler

import events
import server
import use

# A check that hangs fails, and says where.
faulthandler.dump_traceback_later(600, exit=True)

events.check()
state, url, socket = server.start()
for check in use.CHECKS:
    check(url, socket, state)
asyncio.run(use.asynchronous(url, socket, state))
print("passed")
