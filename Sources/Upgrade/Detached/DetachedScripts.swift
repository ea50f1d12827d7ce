/// The two constant POSIX shell scripts by which a job is started, followed, ended and removed on a node.
///
/// They need `/proc` and these programs: `cat`, `df`, `head -c`, `id`, `ln`, `ls`, `mkdir`, `mv`, `rm`, `rmdir`, `sleep`,
/// `tail`, `wc`; `setsid` is used where it is there.
///
/// The folder of a job, `ROOT/RUN/STEP`, all three of mode 0700 and the user's own, holds
/// - `out`: what the job printed on both streams, in order;
/// - `pid`: the keeper's process number, start time, session and the boot id. It is linked into place complete, by the
///   keeper itself, and only who links it runs the job: so there is no claim without a process, and never a second one;
/// - `ending`, made beforehand and renamed `exit-CODE` at the end: a rename needs no room on a full disk.
enum DetachedScripts {
  /// What follows a job's input, so that a cut-off one is known.
  static let endOfInput = "zdupgrade-end-of-input"

  /// Runs in the login session, with `$1` what to do, `$2` the root, `$3` run, `$4` step, `$5` offset, `$6` tenths of a
  /// second, `$7` the shell, `$8` the keeper's script and `$9` the job's line; `$2`, `$7`, `$8`, `$9` for `printf %b`.
  ///
  /// It prints `zdupgrade-job SIZE STATE`, and behind that line the output from the offset on. Any login shell takes it
  /// in single quotes: it has no `'`, `!`, backslash or line break.
  static let control = [
    folders, processes, looking, starting, ending, removing, counting, main,
  ].joined(separator: " ")

  private static let folders = """
    plain() { v=$(printf %bx "$1"); v=${v%x}; }; \
    refuse() { echo "zdupgrade-job 0 refused $*"; exit 0; }; \
    own() { set -- "$1" $(LC_ALL=C ls -ldn "$1" 2>/dev/null); \
    case $2 in drwx--[-S]---*) ;; *) refuse "$1 is not a private folder ($2)";; esac; \
    [ "$4" = "$me" ] || refuse "$1 belongs to another user ($4)"; }; \
    make() { for f in "$root" "$root/$run" "$d"; do [ -e "$f" ] || [ -L "$f" ] || why=$(mkdir "$f" 2>&1); done; \
    [ -d "$d" ]; }; \
    check() { for f in "$root" "$root/$run" "$d"; do \
    [ -e "$f" ] || [ -L "$f" ] || { echo "zdupgrade-job 0 absent"; exit 0; }; own "$f"; done; };
    """

  /// `of PID` reads a living process's session into `sid` and its start time into `born`.
  private static let processes = """
    of() { stat=; { while IFS= read -r l; do stat="$stat $l"; done <"/proc/$1/stat"; } 2>/dev/null; \
    set -- ${stat##*) }; [ $# -ge 20 ] || return 1; case $1 in [ZX]) return 1;; esac; \
    sid=$4; shift 19; born=$1; }; \
    keeps() { of "$pid" && [ "$born" = "$start" ]; }; \
    nap() { case $tries in [0-4]) rest=0.02;; *) rest=0.1;; esac; \
    sleep $rest 2>/dev/null || { sleep 1; tries=$((tries + 9)); }; tries=$((tries + 1)); };
    """

  private static let looking = """
    room() { set -- $(df -Pk "$d" 2>/dev/null | tail -n 1); echo "${4:-?}"; }; \
    left() { set -- "$d"/exit-*; [ -e "$1" ] || return 1; \
    code=${1##*/exit-}; is="exited $code"; [ "$code" -le 128 ] || is="$is $(kill -l "$code" 2>/dev/null)"; return 0; }; \
    look() { pid= start= session= boot=; [ -e "$d/pid" ] && read -r pid start session boot <"$d/pid"; \
    left && return 0; \
    if [ -e "$d/pid" ]; then :; else is=absent; return 0; fi; \
    if [ "$boot" = "$now" ]; then :; else is=rebooted; return 0; fi; \
    if keeps; then is=running; return 0; fi; \
    left && return 0; is="vanished $(room)"; \
    hunt "" && is="$is alive"; return 0; }; \
    follow() { tries=0; while :; do look; size=0; [ -e "$d/out" ] && size=$(wc -c <"$d/out"); size=$((size)); \
    [ "$is" = running ] && [ "$size" -le "$offset" ] && [ "$tries" -lt "$limit" ] || break; nap; done; \
    echo "zdupgrade-job $size $is"; \
    [ "$size" -gt "$offset" ] || return 0; tail -c +$((offset + 1)) "$d/out" | head -c 262144; };
    """

  private static let starting = """
    start() { mask=$(umask); umask 077; make || make || make || refuse "$why"; check; [ -e "$d/pid" ] && return 0; \
    exec 3<&0; said=$( { if command -v setsid >/dev/null 2>&1; \
    then exec setsid "$shell" -c "$keeper" zdupgrade "$d" "$line" "$mask" "$shell"; \
    else trap "" HUP; exec "$shell" -c "$keeper" zdupgrade "$d" "$line" "$mask" "$shell"; fi; \
    } <&3 3<&- 2>&1 & ); \
    exec 3<&-; [ -e "$d/pid" ] || refuse "not started, with $(room) KiB free on its disk: $said"; };
    """

