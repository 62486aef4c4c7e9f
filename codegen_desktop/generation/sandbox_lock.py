"""How a process gives up everything but computing: resource limits, Landlock and a seccomp filter (Linux).

Standard library only: it runs in the sandbox's child. After `lock` a process can read and write the pipes it
already has, use memory up to its limit, ask for the time and for random bytes, and end. Every other system call is
answered with "Operation not permitted": no file, socket, process, thread, signal or program.

Sources: Linux `Documentation/userspace-api/landlock.rst` and `seccomp_filter.rst`, the `asm/unistd_64.h` tables.
"""

import contextlib
import ctypes
import os
import platform
import signal
import struct

NOBODY = 65534
"""The user and group without rights of their own."""

_AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}

ALLOWED: dict[str, dict[str, int]] = {
    "x86_64": {
        "read": 0, "write": 1, "close": 3, "fstat": 5, "poll": 7, "lseek": 8, "mmap": 9, "mprotect": 10, "munmap": 11,
        "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15, "select": 23, "sched_yield": 24,
        "mremap": 25, "madvise": 28, "nanosleep": 35, "getpid": 39, "exit": 60, "gettimeofday": 96, "getuid": 102,
        "getgid": 104, "geteuid": 107, "getegid": 108, "getppid": 110, "sigaltstack": 131, "gettid": 186,
        "time": 201, "futex": 202, "restart_syscall": 219, "clock_gettime": 228, "clock_getres": 229,
        "clock_nanosleep": 230, "exit_group": 231, "pselect6": 270, "ppoll": 271, "getrandom": 318,
    },
    "aarch64": {
        "close": 57, "lseek": 62, "read": 63, "write": 64, "pselect6": 72, "ppoll": 73, "fstat": 80, "exit": 93,
        "exit_group": 94, "futex": 98, "nanosleep": 101, "clock_gettime": 113, "clock_getres": 114,
        "clock_nanosleep": 115, "sched_yield": 124, "restart_syscall": 128, "sigaltstack": 132, "rt_sigaction": 134,
        "rt_sigprocmask": 135, "rt_sigreturn": 139, "gettimeofday": 169, "getpid": 172, "getppid": 173,
        "getuid": 174, "geteuid": 175, "getgid": 176, "getegid": 177, "gettid": 178, "brk": 214, "munmap": 215,
        "mremap": 216, "mmap": 222, "mprotect": 226, "madvise": 233, "getrandom": 278,
    },
}  # fmt: skip
"""What a locked process may still ask the kernel, by machine: the number of each system call."""

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_LANDLOCK_CREATE_RULESET, _LANDLOCK_RESTRICT_SELF = 444, 446


def missing() -> str | None:
    """Why this machine cannot have the lock, as far as that is known without trying; None if it may."""
    import sys

    if sys.platform != "linux":
        return "Locking a process away needs Linux; this is another system."
    if platform.machine() not in ALLOWED:
        return f"The system calls of this processor ({platform.machine()}) are not known to the program."
    return None


def lock(memory: int, seconds: float, parent: int) -> None:
    """Lock this process for good. `memory` in bytes, `seconds` of processor time, `parent` the process it dies with.

    Raises OSError where the kernel refuses the seccomp filter or the limits; nothing may be run then. Landlock is
    a second wall behind the first and is left out where the kernel has none.
    """
    library = ctypes.CDLL(None, use_errno=True)
    _limit(memory, seconds)
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):  # a namespace without other users: the walls below hold for root too
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
    _call(library.prctl, _PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    _call(library.prctl, _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    _landlock(library)
    _seccomp(library)


def _limit(memory: int, seconds: float) -> None:
    import resource

    processor = int(seconds) + 2
    stack = 8 << 20
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, processor),
        (resource.RLIMIT_STACK, stack),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 8),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(what)[1]
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (allowed, allowed))


def _landlock(library: ctypes.CDLL) -> None:
    """Deny every access to files, network ports and other processes that this kernel's Landlock can name."""
    version = library.syscall(_LANDLOCK_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return
    files = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
    ports, scopes = (3 if version >= 4 else 0), (3 if version >= 6 else 0)
    fields = (files, ports, scopes)[: 1 if version < 4 else 2 if version < 6 else 3]
    attribute = struct.pack(f"={len(fields)}Q", *fields)
    ruleset = _call(library.syscall, _LANDLOCK_CREATE_RULESET, attribute, len(attribute), 0)
    _call(library.syscall, _LANDLOCK_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _seccomp(library: ctypes.CDLL) -> None:
    """Install the filter: a Berkeley packet program over the number and the machine of each system call."""
    machine = platform.machine()
    numbers = tuple(ALLOWED[machine].values())
    load, jump_equal, answer = 0x20, 0x15, 0x06
    allow, kill, refuse = 0x7FFF0000, 0x80000000, 0x00050000 | 1  # EPERM
    program = [
        (load, 0, 0, 4),  # the machine
        (jump_equal, 1, 0, _AUDIT_ARCH[machine]),
        (answer, 0, 0, kill),
        (load, 0, 0, 0),  # the number
        *((jump_equal, len(numbers) - place, 0, number) for place, number in enumerate(numbers)),
        (answer, 0, 0, refuse),
        (answer, 0, 0, allow),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in program))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program), ctypes.addressof(code)))
    _call(library.prctl, _PR_SET_SECCOMP, 2, header, 0, 0)


def _call(function: "ctypes._NamedFuncPointer", *arguments: object) -> int:
    result: int = function(*(ctypes.c_ulong(value) if isinstance(value, int) else value for value in arguments))
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
