"""Runs one program once, measures it, and judges whether it did the work."""
import ctypes
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
import threading
import time

import procfs

HERE = os.path.dirname(os.path.abspath(__file__))
GNU_TIME = "/usr/bin/time"
KILLED_AFTER = 15       # seconds that a program has to clean up when the measurement is interrupted


def become_subreaper():
    """From now on daemons that a program leaves (ControlPersist masters) are children of ours, and are counted."""
    ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)     # PR_SET_CHILD_SUBREAPER


def end_all():
    """Ends every process that is left below this one."""
    end = time.time() + KILLED_AFTER
    number = signal.SIGTERM
    while left := procfs.descendants(os.getpid()):
        for pid in left:
            try:
                os.kill(pid, number)
            except OSError:
                pass
        # Each is told to end once, and what does not do so in time is killed.
        number = 0 if time.time() < end else signal.SIGKILL
        time.sleep(0.05)
        _reap()


def _reap():
    """Buries all children that have ended; gives their CPU seconds and the largest memory in KB."""
    cpu, largest = 0.0, 0
    while True:
        try:
            pid, _, usage = os.wait4(-1, os.WNOHANG)
        except ChildProcessError:
            return cpu, largest
        if not pid:
            return cpu, largest
        cpu, largest = cpu + usage.ru_utime + usage.ru_stime, max(largest, usage.ru_maxrss)


def _end_daemons():
    """Ends what a program has left running, within 10 s; gives CPU seconds and memory as `_reap` does."""
    cpu, largest = 0.0, 0
    end = time.time() + 10
    while time.time() < end:
        left = procfs.children().get(os.getpid(), [])
        if not left:
            break
        for pid in left:
            try:
                os.kill(pid, signal.SIGTERM)
            except OSError:
                pass
        time.sleep(0.02)
        more, size = _reap()
        cpu, largest = cpu + more, max(largest, size)
    return cpu, largest


def wait_until_quiet(limit, share=0.12):
    """Waits, at most `limit` seconds, until the machine is nearly idle."""
    end = time.time() + limit
    while time.time() < end:
        busy, began = procfs.busy_seconds(), time.time()
        time.sleep(0.4)
        if (procfs.busy_seconds() - busy) / (time.time() - began) / procfs.CORES <= share:
            return


class Watch(threading.Thread):
    """Kills the program when its time is up; samples the memory of the whole tree where that is wanted."""

    def __init__(self, pid, timeout, samples_memory):
        super().__init__(daemon=True)
        self.pid, self.timeout, self.samples_memory = pid, timeout, samples_memory
        self.is_late, self.peak, self.ended = False, 0.0, threading.Event()

    def run(self):
        end = time.time() + self.timeout
        while not self.ended.wait(0.1 if self.samples_memory else 1):
            tree = [self.pid] + procfs.descendants(self.pid)
            if self.samples_memory:
                self.peak = max(self.peak, procfs.proportional_set_size(tree))
            if time.time() > end:
                self.is_late = True
                for pid in tree:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except OSError:
                        pass


def _command(template, farm, settings, folder):
    names = dict(
        task=settings.task, n=settings.n, count=settings.count, bytes=settings.bytes, farm=farm.folder,
        port=farm.port, user=farm.user, hosts=f"{farm.folder}/hosts", hostlist=",".join(farm.hosts[:settings.n]),
        key=f"{farm.folder}/id_ed25519", known_hosts=f"{farm.folder}/known_hosts",
        ssh_config=f"{farm.folder}/ssh_config", tmp=folder, here=HERE, venv=settings.venv,
        reference=settings.reference, zdulab=settings.zdulab, zdupgrade=settings.zdupgrade)
    for name, value in names.items():
        template = template.replace("{%s}" % name, shlex.quote(str(value)))
    return shlex.split(template)


def _environment(farm, settings, folder):
    environment = dict(
        os.environ, FARM=farm.folder, FARM_PORT=farm.port, FARM_USER=farm.user, BENCH_TASK=settings.task,
        BENCH_N=str(settings.n), BENCH_COUNT=str(settings.count), BENCH_BYTES=str(settings.bytes), BENCH_TMP=folder,
        TMPDIR=folder, PEERS=settings.venv)
    environment.pop("SSH_AUTH_SOCK", None)
    return environment


