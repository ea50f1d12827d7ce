/// POSIX shell scripts that look at a node's processes; they need only `/proc`, and take their data as parameters.
///
/// Each leaves out itself and the shells that carry it: their command lines hold ` zdupgrade `, the scripts' name.
enum ProcessScripts {
  /// Exits 0 when a process has the folder `$1` and, behind it, `$2` in its command line, 1 otherwise.
  ///
  /// The shell itself reads the command lines, without the NULs between their words, and a program is started only for
  /// those that hold the folder: one for each process would keep a machine with many of them busy for seconds.
  static let isRunning = """
    for process in /proc/[0-9]*; do line=; \
    { while IFS= read -r part || [ -n "$part" ]; do line=$line$part; done <"$process/cmdline"; } 2>/dev/null; \
    case $line in *"$1"*) ;; *) continue;; esac; \
    line=$(tr '\\0' ' ' <"$process/cmdline" 2>/dev/null) || continue; \
    case $line in *" zdupgrade "*) continue;; *"$1"[/\\ ]*"$2"*) exit 0;; esac; \
    done; exit 1
    """
}
