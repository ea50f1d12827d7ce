/// POSIX shell scripts that look at a node's processes; they need only `/proc`, and take their data as parameters.
///
/// Each leaves out itself and the shells that carry it: their command lines hold ` zdupgrade `, the scripts' name.
enum ProcessScripts {
  /// Exits 0 when a process has the folder `$1` and, behind it, `$2` in its command line, 1 otherwise.
  static let isRunning = """
    for process in /proc/[0-9]*; do \
    line=$(tr '\\0' ' ' <"$process/cmdline" 2>/dev/null) || continue; \
    case $line in *" zdupgrade "*) continue;; *"$1"[/\\ ]*"$2"*) exit 0;; esac; \
    done; exit 1
    """

  /// Ends every session that runs the program `$1`: TERM, and KILL after five seconds.
  static let endSession = """
    for signal in TERM KILL; do found=; \
    for process in /proc/[0-9]*; do \
    line=$(tr '\\0' ' ' <"$process/cmdline" 2>/dev/null) || continue; \
    case $line in *" zdupgrade "*) continue;; *"$1"*) ;; *) continue;; esac; \
    fields=$(sed 's/.*) //' "$process/stat" 2>/dev/null) || continue; \
    set -- "$1" $fields; session=$5; found=1; \
    for member in /proc/[0-9]*; do \
    fields=$(sed 's/.*) //' "$member/stat" 2>/dev/null) || continue; \
    set -- "$1" $fields; [ "$5" = "$session" ] && kill -s "$signal" "${member#/proc/}" 2>/dev/null; \
    done; done; \
    [ -n "$found" ] || exit 0; \
    tries=0; while [ "$signal" = TERM ] && [ $tries -lt 5 ]; do sleep 1; tries=$((tries + 1)); done; \
    done; exit 0
    """
}
