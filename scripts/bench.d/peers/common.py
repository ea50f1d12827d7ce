"""Shared by the Python peers: settings from the environment, the RESULT line, the commands of task D."""
import os
import sys
import time

FARM = os.environ["FARM"]
PORT = int(os.environ["FARM_PORT"])
USER = os.environ["FARM_USER"]
KEY = os.path.join(FARM, "id_ed25519")
KNOWN = os.path.join(FARM, "known_hosts")
TASK = sys.argv[1]
N = {"B": 1, "C": 1, "D": 3}.get(TASK) or int(os.environ.get("BENCH_N", "10"))
COUNT = int(os.environ.get("BENCH_COUNT", "200"))
BYTES = int(os.environ.get("BENCH_BYTES", str(1 << 30)))
HOSTS = open(os.path.join(FARM, "hosts")).read().split()[:N]
STREAM = f"head -c {BYTES} /dev/zero"
# D: steps 1-8 on all hosts (barrier after each step), then 16 steps host by host.
PHASE1 = ["true" if i % 2 == 0 else "echo step" for i in range(8)]
PHASE2 = ["true" if i % 2 == 0 else "echo step" for i in range(16)]


def result(ok, total, **extra):
    print("RESULT", f"ok={ok}", f"total={total}", *(f"{k}={v}" for k, v in extra.items()), flush=True)


def chatter(run_one):
    """B: COUNT sequential commands; run_one() returns the exit code."""
    lat, ok = [], 0
    for _ in range(COUNT):
        t = time.perf_counter()
        ok += run_one() == 0
        lat.append((time.perf_counter() - t) * 1e3)
    result(ok, COUNT, **latency(lat))


def latency(lat):
    s = sorted(lat)
    return dict(p50_ms=f"{s[len(s) // 2]:.3f}", p90_ms=f"{s[len(s) * 9 // 10]:.3f}", mean_ms=f"{sum(s) / len(s):.3f}")


def printed(rcs_and_counts):
    """F: exit code and bytes of each host."""
    all_of_them = list(rcs_and_counts)
    good = sum(rc == 0 and got == BYTES for rc, got in all_of_them)
    result(good, len(all_of_them), bytes=sum(got for _, got in all_of_them))


def streamed(rc, got, seconds, **extra):
    result(int(rc == 0 and got == BYTES), 1, bytes=got, seconds=f"{seconds:.3f}", **extra)
