"""Runs the checks in use.py against the small server in server.py, and those of events and faults."""

import asyncio
import faulthandler

import events
import faults
import server
import use

# A check that hangs fails, and says where.
faulthandler.dump_traceback_later(600, exit=True)

events.check()
for check_fault in faults.CHECKS:
    check_fault()
state, url, socket = server.start()
for check in use.CHECKS:
    check(url, socket, state)
asyncio.run(use.asynchronous(url, socket, state))
print("passed")
