"""Whole processes: how long they take and how much memory they ever have.

On Linux a process that was forked begins with its parent's peak memory, so what is to be measured is
started by a small process of its own, this file.
"""
import json
import subprocess
import sys


def measured(command):
    """{"ms", "peak_bytes", "output"} of a command that must succeed. Children inherit stderr."""
    done = subprocess.run([sys.executable, "-I", "-S", __file__, *map(str, command)],
                          stdout=subprocess.PIPE, text=True, check=True)
    found = json.loads(done.stdout)
    if found["status"] != 0:
        raise RuntimeError(f"{command[0]}: expected exit status 0, found {found['status']}")
    return found


def _launch(command):
    import os
    import time

    reading, writing = os.pipe()
    begin = time.perf_counter()
    child = os.posix_spawn(command[0], command, os.environ,
                           file_actions=[(os.POSIX_SPAWN_DUP2, writing, 1),
                                         (os.POSIX_SPAWN_CLOSE, reading)])
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        output = pipe.read()
    _, status, usage = os.wait4(child, 0)
    unit = 1 if sys.platform == "darwin" else 1024
    return {"ms": (time.perf_counter() - begin) * 1e3, "peak_bytes": usage.ru_maxrss * unit,
            "status": os.waitstatus_to_exitcode(status), "output": output.decode()}


if __name__ == "__main__":
    print(json.dumps(_launch(sys.argv[1:])))