  /// `hunt SIGNAL` finds who is left of the job's session, unless its number now belongs to another one.
  ///
  /// Ends the keeper's session: all but the keeper, which then leaves the exit code, and at last the keeper.
  private static let ending = """
    hunt() { found=; [ "$session" = "$pid" ] && of "$pid" && { [ "$born" = "$start" ] || return 1; }; for p in /proc/[0-9]*; do p=${p#/proc/}; \
    [ "$p" = "$pid" ] && continue; [ "$p" = "$$" ] && continue; \
    of "$p" || continue; [ "$sid" = "$session" ] || continue; \
    found=1; [ -z "$1" ] || kill -s "$1" "$p" 2>/dev/null; done; [ -n "$found" ]; }; \
    finish() { look; case $is in running|vanished*) ;; *) return 0;; esac; \
    hunt TERM; tries=0; while hunt "" && [ "$tries" -lt "$limit" ]; do nap; done; \
    tries=0; while hunt KILL && [ "$tries" -lt 100 ]; do nap; done; \
    tries=0; while keeps && [ "$tries" -lt 20 ]; do nap; done; keeps && kill -s KILL "$pid"; \
    tries=0; while keeps && [ "$tries" -lt 50 ]; do nap; done; \
    look; hunt "" && is=stuck; return 0; };
    """

  private static let removing = """
    remove() { look; case $is in running|*alive) return 0;; esac; \
    mv "$d" "$root/$run/.gone.$$" && rm -rf "$root/$run"/.gone.* && is=absent; \
    rmdir "$root/$run" "$root" 2>/dev/null; }; \
    sweep() { for f in "$root/$run"/*; do [ -d "$f" ] || continue; d=$f; own "$d"; look; \
    case $is in running|*alive) continue;; "exited 0") ;; *) [ "$offset" = 1 ] || continue;; esac; \
    mv "$d" "$root/$run/.gone.$$" && rm -rf "$root/$run"/.gone.*; done; \
    set -- "$root/$run"/*; is=absent; [ ! -d "$1" ] || is="left $#"; \
    rmdir "$root/$run" "$root" 2>/dev/null; };
    """

  /// How many jobs of the run still run.
  private static let counting = """
    count() { n=0; for f in "$root/$run"/*; do [ -d "$f" ] || continue; d=$f; own "$d"; look; \
    case $is in running|*alive) n=$((n + 1));; esac; done; is="left $n"; };
    """

  private static let main = """
    do=$1 run=$3 step=$4 offset=$5 limit=$6; plain "$2"; root=$v; plain "$7"; shell=$v; plain "$8"; keeper=$v; \
    plain "$9"; line=$v; me=$(id -u) now= why=; \
    [ -n "$root" ] || { [ -n "$HOME" ] || refuse "HOME is not set"; root=$HOME/.zdupgrade; }; \
    { read -r now </proc/sys/kernel/random/boot_id; } 2>/dev/null; [ -n "$now" ] || refuse "there is no /proc"; \
    d=$root/$run/$step; \
    case $do in start) start;; sweep|count) d=$root/$run/.; check;; *) check;; esac; \
    case $do in start|follow) follow;; \
    end) finish; echo "zdupgrade-job 0 $is";; \
    remove) remove; echo "zdupgrade-job 0 $is";; \
    sweep) sweep; echo "zdupgrade-job 0 $is";; \
    count) count; echo "zdupgrade-job 0 $is";; esac
    """

  /// Runs detached, with `$1` the folder, `$2` the job's line, `$3` the umask, `$4` the shell; waits for the job and
  /// leaves its exit code. TERM does not end it, so that it can tell by which signal the job ended.
  ///
  /// It has its whole input before it claims the job, and the input is then only in its memory and a pipe. Its own output
  /// goes to who started it until it has claimed the job, and is not used behind that: the starter may be gone.
  static let keeper = """
    d=$1 line=$2 mask=$3 shell=$4
    input=$(cat)
    case $input in
      *\(endOfInput)) input=${input%\(endOfInput)} ;;
      *) echo "its input was cut off"; exit 1 ;;
    esac
    printf=$(command -v printf)
    case $input:$printf in :*) ;; *:*/*) echo "$shell has no printf of its own, secrets would be seen"; exit 1 ;; esac
    stat=
    while IFS= read -r l; do stat="$stat $l"; done </proc/$$/stat
    set -- ${stat##*) }
    session=$4; shift 19; start=$1
    read -r boot </proc/sys/kernel/random/boot_id
    exec 4>>"$d/out" || exit 1
    { : >>"$d/ending"; } || exit 1
    echo "$$ $start $session $boot" >"$d/pid.$$" && ln "$d/pid.$$" "$d/pid"
    claimed=$?
    rm -f "$d/pid.$$"
    [ "$claimed" = 0 ] || exit 1
    trap : TERM
    exec </dev/null >/dev/null 2>&1
    umask "$mask"
    job() { exec >&4 2>&1 4>&-; exec "$shell" -c "$line" zdupgrade; }
    if [ -n "$input" ]; then printf %s "$input" 4>&- | (job); else (job); fi
    mv "$d/ending" "$d/exit-$?"
    """
}
