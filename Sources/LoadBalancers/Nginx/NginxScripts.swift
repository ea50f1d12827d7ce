/// What runs on the balancer's host: constant texts for a POSIX shell with coreutils and `/proc`; data comes as `$1`...
enum NginxScripts {
  /// Prints each of the files behind `$1`, and behind each a line break, `$1`, the time of its last change in seconds since
  /// 1970, and a line break; `$1` is a word that stands in no file.
  static let read = #"""
    mark=$1
    shift
    for file do
      cat -- "$file" && changed=$(stat -L -c %Z -- "$file") || exit 3
      printf '\n%s%s\n' "$mark" "$changed"
    done
    """#

  /// Writes standard input, `$2` bytes, to a new file beside `$1` with the same owner and mode, and prints its path.
  ///
  /// The name begins with a dot, so that no `include *.conf` finds it. A symbolic link stays: its target is meant.
  static let stage = #"""
    target=$(readlink -f -- "$1") && [ -f "$target" ] || { echo "$1: not a file" >&2; exit 3; }
    temp=$(mktemp "$(dirname -- "$target")/.$(basename -- "$target").zdupgrade.XXXXXX") || exit 4
    trap 'rm -f -- "$temp"; exit 1' HUP INT TERM
    if cp -p -- "$target" "$temp" && cat > "$temp" && [ "$(wc -c < "$temp")" -eq "$2" ]; then
      if [ "$(stat -c '%a %u:%g' -- "$temp")" = "$(stat -c '%a %u:%g' -- "$target")" ]; then
        sync -- "$temp" 2>/dev/null || :
        printf '%s' "$temp"
        exit 0
      fi
      echo "$target: its owner or mode cannot be kept" >&2
    fi
    rm -f -- "$temp"
    exit 5
    """#

  /// Renames the staged file `$2` to `$1` if that still holds what comes on standard input; exit 9 if it does not.
  static let commit = #"""
    target=$(readlink -f -- "$1") || exit 3
    if [ "$(cksum)" != "$(cksum < "$target")" ]; then rm -f -- "$2"; exit 9; fi
    mv -f -- "$2" "$target" || { rm -f -- "$2"; exit 5; }
    """#

  /// Lets nginx, called as `$@`, check its configuration. The folders are those that a plain user's path lacks.
  static let check = #"PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH; exec "$@" -t"#

  /// Prints the master named by the pid file `$1` and its workers, one a line; exit 3 when there is no such number,
  /// 4 when no such process runs, 5 when it is not the master of an nginx.
  ///
  /// Lines: `boot SECONDS TICKS`, and `KIND PID START` with START in ticks since the boot. A child that has not named
  /// itself yet still carries the master's title: `starting`.
  static let processes = #"""
    title() { tr '\0' ' ' < "/proc/$1/cmdline"; }
    { IFS= read -r pid < "$1" || [ -n "$pid" ]; } || exit 3
    case $pid in ''|*[!0-9]*) echo "$1: holds no process number" >&2; exit 3;; esac
    [ -d "/proc/$pid" ] || { echo "no process $pid" >&2; exit 4; }
    case $(title "$pid" 2>/dev/null) in *': master process'*) ;; *) echo "process $pid is not nginx" >&2; exit 5;; esac
    while read -r key value rest; do
      [ "$key" = btime ] && echo "boot $value $(getconf CLK_TCK 2>/dev/null || echo 100)"
    done < /proc/stat
    for folder in /proc/[0-9]*; do
      { IFS= read -r fields < "$folder/stat"; } 2>/dev/null || continue
      set -- ${fields##*) }
      [ "$2" = "$pid" ] && [ "$1" != Z ] || continue
      case $(title "${folder#/proc/}" 2>/dev/null) in
        *': worker process is shutting down'*) kind=ending;;
        *': worker process'*) kind=serving;;
        *': master process'*) kind=starting;;
        *) continue;;
      esac
      echo "$kind ${folder#/proc/} ${20}"
    done
    """#

  /// As `processes`, and then the master is told to read its configuration; exit 6 when it may not be told.
  static let hangUp = processes + "\n" + #"kill -HUP "$pid" || exit 6"#

  /// Prints those of the processes `$@`, each `PID:START`, that still run.
  static let alive = #"""
    for process in "$@"; do
      { IFS= read -r fields < "/proc/${process%%:*}/stat"; } 2>/dev/null || continue
      set -- ${fields##*) }
      if [ "$1" != Z ] && [ "${20}" = "${process#*:}" ]; then echo "$process"; fi
    done
    """#
}
