"""Fabric (paramiko + invoke). ThreadingGroup starts one thread per host."""
from common import *
from fabric import Connection, ThreadingGroup, Config

CFG = Config(overrides={"run": {"hide": True, "in_stream": False, "warn": True}, "load_ssh_configs": False,
                        "timeouts": {"connect": 300}})
KW = dict(user=USER, port=PORT, config=CFG,
          connect_kwargs=dict(key_filename=KEY, look_for_keys=False, allow_agent=False,
                              banner_timeout=300, auth_timeout=300))
if TASK == "A":
    g = ThreadingGroup(*HOSTS, **KW)
    try:
        res = g.run("true")
    except Exception as e:                     # GroupException carries the partial result
        res = getattr(e, "result", {})
        print(repr(e)[:300], file=sys.stderr)
    result(sum(getattr(r, "exited", -1) == 0 for r in res.values()), N)
    g.close()
elif TASK == "B":
    c = Connection(HOSTS[0], **KW)
    c.open()
    chatter(lambda: c.run("true").exited)
elif TASK == "C":
    class Sink:
        n = 0
        def write(self, s): Sink.n += len(s)
        def flush(self): pass
    c = Connection(HOSTS[0], **KW)
    c.open()
    t = time.perf_counter()
    r = c.run(STREAM, hide=False, out_stream=Sink(), encoding="latin-1")
    streamed(r.exited, Sink.n, time.perf_counter() - t)
else:
    g = ThreadingGroup(*HOSTS, **KW)
    rcs = []
    for step in PHASE1:
        rcs += [r.exited for r in g.run(step).values()]
    for c in g:
        for step in PHASE2:
            rcs.append(c.run(step).exited)
    result(sum(rc == 0 for rc in rcs), len(rcs))
    g.close()
