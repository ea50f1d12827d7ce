"""asyncssh, one event loop."""
from common import *
import asyncio
import asyncssh

_known = asyncssh.read_known_hosts(KNOWN)
_key = asyncssh.read_private_key(KEY)
OPTS = dict(port=PORT, username=USER, client_keys=[_key], known_hosts=_known, config=None,
            agent_path=None, login_timeout=300, connect_timeout=300)


async def rc_of(c, cmd):
    return (await c.run(cmd)).exit_status


async def fan(host):
    try:
        async with asyncssh.connect(host, **OPTS) as c:
            return await rc_of(c, "true")
    except Exception as e:
        print(host, repr(e), file=sys.stderr)
        return -1


async def read_all(c, **kw):
    """Exit code and number of bytes of a command that prints BYTES."""
    p = await c.create_process(STREAM, encoding=None, **kw)
    got = 0
    while d := await p.stdout.read(1 << 20):
        got += len(d)
    await p.wait()
    return p.exit_status, got


async def main():
    if TASK == "A":
        rcs = await asyncio.gather(*(fan(h) for h in HOSTS))
        result(sum(rc == 0 for rc in rcs), N)
    elif TASK == "B":
        async with asyncssh.connect(HOSTS[0], **OPTS) as c:
            lat, ok = [], 0
            for _ in range(COUNT):
                t = time.perf_counter()
                ok += await rc_of(c, "true") == 0
                lat.append((time.perf_counter() - t) * 1e3)
            result(ok, COUNT, **latency(lat))
    elif TASK == "C":
        async with asyncssh.connect(HOSTS[0], **OPTS) as c:
            t = time.perf_counter()
            rc, got = await read_all(c, window=1 << 26, max_pktsize=1 << 17)
            streamed(rc, got, time.perf_counter() - t, cipher=c.get_extra_info("recv_cipher"))
    elif TASK == "F":
        cs = await asyncio.gather(*(asyncssh.connect(h, **OPTS) for h in HOSTS))
        printed(await asyncio.gather(*(read_all(c) for c in cs)))
        for c in cs:
            c.close()
    else:
        cs = await asyncio.gather(*(asyncssh.connect(h, **OPTS) for h in HOSTS))
        rcs = []
        for step in PHASE1:
            rcs += await asyncio.gather(*(rc_of(c, step) for c in cs))
        for c in cs:
            for step in PHASE2:
                rcs.append(await rc_of(c, step))
        result(sum(rc == 0 for rc in rcs), len(rcs))
        for c in cs:
            c.close()


asyncio.run(main())
