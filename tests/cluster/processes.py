"""Processes that end with the test, however it ends."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading

from failure import check

PR_SET_PDEATHSIG = 1
# Loaded here: between fork and exec nothing may be imported.
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

TAIL_LINES = 15
SECONDS_TO_END = 8


def dies_with_us():
    """Linux ends the child when we are killed and can end nothing ourselves."""
    if LIBC is not None:
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def free_ports(count):
    """Ports that nobody listens on, held together so that they differ."""
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    found = [one.getsockname()[1] for one in held]
    for one in held:
        one.close()
    return found


class Processes:
    """The processes of one control plane, by name; their output goes to NAME.log in its folder."""

    def __init__(self, folder):
        self.folder = folder
        self.running = {}
        self.is_closed = False
        self.lock = threading.Lock()

    def start(self, name, *command, environment=None):
        with self.lock, open(self.log(name), "ab") as log:
            # Else nobody would end it.
            check(not self.is_closed, f"{name} is to be started when all has ended")
            self.running[name] = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                # A group of its own: an interrupt from the keyboard reaches us first, and we end them in order.
                start_new_session=True,
                preexec_fn=dies_with_us,
                env={**os.environ, **(environment or {})},
            )

    def stop(self, name):
        process = self.running.pop(name, None)
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            process.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def close(self):
        """Last started, first ended; nothing is started any more."""
        with self.lock:
            self.is_closed = True
        for name in reversed(list(self.running)):
            self.stop(name)

    def ended(self):
        """Those that have ended by themselves, which none of them should."""
        return [name for name, process in self.running.items() if process.poll() is not None]

    def log(self, name):
        return self.folder / f"{name}.log"

    def tail(self, name):
        path = self.log(name)
        if not path.exists():
            return f"{name} has written nothing"
        lines = path.read_text(errors="replace").splitlines()[-TAIL_LINES:]
        return "\n".join(line[:400] for line in lines)
