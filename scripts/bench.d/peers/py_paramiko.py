"""paramiko, one client per host, thread pool. BENCH_NODELAY=1: hand it a TCP_NODELAY socket."""
from common import *
import socket
from concurrent.futures import ThreadPoolExecutor
import paramiko

_keys = paramiko.HostKeys(KNOWN)
_pkey = paramiko.Ed25519Key.from_private_key_file(KEY)


def connect(host):
    c = paramiko.SSHClient()
    c._host_keys = _keys                     # parsed once, shared
    c.set_missing_host_key_policy(paramiko.RejectPolicy())
    sock = None
    if os.environ.get("BENCH_NODELAY"):
        sock = socket.create_connection((host, PORT), timeout=300)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    c.connect(host, PORT, USER, pkey=_pkey, look_for_keys=False, allow_agent=False,
              timeout=300, banner_timeout=300, auth_timeout=300, channel_timeout=300, sock=sock)
    return c


def run(c, cmd):
    ch = c.get_transport().open_session()
    ch.exec_command(cmd)
    while ch.recv(65536):
        pass
    rc = ch.recv_exit_status()
    ch.close()
    return rc


def read_all(c, **kw):
    """Exit code and number of bytes of a command that prints BYTES."""
    ch = c.get_transport().open_session(**kw)
    ch.exec_command(STREAM)
    got = 0
    while d := ch.recv(1 << 20):
        got += len(d)
    return ch.recv_exit_status(), got


def fan(host):
    try:
        c = connect(host)
        rc = run(c, "true")
        c.close()
        return rc
    except Exception as e:
        print(host, repr(e), file=sys.stderr)
        return -1


if TASK == "A":
    with ThreadPoolExecutor(N) as ex:
        result(sum(rc == 0 for rc in ex.map(fan, HOSTS)), N)
elif TASK == "B":
    c = connect(HOSTS[0])
    chatter(lambda: run(c, "true"))
elif TASK == "C":
    c = connect(HOSTS[0])
    t = time.perf_counter()
    rc, got = read_all(c, window_size=1 << 26, max_packet_size=1 << 15)
    streamed(rc, got, time.perf_counter() - t, cipher=c.get_transport().remote_cipher)
elif TASK == "F":
    with ThreadPoolExecutor(N) as ex:
        cs = list(ex.map(connect, HOSTS))
        printed(ex.map(read_all, cs))
    for c in cs:
        c.close()
else:
    with ThreadPoolExecutor(3) as ex:
        cs = list(ex.map(connect, HOSTS))
        rcs = []
        for step in PHASE1:
            rcs += ex.map(lambda c: run(c, step), cs)
    for c in cs:
        for step in PHASE2:
            rcs.append(run(c, step))
    result(sum(rc == 0 for rc in rcs), len(rcs))
    for c in cs:
        c.close()
