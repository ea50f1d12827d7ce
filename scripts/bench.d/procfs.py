"""What /proc knows of the machine and its processes."""
import os
import re

TICK = os.sysconf("SC_CLK_TCK")
CORES = os.cpu_count()


def stat_fields(pid):
    """The fields of /proc/PID/stat from the third on (the state)."""
    with open(f"/proc/{pid}/stat") as file:
        return file.read().rpartition(")")[2].split()


def children():
    """The children of each process."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                found.setdefault(int(stat_fields(name)[1]), []).append(int(name))
            except OSError:
                pass
    return found


def descendants(root):
    """All processes below `root`."""
    tree, found, todo = children(), [], [root]
    while todo:
        for child in tree.get(todo.pop(), []):
            found.append(child)
            todo.append(child)
    return found


def busy_seconds():
    """CPU seconds that the machine has used since it was started, without those that were stolen."""
    with open("/proc/stat") as file:
        user, nice, system, _, _, irq, softirq = [int(x) for x in file.readline().split()[1:8]]
    return (user + nice + system + irq + softirq) / TICK


def own_and_reaped_seconds(pid):
    """CPU seconds of a process and of those children of it that have ended."""
    return sum(int(x) for x in stat_fields(pid)[11:15]) / TICK


def proportional_set_size(pids):
    """The memory of processes in MB, pages that they share divided among them."""
    total = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/smaps_rollup") as file:
                total += int(re.search(r"^Pss:\s+(\d+)", file.read(), re.M)[1])
        except (OSError, TypeError):
            pass
    return total / 1024
