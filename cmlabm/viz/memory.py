"""Memory goes back to the system when visitors leave, where glibc manages it.

By default glibc keeps a heap a thread, of which many are left half used, and gives back what is
free at the end of a heap only.
"""

import ctypes
import platform
import threading
import time

M_ARENA_MAX = -8
"""``mallopt``'s number for how many heaps there are at most (malloc.h of glibc)."""

WAITS_S = 10
"""So long after a visitor has left all that was the visitor's is freed."""

_left = threading.Event()


def note_leaving() -> None:
    """Have memory given back in a while, as a visitor leaves."""
    _left.set()


def give_back_when_visitors_leave() -> None:
    """Keep one heap from now on, and give its free pages back after visitors have left."""
    if platform.libc_ver()[0] != "glibc":
        return
    library = ctypes.CDLL(None)
    library.mallopt(M_ARENA_MAX, 1)

    def give_back() -> None:
        while _left.wait():
            _left.clear()
            time.sleep(WAITS_S)
            library.malloc_trim(0)

    threading.Thread(target=give_back, daemon=True).start()
