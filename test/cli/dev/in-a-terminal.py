"""Runs a command in a terminal of its own: what comes on stdin is typed there, what shows there goes to stdout.

Killed, it leaves the terminal closed, as closing a window does. Ends with the command's exit code.
"""
import os
import pty
import select
import signal
import sys

child, terminal = pty.fork()
if child == 0:
    # The terminal belongs to its first process and is closed with it: a shell, which a Ctrl-C does not end.
    command = os.fork()
    if command == 0:
        os.execvp(sys.argv[1], sys.argv[1:])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _, status = os.waitpid(command, 0)
    os._exit(os.waitstatus_to_exitcode(status) % 256)

watched = [terminal, 0]
while True:
    ready, _, _ = select.select(watched, [], [])
    if 0 in ready:
        typed = os.read(0, 1024)
        if typed:
            os.write(terminal, typed)
        else:
            watched.remove(0)
    if terminal in ready:
        try:
            shown = os.read(terminal, 65536)
        except OSError:
            break
        if not shown:
            break
        os.write(1, shown)

_, status = os.waitpid(child, 0)
sys.exit(os.waitstatus_to_exitcode(status) % 256)
