"""What a worker may do: little memory, no core files, no large files, no network, no life after its parent.

The engine dials out for ``SERVICE`` and has no switch against it (pyoxigraph 0.5), so the process that
runs it must have no network: a network namespace of its own, or, where the kernel or the container does not
allow one, a seccomp filter that leaves only AF_UNIX sockets. Linux only; elsewhere ``cut_network`` says
``"none"`` and the pool reports itself as not isolated.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import signal
import socket
import struct
import sys

# linux/prctl.h, linux/sched.h, linux/seccomp.h, linux/filter.h, linux/audit.h
_PR_SET_PDEATHSIG = 1
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_CLONE_NEWUSER = 0x10000000
_CLONE_NEWNET = 0x40000000
_SECCOMP_MODE_FILTER = 2
_RET_ALLOW = 0x7FFF0000
_RET_EPERM = 0x00050000 | 1
_LD_W_ABS = 0x20
_JMP_JEQ_K = 0x15
_JMP_JGE_K = 0x35
_RET_K = 0x06
_X32_SYSCALL_BIT = 0x40000000
_AT_NR, _AT_ARCH, _AT_FIRST_ARGUMENT = 0, 4, 16  # struct seccomp_data, little-endian halves

# audit architecture, socket(2), io_uring_setup(2): the second way to make a socket
_ARCHITECTURES = {"x86_64": (0xC000003E, 41, 425), "aarch64": (0xC00000B7, 198, 425)}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def limit_resources(memory: int, answer: int) -> None:
    """Cap address space and file size (bytes) and forbid core files, for this process and for good."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (answer, answer))
    # Otherwise the kernel kills the writer; ignored, the write fails with EFBIG and we can say why.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when the thread that started it ends; exits if it is gone already."""
    if sys.platform == "linux":
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)


def cut_network() -> str:
    """Take the network away from this process; says how: ``namespace``, ``filter`` or ``none``."""
    if sys.platform != "linux":
        return "none"
    if enter_namespace():
        return "namespace"
    return "filter" if deny_sockets() else "none"


def enter_namespace() -> bool:
    """Leave for a network namespace of our own, in which not even the loopback is up. False where that is refused."""
    libc = _libc()
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    return bool(libc.unshare(_CLONE_NEWNET) == 0 or libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def deny_sockets() -> bool:
    """Install a seccomp filter: ``socket()`` only for AF_UNIX. False where the kernel refuses."""
    known = _ARCHITECTURES.get(platform.machine())
    if known is None:
        return False
    libc = _libc()
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    code = _filter(*known)
    program = _Program(len(code) // 8, code)
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) == 0)


def reaches(port: int) -> bool:
    """Whether a connection to a loopback listener succeeds: the self-test of ``cut_network``."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=0.5):
            return True
    except OSError:
        return False


def _filter(architecture: int, socket_call: int, io_uring_setup: int) -> bytes:
    """Classic BPF. Jumps count the instructions to skip, if true and if false."""
    program = (
        (_LD_W_ABS, 0, 0, _AT_ARCH),
        (_JMP_JEQ_K, 0, 7, architecture),  # a foreign architecture's numbers mean other calls: deny all
        (_LD_W_ABS, 0, 0, _AT_NR),
        (_JMP_JGE_K, 5, 0, _X32_SYSCALL_BIT),
        (_JMP_JEQ_K, 4, 0, io_uring_setup),
        (_JMP_JEQ_K, 0, 2, socket_call),
        (_LD_W_ABS, 0, 0, _AT_FIRST_ARGUMENT),
        (_JMP_JEQ_K, 0, 1, socket.AF_UNIX),
        (_RET_K, 0, 0, _RET_ALLOW),
        (_RET_K, 0, 0, _RET_EPERM),
    )
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
