/* The reference: the smallest client on libssh2 that does the tasks A, B, C, D and F; one thread, non-blocking, poll.
 *
 *   libssh2_min TASK          settings from the environment, see ../README.md; it prints the RESULT line
 *   build: gcc -O2 -o libssh2_min libssh2_min.c -lssh2
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <libssh2.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum state { CONNECT, HANDSHAKE, HOSTKEY, AUTH, IDLE, OPEN, EXEC, READ, CLOSE, WAITC, FREE_, BYE, DONE, FAIL };

struct conn {
    int fd;
    char ip[64];
    LIBSSH2_SESSION *s;
    LIBSSH2_CHANNEL *ch;
    enum state st;
    int rc;                 /* exit status of the last command */
    const char *cmd;
    int once;               /* disconnect after the command */
    long long bytes;
};

static char key[4096], pub[4096], known[4096];
static const char *user;
static int port;
static LIBSSH2_KNOWNHOSTS *kh;      /* one parse for all */
static char buf[256 * 1024];

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec + t.tv_nsec / 1e9; }
static long env(const char *n, long d) { const char *v = getenv(n); return v && *v ? atol(v) : d; }

static int start(struct conn *c)
{
    struct sockaddr_in a = { .sin_family = AF_INET, .sin_port = htons(port) };
    int one = 1;
    inet_pton(AF_INET, c->ip, &a.sin_addr);
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (c->fd < 0) return -1;
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(c->fd, (struct sockaddr *)&a, sizeof a) && errno != EINPROGRESS) return -1;
    c->s = libssh2_session_init();
    libssh2_session_set_blocking(c->s, 0);
    const char *ciph = getenv("BENCH_CIPHER");
    if (ciph && *ciph) {
        libssh2_session_method_pref(c->s, LIBSSH2_METHOD_CRYPT_CS, ciph);
        libssh2_session_method_pref(c->s, LIBSSH2_METHOD_CRYPT_SC, ciph);
    }
    libssh2_session_method_pref(c->s, LIBSSH2_METHOD_HOSTKEY, "ssh-ed25519");
    c->st = CONNECT;
    return 0;
}

