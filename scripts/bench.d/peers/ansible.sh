#!/usr/bin/env bash
# ansible.sh TASK MODULE    MODULE: command (usual; Python on the node) or raw.
# Pipelining on, no facts, as many forks as hosts, interpreter fixed.
set -u
task=$1 mod=${2:-command}
n=${BENCH_N:-10} count=${BENCH_COUNT:-200} bytes=${BENCH_BYTES:-1073741824}
w=$(mktemp -d); trap 'rm -rf "$w"' EXIT
case $task in A) hosts=$n;; D) hosts=3;; *) hosts=1;; esac
{ echo '[all]'; head -n "$hosts" "$FARM/hosts"; } > "$w/inv"
mkdir "$w/cp"
export HOME=$w ANSIBLE_FORKS=$hosts ANSIBLE_PIPELINING=True ANSIBLE_GATHERING=explicit ANSIBLE_NOCOLOR=1 \
       ANSIBLE_INVENTORY=$w/inv ANSIBLE_REMOTE_USER=$FARM_USER ANSIBLE_REMOTE_PORT=$FARM_PORT ANSIBLE_TIMEOUT=300 \
       ANSIBLE_PYTHON_INTERPRETER=/usr/bin/python3 ANSIBLE_HOST_KEY_CHECKING=True \
       ANSIBLE_PRIVATE_KEY_FILE=$FARM/id_ed25519 ANSIBLE_DEPRECATION_WARNINGS=False
kex=${BENCH_KEX:+-o KexAlgorithms=$BENCH_KEX}
# one command per host needs no ControlPersist master; the other tasks do
if [ "$task" = A ]; then export ANSIBLE_SSH_ARGS="-F $FARM/ssh_config $kex -o ControlMaster=no -S none"
else export ANSIBLE_SSH_ARGS="-F $FARM/ssh_config $kex -o ControlMaster=auto -o ControlPersist=60s" ANSIBLE_SSH_CONTROL_PATH_DIR=$w/cp; fi
cmd() { (( $1 % 2 )) && echo "echo step" || echo true; }
tasks() { local i; for ((i = 0; i < $1; i++)); do echo "    - $mod: \"$(cmd $i)\""; echo "      changed_when: false"; done; }
recap() { awk '/PLAY RECAP/ {r=1} r {for (i=1;i<=NF;i++) if ($i ~ /^ok=/) s+=substr($i,4)} END {print s+0}' "$1"; }
case $task in
A)  "$PEERS/bin/ansible" all -o -m "$mod" -a true > "$w/out" 2> "$w/err"
    ok=$(grep -c 'rc=0' "$w/out"); [ "$ok" = "$n" ] || { head -3 "$w/err" "$w/out" >&2; }
    echo "RESULT ok=$ok total=$n" ;;
B)  { echo "- hosts: all"; echo "  gather_facts: false"; echo "  tasks:"
      for ((i = 0; i < count; i++)); do echo "    - $mod: \"true\""; echo "      changed_when: false"; done; } > "$w/p.yml"
    "$PEERS/bin/ansible-playbook" "$w/p.yml" > "$w/out" 2> "$w/err" || { tail -n 3 "$w/err" >&2; }
    echo "RESULT ok=$(recap "$w/out") total=$count" ;;
C)  "$PEERS/bin/ansible" all -m "$mod" -a "head -c $bytes /dev/zero" 2> "$w/err" > "$w/out"
    got=$(tail -n +2 "$w/out" | wc -c)
    echo "RESULT ok=$(( got >= bytes )) total=1 bytes=$got" ;;
D)  { echo "- hosts: all"; echo "  gather_facts: false"; echo "  tasks:"; tasks 8
      echo "- hosts: all"; echo "  gather_facts: false"; echo "  serial: 1"; echo "  tasks:"; tasks 16; } > "$w/p.yml"
    "$PEERS/bin/ansible-playbook" "$w/p.yml" > "$w/out" 2> "$w/err" || { tail -n 3 "$w/err" >&2; }
    echo "RESULT ok=$(recap "$w/out") total=72" ;;
esac
