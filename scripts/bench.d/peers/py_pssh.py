"""parallel-ssh (gevent over ssh2-python). It has no host key check."""
from common import *
from pssh.clients import ParallelSSHClient, SSHClient

OPTS = dict(user=USER, pkey=KEY, port=PORT, allow_agent=False, identity_auth=False, timeout=None, num_retries=1)


def finish(client, out):
    for _ in out.stdout:         # exit_code is None while output is unread
        pass
    client.wait_finished(out)
    return out.exit_code


def rc_of(client, cmd):
    return finish(client, client.run_command(cmd))


if TASK == "A":
    c = ParallelSSHClient(HOSTS, pool_size=N, **OPTS)
    out = c.run_command("true", stop_on_errors=False)
    c.join(out)
    for o in out:
        if o.exception:
            print(o.host, repr(o.exception), file=sys.stderr)
    result(sum(o.exit_code == 0 for o in out), N)
elif TASK == "B":
    c = SSHClient(HOSTS[0], **OPTS)
    chatter(lambda: rc_of(c, "true"))
elif TASK == "C":
    c = SSHClient(HOSTS[0], **OPTS)
    t = time.perf_counter()
    out = c.run_command(STREAM)
    got = 0
    # the reader task fills a buffer; take it chunk by chunk (its line reader would
    # look for newlines in one endless line)
    for chunk in out.buffers.stdout.rw_buffer:
        got += len(chunk)
    c.wait_finished(out)
    streamed(out.exit_code, got, time.perf_counter() - t)
else:
    cs = [None] * 3
    from gevent.pool import Pool
    cs = Pool(3).map(lambda h: SSHClient(h, **OPTS), HOSTS)
    rcs = []
    for step in PHASE1:
        outs = [(c, c.run_command(step)) for c in cs]
        for c, o in outs:
            rcs.append(finish(c, o))
    for c in cs:
        for step in PHASE2:
            rcs.append(rc_of(c, step))
    result(sum(rc == 0 for rc in rcs), len(rcs))