/* Drive one connection as far as it goes without blocking. */
static void drive(struct conn *c)
{
    int r;
    for (;;) {
        switch (c->st) {
        case CONNECT: {
            int e = 0; socklen_t l = sizeof e;
            struct pollfd p = { c->fd, POLLOUT, 0 };
            if (poll(&p, 1, 0) == 0) return;
            getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &e, &l);
            c->st = e ? FAIL : HANDSHAKE; break; }
        case HANDSHAKE:
            r = libssh2_session_handshake(c->s, c->fd);
            if (r == LIBSSH2_ERROR_EAGAIN) return;
            c->st = r ? FAIL : HOSTKEY; break;
        case HOSTKEY: {
            size_t n; int t;
            const char *k = libssh2_session_hostkey(c->s, &n, &t);
            r = libssh2_knownhost_checkp(kh, c->ip, port, k, n,
                    LIBSSH2_KNOWNHOST_TYPE_PLAIN | LIBSSH2_KNOWNHOST_KEYENC_RAW, NULL);
            c->st = r == LIBSSH2_KNOWNHOST_CHECK_MATCH ? AUTH : FAIL; break; }
        case AUTH:
            r = libssh2_userauth_publickey_fromfile(c->s, user, pub, key, "");
            if (r == LIBSSH2_ERROR_EAGAIN) return;
            c->st = r ? FAIL : c->cmd ? OPEN : IDLE; break;
        case IDLE:
            if (!c->cmd) return;
            c->st = OPEN; break;
        case OPEN:
            c->ch = libssh2_channel_open_session(c->s);
            if (!c->ch) { if (libssh2_session_last_errno(c->s) == LIBSSH2_ERROR_EAGAIN) return; c->st = FAIL; break; }
            c->st = EXEC; break;
        case EXEC:
            r = libssh2_channel_exec(c->ch, c->cmd);
            if (r == LIBSSH2_ERROR_EAGAIN) return;
            c->st = r ? FAIL : READ; break;
        case READ: {
            ssize_t n = libssh2_channel_read(c->ch, buf, sizeof buf);
            if (n == LIBSSH2_ERROR_EAGAIN) return;
            if (n > 0) { c->bytes += n; break; }
            c->st = n < 0 ? FAIL : CLOSE; break; }
        case CLOSE:
            r = libssh2_channel_close(c->ch);
            if (r == LIBSSH2_ERROR_EAGAIN) return;
            c->st = r ? FAIL : WAITC; break;
        case WAITC:
            r = libssh2_channel_wait_closed(c->ch);
            if (r == LIBSSH2_ERROR_EAGAIN) return;
            c->rc = r ? -1 : libssh2_channel_get_exit_status(c->ch);
            c->st = FREE_; break;
        case FREE_:
            r = libssh2_channel_free(c->ch);
            if (r == LIBSSH2_ERROR_EAGAIN) return;
            c->ch = NULL; c->cmd = NULL;
            c->st = c->once ? BYE : IDLE;
            if (!c->once) return;
            break;
        case BYE:
            r = libssh2_session_disconnect(c->s, "bye");
            if (r == LIBSSH2_ERROR_EAGAIN) return;
            libssh2_session_free(c->s); close(c->fd); c->s = NULL; c->fd = -1;
            c->st = DONE; break;
        case FAIL: {
            char *m = NULL;
            if (c->s) libssh2_session_last_error(c->s, &m, NULL, 0);
            fprintf(stderr, "%s: failed: %s\n", c->ip, m ? m : "?");
            if (c->fd >= 0) { close(c->fd); c->fd = -1; }
            c->cmd = NULL; c->rc = -1; c->st = DONE; break; }
        case DONE: return;
        }
    }
}

static int busy(struct conn *c) { return c->st != DONE && !(c->st == IDLE && !c->cmd); }

/* Run until every connection is idle or done. */
static void pump(struct conn *c, int n)
{
    struct pollfd *p = calloc(n, sizeof *p);
    int *ix = malloc(n * sizeof *ix);
    for (int i = 0; i < n; i++) drive(&c[i]);
    for (;;) {
        int m = 0;
        for (int i = 0; i < n; i++) {
            if (!busy(&c[i])) continue;
            short ev = POLLIN;
            if (c[i].st == CONNECT) ev = POLLOUT;
            else {
                int d = libssh2_session_block_directions(c[i].s);
                ev = (d & LIBSSH2_SESSION_BLOCK_OUTBOUND ? POLLOUT : 0) | (d & LIBSSH2_SESSION_BLOCK_INBOUND ? POLLIN : 0);
                if (!ev) ev = POLLIN;
            }
            p[m] = (struct pollfd){ c[i].fd, ev, 0 }; ix[m++] = i;
        }
        if (!m) break;
        if (poll(p, m, 120000) <= 0) { fprintf(stderr, "poll timeout\n"); break; }
        for (int i = 0; i < m; i++) if (p[i].revents) drive(&c[ix[i]]);
    }
    free(p); free(ix);
}

static int cmp(const void *a, const void *b) { double x = *(double *)a, y = *(double *)b; return x < y ? -1 : x > y; }

