"""ssh2-python (libssh2 binding), one blocking session per thread. BENCH_CIPHER: other than the default."""
from common import *
import socket
from concurrent.futures import ThreadPoolExecutor
from ssh2.session import (Session, LIBSSH2_METHOD_CRYPT_CS, LIBSSH2_METHOD_CRYPT_SC)
from ssh2.knownhost import LIBSSH2_KNOWNHOST_TYPE_PLAIN, LIBSSH2_KNOWNHOST_KEYENC_RAW

_kh_session = Session()
_known = _kh_session.knownhost_init()
_known.readfile(KNOWN)


def connect(host):
    sock = socket.create_connection((host, PORT), timeout=120)
    sock.settimeout(None)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    s = Session()
    if os.environ.get("BENCH_CIPHER"):
        for m in (LIBSSH2_METHOD_CRYPT_CS, LIBSSH2_METHOD_CRYPT_SC):
            s.method_pref(m, os.environ["BENCH_CIPHER"].encode())
    s.handshake(sock)
    key, _ = s.hostkey()
    _known.checkp(host.encode(), PORT, key, LIBSSH2_KNOWNHOST_TYPE_PLAIN | LIBSSH2_KNOWNHOST_KEYENC_RAW)
    s.userauth_publickey_fromfile(USER, KEY)
    return s, sock


def run(s, cmd):
    ch = s.open_session()
    ch.execute(cmd)
    total = 0
    while True:
        n, data = ch.read(65536)
        if n <= 0:
            break
        total += n
    ch.close()
    ch.wait_closed()
    return ch.get_exit_status(), total


def fan(host):
    try:
        s, sock = connect(host)
        rc = run(s, "true")[0]
        s.disconnect()
        del s            # libssh2_session_free sets the descriptor's blocking mode back: before close(), or it hits a reused number
        sock.close()
        return rc
    except Exception as e:
        print(host, repr(e), file=sys.stderr)
        return -1


if TASK == "A":
    with ThreadPoolExecutor(N) as ex:
        result(sum(rc == 0 for rc in ex.map(fan, HOSTS)), N)
elif TASK == "B":
    s, sock = connect(HOSTS[0])
    chatter(lambda: run(s, "true")[0])
elif TASK == "C":
    s, sock = connect(HOSTS[0])
    t = time.perf_counter()
    rc, got = run(s, STREAM)
    streamed(rc, got, time.perf_counter() - t, cipher=s.methods(LIBSSH2_METHOD_CRYPT_SC))
else:
    with ThreadPoolExecutor(3) as ex:
        conns = list(ex.map(connect, HOSTS))
        rcs = []
        for step in PHASE1:
            rcs += ex.map(lambda c: run(c[0], step)[0], conns)
    for c in conns:
        for step in PHASE2:
            rcs.append(run(c[0], step)[0])
    result(sum(rc == 0 for rc in rcs), len(rcs))
