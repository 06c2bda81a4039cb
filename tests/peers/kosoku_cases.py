"""Autobahn's cases for WebSockets (RFC 6455), as kosoku_client.py and kosoku_server.py run them with the package kosoku.

The cases expect that the other end echoes each message. Ours speaks JSON-RPC, and no message of the cases is JSON. So a server
answers each one with the same error, and a client gives no answer. Everything else is as the cases want it: which frames are
refused and with which code, fragments, UTF-8, pings, and how a connection is closed.
"""

import os
import sys

import kosoku.cases
from case import Case

# How fast large messages are echoed; compression, which our ends do not offer.
LEFT_OUT = ["9.*", "12.*", "13.*"]
CASES = sum(case.split(".")[0] not in ("9", "12", "13") for case in kosoku.cases.CASES)

# These send a message, and right behind it something that breaks the protocol. The message may stay unanswered.
MAY_BE_CUT = {"3.2", "3.3", "3.4", "4.1.3", "4.1.4", "4.1.5", "4.2.3", "4.2.4", "4.2.5", "5.15"}

# Most cases give up after a second, which is short on a busy machine.
PATIENCE = 30


class Patient:
    """Stands between a case and its connection, and lets it wait for longer."""

    def __init__(self, connection, case):
        vars(self).update(connection=connection, case=case)

    def __getattr__(self, name):
        return getattr(self.connection, name)

    def __setattr__(self, name, value):
        setattr(self.connection, name, value)

    def killAfter(self, seconds):
        if self.case.waits_for_echo_alone():
            self.connection.closeAfter(seconds)
        else:
            self.connection.killAfter(PATIENCE)


def set_up(on_message, expects_echoes):
    """Patches all cases."""
    initialize, compare = Case.__init__, Case.compare

    def with_patience(self, connection):
        initialize(self, Patient(connection, self))

    def expected(events):
        return [event for event in events if expects_echoes or event[0] != "message"]

    def waits_for_echo_alone(self):
        due = self.expected.get(Case.OK)
        return bool(due) and not expected(due) and self.expectedClose["closedByMe"]

    Case.__init__ = with_patience
    Case.compare = lambda self, received, events: compare(self, received, expected(events))
    Case.waits_for_echo_alone = waits_for_echo_alone
    Case.onMessage = on_message


def answers_are_echoes():
    """Lets the error that answers a message stand for its echo. An answer too many stands for nothing, and fails the case."""

    def on_message(self, message, binary):
        if not binary and '"code":-32700' in message:
            echoes = [event for event in self.expected.get(Case.OK, []) if event[0] == "message"]
            earlier = sum(event[0] == "message" for event in self.received)
            if earlier < len(echoes):
                _, message, binary = echoes[earlier]
        self.received.append(("message", message, binary))
        self.finishWhenDone()

    set_up(on_message, expects_echoes=True)


def no_echoes():
    """Expects no echoes. The one message that comes is the call for which our client connects. A case that waits for nothing but
    an echo closes the connection after a while instead."""

    def on_message(self, message, binary):
        if '"method":"wait"' not in message:
            self.received.append(("message", message, binary))

    set_up(on_message, expects_echoes=False)


def has_passed(result):
    if result.behavior.value == Case.NON_STRICT:
        return result.passed and result.case_id in MAY_BE_CUT
    return result.passed


def show(results):
    """Prints what went wrong, and how many cases passed. Returns the exit status."""
    failed = [result for result in results if not has_passed(result)]
    for result in failed:
        verdict = f"{result.behavior.value}, {result.behavior_close.value}"
        codes = f"close code {result.remote_close_code}, expected {result.expected_close}"
        print(f"FAILED {result.case_id}: {verdict}: received {result.received!r:.200}; {codes}")
        print(f"    {result.description}")
    if len(results) != CASES:
        print(f"FAILED: {len(results)} of {CASES} cases were run")
    print(f"{len(results) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed or len(results) != CASES else 0


def end(status):
    """Ends the process at once. While Python shuts down, the threads of kosoku sometimes abort it."""
    sys.stdout.flush()
    os._exit(status)