int main(int argc, char **argv)
{
    const char *farm = getenv("FARM"), task = argc > 1 ? argv[1][0] : 'A';
    char path[4096];
    if (!farm) return 2;
    snprintf(key, sizeof key, "%s/id_ed25519", farm);
    snprintf(pub, sizeof pub, "%s/id_ed25519.pub", farm);
    snprintf(known, sizeof known, "%s/known_hosts", farm);
    port = (int)env("FARM_PORT", 22);
    user = getenv("FARM_USER");
    if (!user) return 2;
    int n = task == 'A' || task == 'F' ? (int)env("BENCH_N", 10) : task == 'D' ? 3 : 1;
    struct conn *c = calloc(n, sizeof *c);
    snprintf(path, sizeof path, "%s/hosts", farm);
    FILE *f = fopen(path, "r");
    for (int i = 0; i < n; i++) if (!f || fscanf(f, "%63s", c[i].ip) != 1) return 2;
    fclose(f);
    libssh2_init(0);
    LIBSSH2_SESSION *s0 = libssh2_session_init();
    kh = libssh2_knownhost_init(s0);
    if (libssh2_knownhost_readfile(kh, known, LIBSSH2_KNOWNHOST_FILE_OPENSSH) < 0) return 2;
    long ok = 0, total = 0;
    for (int i = 0; i < n; i++) { if (task == 'A') { c[i].cmd = "true"; c[i].once = 1; } c[i].rc = -1; if (start(&c[i])) c[i].st = FAIL; }
    pump(c, n);
    if (task == 'A') {
        total = n;
        for (int i = 0; i < n; i++) ok += c[i].rc == 0;
        printf("RESULT ok=%ld total=%ld\n", ok, total);
    } else if (task == 'B') {
        long k = env("BENCH_COUNT", 200); double *lat = malloc(k * sizeof *lat), t0 = now(), sum;
        for (long i = 0; i < k; i++) { double t = now(); c[0].cmd = "true"; c[0].rc = -1; pump(c, 1); ok += c[0].rc == 0; lat[i] = (now() - t) * 1e3; }
        sum = now() - t0; qsort(lat, k, sizeof *lat, cmp);
        printf("RESULT ok=%ld total=%ld p50_ms=%.3f p90_ms=%.3f mean_ms=%.3f\n", ok, k, lat[k / 2], lat[k * 9 / 10], sum * 1e3 / k);
    } else if (task == 'C') {
        long long b = env("BENCH_BYTES", 1073741824L); char cmd[64];
        snprintf(cmd, sizeof cmd, "head -c %lld /dev/zero", b);
        double t = now(); c[0].cmd = cmd; pump(c, 1); t = now() - t;
        printf("RESULT ok=%d total=1 bytes=%lld seconds=%.3f cipher=%s\n", c[0].rc == 0 && c[0].bytes == b, c[0].bytes, t,
               libssh2_session_methods(c[0].s, LIBSSH2_METHOD_CRYPT_SC));
    } else if (task == 'F') {
        long long b = env("BENCH_BYTES", 102400), sum = 0; char cmd[64];
        snprintf(cmd, sizeof cmd, "head -c %lld /dev/zero", b);
        for (int i = 0; i < n; i++) { c[i].cmd = cmd; c[i].rc = -1; }
        pump(c, n);
        for (int i = 0; i < n; i++) { total++; sum += c[i].bytes; ok += c[i].rc == 0 && c[i].bytes == b; }
        printf("RESULT ok=%ld total=%ld bytes=%lld\n", ok, total, sum);
    } else {
        for (int s = 0; s < 8; s++) {
            for (int i = 0; i < n; i++) { c[i].cmd = s % 2 ? "echo step" : "true"; c[i].rc = -1; }
            pump(c, n);
            for (int i = 0; i < n; i++) { total++; ok += c[i].rc == 0; }
        }
        for (int i = 0; i < n; i++) for (int s = 0; s < 16; s++) {
            c[i].cmd = s % 2 ? "echo step" : "true"; c[i].rc = -1; pump(&c[i], 1); total++; ok += c[i].rc == 0;
        }
        printf("RESULT ok=%ld total=%ld\n", ok, total);
    }
    if (task != 'A') { for (int i = 0; i < n; i++) if (c[i].st == IDLE) c[i].st = BYE; for (int i = 0; i < n; i++) drive(&c[i]); }
    return 0;
}
