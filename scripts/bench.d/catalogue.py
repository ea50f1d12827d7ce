#!/usr/bin/env python3
"""The programs that can be measured: how each is called, for which tasks, and what pip has to install for it.

    catalogue.py PEERS TASK...    prints the pip packages for these peers (comma separated; empty: the usual ones)
"""
import sys
from dataclasses import dataclass

PYTHON = "{venv}/bin/python {here}/peers/"
OPENSSH = "{here}/peers/openssh.sh {task}"
CURVE = "env BENCH_KEX=curve25519-sha256 "


@dataclass(frozen=True)
class Peer:
    """A program; `command` is split as a shell does it, then {names} in it are filled in (see measurement.py)."""
    command: str
    tasks: str = "ABCD"
    packages: tuple = ()


PEERS = {
    "c-libssh2": Peer("{reference} {task}", "ABCDF"),
    "zdupgrade": Peer("{zdulab} bench {task} --zdupgrade {zdupgrade}", "ABCDEF"),
    "zdupgrade-no-journal": Peer("{zdulab} bench {task} --no_journal", "D"),
    "asyncssh": Peer(PYTHON + "py_asyncssh.py {task}", "ABCDF", ("asyncssh",)),
    "openssh": Peer(OPENSSH, "ABCDF"),
    "openssh-c25519": Peer(CURVE + OPENSSH, "ABCDF"),
    "openssh-aesgcm": Peer("env BENCH_CIPHER=aes128-gcm@openssh.com " + OPENSSH, "ABCDF"),
    "paramiko": Peer(PYTHON + "py_paramiko.py {task}", "ABCDF", ("paramiko",)),
    "paramiko-nodelay": Peer("env BENCH_NODELAY=1 " + PYTHON + "py_paramiko.py {task}", "ABCDF", ("paramiko",)),
    "parallel-ssh": Peer(PYTHON + "py_pssh.py {task}", "ABCD", ("parallel-ssh",)),
    "ansible": Peer("{here}/peers/ansible.sh {task} command", "ABCD", ("ansible-core",)),
    "ansible-c25519": Peer(CURVE + "{here}/peers/ansible.sh {task} command", "ABCD", ("ansible-core",)),
    "ansible-raw": Peer("{here}/peers/ansible.sh {task} raw", "ABCD", ("ansible-core",)),
    "ssh2-python": Peer(PYTHON + "py_ssh2.py {task}", "ABCD", ("ssh2-python",)),
    "ssh2-python-aesctr": Peer(
        "env BENCH_CIPHER=aes128-ctr " + PYTHON + "py_ssh2.py {task}", "ABCD", ("ssh2-python",)),
    "fabric": Peer(PYTHON + "py_fabric.py {task}", "ABCD", ("fabric",)),
    "pyinfra": Peer("{here}/peers/pyinfra.sh {task}", "ABCD", ("pyinfra",)),
}

REFERENCE = "c-libssh2"
USUAL = "c-libssh2,zdupgrade,asyncssh,openssh,openssh-c25519,paramiko,parallel-ssh,ansible"
# Programs that take minutes for a task are left out of it unless they are asked for.
UNUSUAL = {"C": {"ansible"}}


def chosen(task, names=None):
    """The names of the peers for a task: those asked for, or the usual ones, as far as they can do it."""
    if names is not None:
        unknown = [name for name in names if name not in PEERS]
        if unknown:
            raise SystemExit(f"bench: no such peer: {', '.join(unknown)}; there are: {', '.join(PEERS)}")
        return [name for name in names if task in PEERS[name].tasks]
    return [name for name in USUAL.split(",")
            if task in PEERS[name].tasks and name not in UNUSUAL.get(task, ())]


def packages(tasks, names):
    """What pip has to install for the peers of these tasks."""
    return sorted({package for task in tasks if task in "ABCDEF" for name in chosen(task, names)
                   for package in PEERS[name].packages})


if __name__ == "__main__":
    print(" ".join(packages(sys.argv[2:], sys.argv[1].split(",") if sys.argv[1] else None)))
