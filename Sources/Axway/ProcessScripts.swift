/// POSIX shell scripts that look at a node's processes; they need only `/proc`, and take their data as parameters.
///
/// Each leaves out itself and the shells that carry it: their command lines hold ` zdupgrade `, the scripts' name.
enum ProcessScripts {
  /// Exits 0 when a process has the folder `$1` and, behind it, `$2` in its command line, 1 otherwise.
  ///
  /// One `grep` finds the few command lines that hold the folder; a shell reads byte by byte, and takes half a second for
  /// a thousand processes. Where `grep` ends at the NULs between the words (busybox), or there are more processes than it
  /// takes arguments, the shell reads them all the same. Another look's `grep` has the folder in its own command line.
  static let isRunning = """
    look() { line=$(tr '\\0' ' ' 2>/dev/null <"$1/cmdline") || return 0; \
    case $line in *" zdupgrade "*|"grep "*) ;; *"$2"[/\\ ]*"$3"*) exit 0;; esac; }; \
    if grep -lF -e cmdline /proc/self/cmdline >/dev/null 2>&1; then \
    found=$(grep -lF -e "$1" /proc/[0-9]*/cmdline 2>/dev/null); \
    if [ $? -lt 126 ]; then for process in $found; do look "${process%/*}" "$1" "$2"; done; exit 1; fi; fi; \
    for process in /proc/[0-9]*; do line=; \
    { while IFS= read -r part || [ -n "$part" ]; do line=$line$part; done <"$process/cmdline"; } 2>/dev/null; \
    case $line in *"$1"*) look "$process" "$1" "$2";; esac; \
    done; exit 1
    """
}
