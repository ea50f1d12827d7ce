#!/usr/bin/env bash
# pyinfra. A: exec. B: deploy of COUNT server.shell operations. D: deploy of 8 operations on all hosts,
# then 16 with --serial (host by host); two invocations, as --serial holds for a whole run.
set -u
task=$1; n=${BENCH_N:-10} count=${BENCH_COUNT:-200} bytes=${BENCH_BYTES:-1073741824}
w=$(mktemp -d); trap 'rm -rf "$w"' EXIT; cd "$w" || exit 1
case $task in A) hosts=$n;; D) hosts=3;; *) hosts=1;; esac
{ echo "hosts = ["; head -n "$hosts" "$FARM/hosts" | while read -r h; do
    echo "  ('$h', {'ssh_user': '$FARM_USER', 'ssh_port': $FARM_PORT, 'ssh_key': '$FARM/id_ed25519', 'ssh_config_file': '/dev/null', 'ssh_known_hosts_file': '$FARM/known_hosts', 'ssh_strict_host_key_checking': 'yes', 'ssh_connect_retries': 0, 'ssh_paramiko_connect_kwargs': {'banner_timeout': 300, 'auth_timeout': 300, 'timeout': 300, 'look_for_keys': False, 'allow_agent': False}}),"
  done; echo "]"; } > inv.py
ops() { echo "from pyinfra.operations import server"; local i; for ((i = 0; i < $1; i++)); do
    (( $2 && i % 2 )) && c="echo step" || c=true
    echo "server.shell(name='s$i', commands=['$c'])"; done; }
pi=$PEERS/bin/pyinfra; par=$hosts
# "Grand total" line of the results table, or one "Success" line per host and operation
good() { grep -aE '\] *(Success|No changes)' "$1" | wc -l; }
case $task in
A)  "$pi" -y --parallel "$par" inv.py exec -- true > out 2>&1; rc=$?
    ok=$(grep -c 'Success' out); (( ok > n )) && ok=$n; [ $rc = 0 ] || { tail -3 out >&2; ok=$(( ok < n ? ok : n - 1 )); }
    echo "RESULT ok=$ok total=$n" ;;
B)  ops "$count" 0 > d.py; "$pi" -y inv.py d.py > out 2>&1 || tail -3 out >&2
    echo "RESULT ok=$(good out) total=$count" ;;
C)  "$pi" -y inv.py exec -- "head -c $bytes /dev/zero" > out 2>&1; rc=$?
    echo "RESULT ok=$(( rc == 0 )) total=1 bytes=$(wc -c < out)" ;;
D)  ops 8 1 > d1.py; ops 16 1 > d2.py
    "$pi" -y inv.py d1.py > out1 2>&1 || tail -3 out1 >&2
    "$pi" -y --serial inv.py d2.py > out2 2>&1 || tail -3 out2 >&2
    echo "RESULT ok=$(( $(good out1) + $(good out2) )) total=72" ;;
esac
