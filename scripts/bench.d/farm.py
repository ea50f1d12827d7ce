"""The hosts that are measured on: a folder made by sshfarm, and what its sshd saw."""
import os
import re
import time

import procfs


class Farm:
    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        self.port = self._read("port").strip()
        self.user = self._read("user").strip()
        self.hosts = self._read("hosts").split()
        self.pids = [int(x) for x in self._read("sshd.pids").split()]

    def _read(self, name):
        with open(os.path.join(self.folder, name)) as file:
            return file.read()

    def cpu(self):
        """CPU seconds of all sessions that have ended, and of what they ran: the listeners are their parents."""
        return sum(procfs.own_and_reaped_seconds(pid) for pid in self.pids)

    def settle(self, limit=20):
        """Waits, at most `limit` seconds, until no session is left."""
        end = time.time() + limit
        while time.time() < end:
            tree = procfs.children()
            if not any(tree.get(pid) for pid in self.pids):
                return
            time.sleep(0.05)

    def log_size(self):
        return os.path.getsize(f"{self.folder}/sshd.log")

    def seen(self, position):
        """The number of sessions started, and of hosts connected to, since `position` of the log.

        Source ports repeat between hosts, so sessions cannot be tied to hosts: both are counted.
        """
        with open(f"{self.folder}/sshd.log", errors="replace") as file:
            file.seek(position)
            text = file.read()
        sessions = re.findall(r"^Starting session: ", text, re.M)
        hosts = set(re.findall(r"^Connection from \S+ port \d+ on (\S+) port", text, re.M))
        return len(sessions), len(hosts)
