"""Pseudo-terminals: what a program shows, and what a person types into it."""

import errno
import fcntl
import os
import pty
import re
import subprocess
import termios
import threading
import time


class Screen:
    """One pseudo-terminal, read as fast as the program writes."""

    def __init__(self):
        self.ours, self.theirs = pty.openpty()
        self.bytes = b""
        self.thread = threading.Thread(target=self.read, daemon=True)

    def start(self):
        os.close(self.theirs)
        self.thread.start()

    def read(self):
        while True:
            try:
                more = os.read(self.ours, 4096)
            except OSError as error:
                # The other side is closed: Linux says so by an error.
                if error.errno != errno.EIO:
                    raise
                more = b""
            if not more:
                return
            self.bytes += more

    @property
    def text(self):
        return self.bytes.decode().replace("\r\n", "\n")

    def close(self):
        self.thread.join(10)
        os.close(self.ours)


class Person:
    """A program with a terminal of its own, and a person at it; its output and errors go elsewhere.

    Killed when the limit is over.
    """

    def __init__(self, command, environment, limit=60):
        self.screen = Screen()
        self.before = termios.tcgetattr(self.screen.theirs)
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
            text=True,
            start_new_session=True,
            # The terminal of the new session: what /dev/tty is.
            preexec_fn=lambda: fcntl.ioctl(self.screen.theirs, termios.TIOCSCTTY, 0),
            pass_fds=[self.screen.theirs],
        )
        self.killer = threading.Timer(limit, self.process.kill)
        self.killer.start()
        self.screen.thread.start()

    def settings(self):
        """Those of the terminal, which stays open here."""
        return termios.tcgetattr(self.screen.theirs)

    def wait_for(self, pattern):
        while not (found := re.search(pattern, self.screen.text)):
            assert self.process.poll() is None, f"it ended without {pattern}: {self.process.communicate()}"
            time.sleep(0.01)
        return found

    def type(self, keys):
        os.write(self.screen.ours, keys.encode())

    def end(self):
        """Exit code, output and errors; what was on the screen is in `shown`, the last settings in `after`."""
        output, errors = self.process.communicate()
        self.killer.cancel()
        self.after = self.settings()
        os.close(self.screen.theirs)
        self.screen.close()
        self.shown = self.screen.text
        return self.process.returncode, output, errors
