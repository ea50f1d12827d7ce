/// What runs on the balancer's host: constant texts for a POSIX shell with coreutils and `/proc`; data comes as `$1`...
enum NginxScripts {
  /// One look at all that is asked about nodes: prints whether the master named by the pid file `$1` runs, those of the
  /// processes `$2`, each `PID:START`, that still run, the size and the time of the last change, in seconds since 1970, of
  /// each of the files behind, an empty line, and then the files. Exit 7 when one cannot be read, whose place stands in the
  /// last line then; 8 when one was changed meanwhile.
  ///
  /// However many files there are, three programs are started: with hundreds of nodes there are many, and they are looked
  /// at all the time.
  static let look =
    title + #"""
      unreadable() {
        place=0
        for file do
          cat -- "$file" > /dev/null || { printf '\n%s\n' "$place"; exit 7; }
          place=$((place + 1))
        done
        exit 8
      }
      master=dead
      if { IFS= read -r pid < "$1" || [ -n "$pid" ]; } 2>/dev/null; then
        case $pid in
          ''|*[!0-9]*) ;;
          *) title "$pid"; case $title in *': master process'*) master=alive;; esac;;
        esac
      fi
      processes=$2
      shift 2
      files=$(stat -L -c '%s %Z %d:%i' -- "$@") || unreadable "$@"
      echo "master $master"
      for process in $processes; do
        { IFS= read -r fields < "/proc/${process%%:*}/stat"; } 2>/dev/null || continue
        start=${process#*:}
        runs() { [ "$1" != Z ] && [ "${20}" = "$start" ]; }
        if runs ${fields##*) }; then echo "alive $process"; fi
      done
      printf '%s\n\n' "$files"
      cat -- "$@" || unreadable "$@"
      [ "$(stat -L -c '%s %Z %d:%i' -- "$@")" = "$files" ] || exit 8
      """#

  /// Renames a new file, which holds standard input, `$2` bytes, to `$1`, if that has the check sum `$3` as `cksum` prints
  /// it; exit 9 if it has not. The owner and the mode stay.
  ///
  /// The new file's name begins with a dot, so that no `include *.conf` finds it. A symbolic link stays: its target is
  /// meant.
  static let replace = #"""
    target=$(readlink -f -- "$1") && [ -f "$target" ] || { echo "$1: not a file" >&2; exit 3; }
    temp=$(mktemp "${target%/*}/.${target##*/}.zdupgrade.XXXXXX") || exit 4
    trap 'rm -f -- "$temp"; exit 1' HUP INT TERM
    give_up() { rm -f -- "$temp"; exit "$1"; }
    cp -p -- "$target" "$temp" && cat > "$temp" || give_up 5
    is_like() { [ "$1" = "$7" ] && [ "$2 $3" = "$5 $6" ]; }
    is_like $(stat -c '%s %a %u:%g' -- "$temp" "$target") "$2" || {
      echo "$target: not all was written, or its owner or mode cannot be kept" >&2
      give_up 5
    }
    sync -- "$temp" 2>/dev/null || :
    [ "$(cksum < "$target")" = "$3" ] || give_up 9
    mv -f -- "$temp" "$target" || give_up 5
    """#

  /// Lets nginx, called as `$@`, check its configuration. The folders are those that a plain user's path lacks.
  static let check = #"PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin; export PATH; exec "$@" -t"#

  /// Puts what the process `$1` calls itself into `title`. nginx has no NUL in it, so the shell reads all of it.
  private static let title = #"""
    title() {
      title=
      { IFS= read -r title < "/proc/$1/cmdline"; } 2>/dev/null || :
    }

    """#

  /// Prints the workers of the master named by the pid file `$1`, one a line; exit 3 when there is no such number,
  /// 4 when no such process runs, 5 when it is not the master of an nginx.
  ///
  /// Lines: `boot SECONDS TICKS` where `$2` is `boot`, else `untimed`, and `KIND PID START` with START in ticks since the
  /// boot. A child that has not named itself yet still carries the master's title: `starting`.
  ///
  /// The kernel's list of the master's children may lack one while another ends, but then two readings differ; where there
  /// is no such list, all processes are gone through, which takes long where there are thousands.
  static let processes =
    title + #"""
      { IFS= read -r pid < "$1" || [ -n "$pid" ]; } || exit 3
      case $pid in ''|*[!0-9]*) echo "$1: holds no process number" >&2; exit 3;; esac
      [ -d "/proc/$pid" ] || { echo "no process $pid" >&2; exit 4; }
      title "$pid"
      case $title in *': master process'*) ;; *) echo "process $pid is not nginx" >&2; exit 5;; esac
      if [ "$2" = boot ]; then
        while read -r key value rest; do
          if [ "$key" = btime ]; then echo "boot $value $(getconf CLK_TCK 2>/dev/null || echo 100)"; break; fi
        done < /proc/stat
      else
        echo untimed
      fi
      show() {
        { IFS= read -r fields < "/proc/$1/stat"; } 2>/dev/null || return 0
        is_worker "$1" ${fields##*) }
      }
      is_worker() {
        [ "$3" = "$pid" ] && [ "$2" != Z ] || return 0
        title "$1"
        case $title in
          *': worker process is shutting down'*) kind=ending;;
          *': worker process'*) kind=serving;;
          *': master process'*) kind=starting;;
          *) return 0;;
        esac
        echo "$kind $1 ${21}"
      }
      list=/proc/$pid/task/$pid/children
      known=no
      if [ -r "$list" ]; then
        last=none
        for reading in 1 2 3 4 5 6 7 8 9; do
          children=
          { IFS= read -r children < "$list"; } 2>/dev/null || :
          if [ "$children" = "$last" ]; then known=yes; break; fi
          last=$children
        done
      fi
      if [ "$known" = no ]; then
        children=
        for folder in /proc/[0-9]*; do children="$children ${folder#/proc/}"; done
      fi
      for child in $children; do show "$child"; done
      """#

  /// As `processes`, and then the master is told to read its configuration; exit 6 when it may not be told.
  static let hangUp = processes + "\n" + #"kill -HUP "$pid" || exit 6"#
}