def _figures(text):
    """The last RESULT line as names and values."""
    figures = {}
    for line in text.splitlines():
        if line.startswith("RESULT "):
            figures = dict(word.split("=", 1) for word in line.split()[1:] if "=" in word)
    return figures


def _number(figures, name):
    try:
        return int(figures.get(name, 0))
    except ValueError:
        return 0


def complaint(settings, code, is_late, figures, sessions, hosts):
    """Why a run does not count; empty where it does. The program counts its exit codes, sshd what it was asked for."""
    good, total = _number(figures, "ok"), _number(figures, "total")
    n = settings.n
    wanted = {"A": n, "B": settings.count, "C": 1, "D": 72, "F": n}.get(settings.task, total)
    hosts_wanted = {"A": n, "B": 1, "C": 1, "D": 3, "F": n}.get(settings.task, 0)
    bytes_wanted = {"C": settings.bytes, "F": n * settings.bytes}.get(settings.task, 0)
    if is_late:
        return f"killed after {settings.timeout:.0f} s"
    if code != 0:
        return f"exit code {code}"
    if total != wanted or total == 0:
        return f"did {total} commands of {wanted}"
    if good != total:
        return f"{good} of {total} commands were good"
    if _number(figures, "bytes") < bytes_wanted:
        return f"read {_number(figures, 'bytes')} bytes of {bytes_wanted}"
    if hosts != hosts_wanted and settings.task in "AF" or hosts < hosts_wanted:
        return f"sshd saw connections to {hosts} of {hosts_wanted} hosts"
    if sessions < hosts_wanted:
        return f"sshd saw {sessions} sessions on {hosts_wanted} hosts"
    return ""


def measure(farm, name, template, settings, samples_memory):
    """One run of a program, as a dictionary that can be written as JSON."""
    folder = tempfile.mkdtemp(prefix="b.", dir=farm.folder)
    wait_until_quiet(settings.quiet)
    sshd_before, position = farm.cpu(), farm.log_size()
    command = _command(template, farm, settings, folder)
    # GNU time stands in between: the largest memory of a direct child includes this program's own at the fork.
    if os.path.exists(GNU_TIME):
        command = [GNU_TIME, "-q", "-f", "%M", "-o", f"{folder}/rss"] + command
    with open(f"{folder}/stdout", "w") as out, open(f"{folder}/stderr", "w") as errors:
        busy_before, began = procfs.busy_seconds(), time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=errors,
            env=_environment(farm, settings, folder), start_new_session=True)
    watch = Watch(process.pid, settings.timeout, samples_memory)
    watch.start()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    busy = procfs.busy_seconds() - busy_before
    process.returncode = os.waitstatus_to_exitcode(status)
    watch.ended.set()
    watch.join()
    largest = _text(f"{folder}/rss").split()
    daemons_cpu, daemons_largest = _end_daemons()
    farm.settle()
    cpu = usage.ru_utime + usage.ru_stime + daemons_cpu
    sshd_cpu = farm.cpu() - sshd_before
    sessions, hosts = farm.seen(position)
    figures = _figures(_text(f"{folder}/stdout"))
    errors = _text(f"{folder}/stderr")[-400:]
    shutil.rmtree(folder, ignore_errors=True)
    return dict(
        peer=name, task=settings.task, n=settings.n, wall=wall, cpu=cpu, sshd_cpu=sshd_cpu,
        rss_mb=max(int(largest[-1]) if largest else usage.ru_maxrss, daemons_largest) / 1024, tree_mb=watch.peak,
        good=_number(figures, "ok"), total=_number(figures, "total"), figures=figures, sessions=sessions, hosts=hosts,
        complaint=complaint(settings, process.returncode, watch.is_late, figures, sessions, hosts),
        is_late=watch.is_late, busy=busy / (wall * procfs.CORES),
        other=max(0.0, busy - cpu - sshd_cpu) / (wall * procfs.CORES), errors=errors)


def _text(path):
    try:
        with open(path, errors="replace") as file:
            return file.read()
    except OSError:
        return ""
