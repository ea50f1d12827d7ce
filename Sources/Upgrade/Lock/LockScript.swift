/// The constant POSIX shell script by which a node's lock is taken, kept, looked at and given back.
///
/// It needs `date`, `df`, `id`, `ls`, `mkdir`, `mv`, `rm`, `rmdir`, `sleep` and `tail`. In `~/.zdupgrade`, of mode 0700 and
/// the user's own, it keeps
/// - `lock/held.RUN.TOKEN`: who holds the lock, in one line. The folder `lock` is renamed into place with this file in it,
///   which fails while another one with a file in it stands there: so a lock is never half there, and there is one. The
///   token is its holder's own, so it is given back and taken over by name, and never somebody else's by mistake;
/// - `beat.RUN.TOKEN`: when its holder gave the last sign of life, in seconds since 1970 by the node's clock.
///
/// Nothing here takes a lock away because time has passed. Nodes with one home, as on a file server, share one lock.
enum LockScript {
  /// Runs with `$1` what to do, `$2` the holder's name `RUN.TOKEN`, `$3` the run, `$4` a name for temporary files, `$5` the
  /// holder in words, `$6` the name that is taken over, and `$7` the sign of life it was seen with.
  ///
  /// It prints `zdupgrade-lock STATE`. Any login shell takes it in single quotes: it has no `'`, `!`, backslash or line
  /// break.
  static let text = [folders, looking, keeping, taking, leaving, main].joined(separator: " ")

  private static let folders = """
    refuse() { echo "zdupgrade-lock refused $*"; exit 0; }; \
    own() { set -- "$1" $(LC_ALL=C ls -ldn "$1" 2>/dev/null); \
    case $2 in drwx--[-S]---*) ;; "") [ -e "$1" ] || return 0; refuse "$1 cannot be looked at";; \
    *) refuse "$1 is not a private folder ($2)";; esac; \
    [ "$4" = "$me" ] || refuse "$1 belongs to another user ($4)"; }; \
    check() { for f in "$root" "$lock"; do if [ -e "$f" ] || [ -L "$f" ]; then own "$f"; fi; done; }; \
    room() { set -- $(df -Pk "$HOME" 2>/dev/null | tail -n 1); echo "${4:-?}"; };
    """

  /// `tell` ends the script where somebody holds the lock.
  private static let looking = """
    look() { file=; for f in "$lock"/held.*; do [ -e "$f" ] || continue; file=$f; return 0; done; return 1; }; \
    tell() { while look; do line= seen=; { read -r line <"$file"; } 2>/dev/null; [ -e "$file" ] || continue; \
    { read -r seen <"$root/beat.${file##*/held.}"; } 2>/dev/null; \
    echo "zdupgrade-lock held $now ${seen:--} ${file##*/held.} $line"; exit 0; done; }; \
    free() { tell; echo "zdupgrade-lock free $now"; exit 0; };
    """

  private static let keeping = """
    mine() { if [ -e "$mine" ]; then echo "zdupgrade-lock mine $now"; exit 0; fi; }; \
    beat() { [ -e "$mine" ] || return 0; \
    { echo "$now" >"$root/.beat.$temp" && mv "$root/.beat.$temp" "$root/beat.$id"; } 2>/dev/null; \
    rm -f "$root/.beat.$temp"; [ -e "$mine" ] || rm -f "$root/beat.$id"; };
    """

  /// A folder that is moved to a place where one is already lands inside it; it is taken out again, and does no harm there.
  private static let taking = """
    nap() { sleep 0.05 2>/dev/null || sleep 1; }; \
    take() { tries=0 why=; t=$root/.lock.$temp; while [ "$tries" -lt 40 ]; do tries=$((tries + 1)); \
    beat; mine; tell; [ -d "$root" ] || mkdir "$root" 2>/dev/null; check; \
    rm -rf "$t"; if why=$( { mkdir "$t" && echo "$holder $now" >"$t/held.$id"; } 2>&1 ); then \
    rm -rf "$lock"/.lock.*; rmdir "$lock" 2>/dev/null; mv "$t" "$lock" 2>/dev/null; [ -e "$mine" ] && continue; \
    rm -rf "$lock/.lock.$temp"; rmdir "$lock" 2>/dev/null; fi; nap; done; \
    mine; rm -rf "$t"; refuse "its lock cannot be taken, with $(room) KiB free on its disk: $why"; }; \
    over() { seen=; { read -r seen <"$root/beat.$old"; } 2>/dev/null; [ "${seen:--}" = "$known" ] || free; \
    mv "$lock/held.$old" "$mine" 2>/dev/null || free; t=$root/.lock.$temp; \
    { echo "$holder $now" >"$t" && [ -e "$mine" ] && mv "$t" "$mine"; } 2>/dev/null; rm -rf "$t"; \
    rm -f "$root/beat.$old"; beat; mine; free; };
    """

  private static let leaving = """
    tidy() { rm -rf "$lock"/.lock.*; rmdir "$lock" 2>/dev/null; \
    look || rm -rf "$root"/.lock.* "$root"/.beat.* "$root"/beat.*; rmdir "$root" 2>/dev/null; }; \
    release() { rm -f "$mine" "$root/beat.$id"; tidy; mine; free; }; \
    unlock() { gone=; for f in "$lock/held.$run".*; do [ -e "$f" ] || continue; \
    rm -f "$f" "$root/beat.${f##*/held.}" && gone=1; done; tidy; \
    if [ -n "$gone" ]; then echo "zdupgrade-lock removed $now"; exit 0; fi; free; };
    """

  /// A lock that is there is confirmed before anything else, without a process: that is asked for before each act.
  private static let main = """
    do=$1 id=$2 run=$3 temp=$4 holder=$5 old=$6 known=$7 now=-; umask 077; \
    [ -n "$HOME" ] || refuse "HOME is not set"; root=$HOME/.zdupgrade lock=$HOME/.zdupgrade/lock; mine=$lock/held.$id; \
    case $do in confirm) mine;; esac; me=$(id -u) now=$(date +%s); \
    check; case $do in take) take;; over) over;; beat) beat; mine; free;; confirm) mine; free;; look) free;; \
    release) release;; unlock) unlock;; esac
    """
}
