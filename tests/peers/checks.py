"""Shared by the interop peers that call a server: named checks, each of which passes or fails."""
import sys
import time

CHECKS = []


def check(name):
    """Registers a function as a check."""

    def add(function):
        CHECKS.append((name, function))
        return function

    return add


def same(got, wanted):
    assert type(got) is type(wanted) and got == wanted, (
        f"got {got!r:.300}, wanted {wanted!r:.300}"
    )


def logged_once(line, logged):
    """Asserts that the line is logged exactly once. Asks repeatedly, since a notification may
    take effect only after the answer to a later call."""
    for _ in range(600):
        lines = logged()
        if line in lines:
            break
        time.sleep(0.1)
    same(lines.count(line), 1)


def run():
    """Runs all checks and ends the process, with exit code 1 if one has failed."""
    failed = 0
    for name, function in CHECKS:
        try:
            function()
            print(f"ok      {name}", flush=True)
        except Exception as error:
            failed += 1
            print(f"FAILED  {name}: {type(error).__name__}: {error}", flush=True)
    print(f"{len(CHECKS) - failed} passed, {failed} failed", flush=True)
    sys.exit(1 if failed else 0)
