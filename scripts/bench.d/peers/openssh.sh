#!/usr/bin/env bash
# OpenSSH client: xargs for A and F; ControlMaster and a shell loop for B, C, D.
# BENCH_KEX, BENCH_CIPHER: other than the defaults.
set -u
task=$1 cfg=$FARM/ssh_config
cm=${BENCH_TMP:-$(mktemp -d)}/cm; mkdir -p "$cm"
opt=(-F "$cfg" -o "ControlPath=$cm/%h" ${BENCH_KEX:+-o "KexAlgorithms=$BENCH_KEX"} ${BENCH_CIPHER:+-c "$BENCH_CIPHER"})
n=${BENCH_N:-10} count=${BENCH_COUNT:-200} bytes=${BENCH_BYTES:-1073741824}
step() { (( $1 % 2 )) && echo "echo step" || echo true; }
open() { ssh "${opt[@]}" -MNf "$1"; }
shut() { ssh "${opt[@]}" -O exit "$1" 2>/dev/null; }
case $task in
A)  ok=$(head -n "$n" "$FARM/hosts" | xargs -P "$n" -I{} sh -c 'ssh "$@" true; echo $?' _ "${opt[@]}" -S none {} | grep -cx 0)
    echo "RESULT ok=$ok total=$n" ;;
B)  read -r h < "$FARM/hosts"; open "$h"; ok=0; lat=()
    for ((i = 0; i < count; i++)); do
        t=${EPOCHREALTIME/./}
        ssh "${opt[@]}" "$h" true </dev/null && ok=$((ok + 1))
        lat+=( $(( ${EPOCHREALTIME/./} - t )) )
    done
    shut "$h"
    printf '%s\n' "${lat[@]}" | sort -n | awk -v ok=$ok -v n="$count" '{a[NR]=$1; s+=$1}
        END {printf "RESULT ok=%d total=%d p50_ms=%.3f p90_ms=%.3f mean_ms=%.3f\n", ok, n, a[int(NR/2)+1]/1e3, a[int(NR*.9)+1]/1e3, s/NR/1e3}' ;;
C)  read -r h < "$FARM/hosts"; set -o pipefail
    got=$(ssh "${opt[@]}" -S none "$h" "head -c $bytes /dev/zero" </dev/null | wc -c) && [ "$got" = "$bytes" ] && ok=1 || ok=0
    echo "RESULT ok=$ok total=1 bytes=$got" ;;
F)  # one process for each host: it logs in and reads, so connections are not all there before the first command
    good=$(head -n "$n" "$FARM/hosts" |
        xargs -P "$n" -I{} sh -c 'host=$1 bytes=$2; shift 2; ssh "$@" "$host" "head -c $bytes /dev/zero" | wc -c' \
            _ {} "$bytes" "${opt[@]}" -S none | awk -v b="$bytes" '{ s += $1; if ($1 == b) n++ } END { print n + 0, s + 0 }')
    echo "RESULT ok=${good% *} total=$n bytes=${good#* }" ;;
D)  mapfile -t hs < <(head -n 3 "$FARM/hosts"); ok=0
    pids=(); for h in "${hs[@]}"; do open "$h" & pids+=($!); done; wait "${pids[@]}"
    for ((s = 0; s < 8; s++)); do
        c=$(step $s); pids=()
        for h in "${hs[@]}"; do ssh "${opt[@]}" "$h" "$c" </dev/null >/dev/null & pids+=($!); done
        for p in "${pids[@]}"; do wait "$p" && ok=$((ok + 1)); done
    done
    for h in "${hs[@]}"; do for ((s = 0; s < 16; s++)); do
        ssh "${opt[@]}" "$h" "$(step $s)" </dev/null >/dev/null && ok=$((ok + 1))
    done; done
    for h in "${hs[@]}"; do shut "$h"; done
    echo "RESULT ok=$ok total=72" ;;
esac
