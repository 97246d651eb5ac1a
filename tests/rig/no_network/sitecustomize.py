"""Forbids the network to every Python process that finds this folder on its path, and keeps what was tried.

Each process writes a line when it begins, and one for each attempt to reach anything but this machine.
"""

import os
import sys

_LOG = os.environ["NO_NETWORK_LOG"]
_WITH_HOST = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_WITH_ADDRESS = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getnameinfo"}


def _note(line):
    file = os.open(_LOG, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(file, (line + "\n").encode())
    os.close(file)


def _stays_here(host):
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    return host in (None, "", "localhost", "::1") or str(host).startswith("127.")


def _audit(event, arguments):
    if event in _WITH_HOST:
        host = arguments[0]
    elif event in _WITH_ADDRESS:
        address = arguments[-1]
        if address is None or isinstance(address, (str, bytes)):
            return  # connected already, or a Unix socket
        host = address[0]
    else:
        return
    if not _stays_here(host):
        _note(f"tried {event} {host!r} in {' '.join(sys.orig_argv)[:200]!r}")
        raise OSError(f"{event} {host!r}: the network is forbidden in this test")


_note(f"armed {' '.join(sys.orig_argv)!r}")
sys.addaudithook(_audit)
