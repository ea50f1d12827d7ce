/// The constant POSIX shell script by which a node is looked at: it prints facts, decides nothing and changes nothing.
///
/// It needs `cksum`, `date`, `df`, `du`, `find`, `grep`, `head`, `id`, `sed`, `sort`, `tail` and `tr`; for Cassandra `bash`
/// and `timeout`, or `nc`. Each fact is a line `zdu KEY WORD...`, in which the last word may hold blanks.
///
/// Source of the places: the vendor's list of configuration files, its sysupgrade and its error reference.
enum NodeLookScript {
  /// Runs with `$1` and `$2` the `apigateway` folders of the old and the new installation, `$3` `all` or `brief`, `$4` and
  /// `$5` the host and port of Cassandra (`$4` is empty where it is not asked), `$6` `yes` where the domain's topology is
  /// wanted, and behind them the folders and files that start services.
  static let text = [helpers, handWork, boot, resources, domain, databases, rest].joined(separator: "\n")

  private static let helpers = #"""
    old=$1 new=$2 scope=$3 host=$4 port=$5 topology=$6; shift 6
    LC_ALL=C; export LC_ALL; unset CDPATH
    nl='
    '
    say() { printf '%s' "zdu $*" | tr '\n' '?'; echo; }
    sum() { cksum <"$1" 2>/dev/null; }
    same() { [ -f "$2" ] && [ "$(sum "$1")" = "$(sum "$2")" ]; }
    room() { (set -- $(df -Pk "$1" 2>/dev/null | tail -n 1); echo "${4:-?}"); }
    total() { all=0; while read -r size path; do all=$((all + size)); done; echo "$all"; }
    say clock "$(date +%s.%N)"
    say user "$(id -un)"
    """#

  /// What was changed in the old installation by hand, and does not find its way into the new one by itself.
  private static let handWork = #"""
    theirs=$nl$(find "$new/system/lib" -type f -name '*.jar' 2>/dev/null | sed 's|.*/||')$nl
    for file in "$old"/ext/lib/*.jar "$old"/groups/*/*/ext/lib/*.jar; do
      [ -f "$file" ] || continue
      name=${file##*/} path=${file#"$old"/}
      if [ ! -r "$file" ]; then is=unreadable
      elif [ "$(head -c 2 "$file" | tr -d '\000')" != PK ]; then is=corrupt
      elif case $theirs in *"$nl$name$nl"*) true;; *) false;; esac; then is=shipped
      elif same "$file" "$new/$path"; then is=same
      elif [ -f "$new/$path" ]; then is=differs
      else is=missing; fi
      say jar $is "$path"
    done
    acl=$old/conf/acl.json is=differs
    if [ ! -e "$acl" ]; then is=absent; elif [ ! -r "$acl" ]; then is=unreadable
    elif same "$acl" "$new/conf/acl.json"; then is=same
    else for file in "$new"/upgrade/scripts/rbac/factory/acl*.json; do
      [ -f "$file" ] || continue
      [ $is = original ] || is=changed
      if same "$acl" "$file"; then is=original; fi
    done; fi
    say acl $is
    for file in "$old"/conf/jvm.xml "$old"/groups/*/*/conf/jvm.xml; do
      [ -f "$file" ] && say jvm "${file#"$old"/}"
    done
    for file in "$new"/upgrade/lib/*.jar; do [ -f "$file" ] && say driver "${file##*/}"; done
    heap() { sed -n 's/.*"-Xmx\([0-9][0-9]*[kKmMgG]*\)".*/\1/p' "$1/system/conf/jvm.xml" 2>/dev/null | head -n 1; }
    say heap old "$(heap "$old")"
    say heap new "$(heap "$new")"
    """#

  private static let boot = #"""
    for place; do
      grep -lsF -- "${old%/apigateway}/" "$place" "$place"/* </dev/null | while IFS= read -r file; do
        say boot "$file"
      done
    done
    if [ "$scope" = brief ]; then say end; exit 0; fi
    """#

  private static let resources = #"""
    if [ -d "$new/conf/licenses" ]; then
      for file in "$new"/conf/licenses/*.lic; do
        [ -f "$file" ] || continue
        if [ ! -r "$file" ]; then is=unreadable; elif [ ! -s "$file" ]; then is=empty; else is=there; fi
        say licence $is "${file##*/}"
      done
    fi
    place=$new/upgrade/bin/out
    while [ ! -e "$place" ] && [ -n "$place" ]; do place=${place%/*}; done
    place=${place:-/}
    if [ -w "$place" ]; then may=yes; else may=no; fi
    say out "$(room "$place")" $may "$place"
    say size "$(du -sk "$old"/conf "$old"/ext "$old"/groups/*/conf "$old"/groups/*/*/conf "$old"/groups/*/*/ext \
      2>/dev/null | total)" "$(du -sk "$old"/groups/*/*/conf/opsdb.d 2>/dev/null | total)"
    if [ -w "$HOME" ]; then may=yes; else may=no; fi
    say home "$(room "$HOME")" $may "$HOME"
    """#

  private static let domain = #"""
    file=$old/groups/topology.json
    if [ "$topology" = yes ] && [ -r "$file" ]; then printf 'zdu topology '; tr -d '\r\n' <"$file"; echo; fi
    for place in "$old"/groups/*/conf; do
      [ -d "$place" ] || continue
      group=${place%/conf}
      say group "$(cd "$place" && find . -type f -exec cksum {} + 2>/dev/null | sort | cksum | tr ' ' -)" "${group##*/}"
    done
    """#

  private static let databases = #"""
    grep -rhosE 'jdbc:[a-z0-9]+' "$old"/groups/*/conf </dev/null | sort -u | while IFS= read -r kind; do
      say database "$kind"
    done
    reach() {
      if command -v bash >/dev/null && timeout 5 true 2>/dev/null; then
        why=$(timeout 5 bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$host" "$port" 2>&1)
        code=$?
        case $code:$why in 0:*) is=open; return;; 124:*) is=silent; return;; *"No such file or directory"*) ;;
        *) is=closed; why=${why%%"$nl"*}; return;; esac
      fi
      if command -v nc >/dev/null; then
        if why=$(nc -z -w 5 "$host" "$port" 2>&1 </dev/null); then is=open; else is=closed; fi
        why=${why%%"$nl"*}
      else is=unasked why=; fi
    }
    if [ -n "$host" ]; then reach; say cassandra $is "${why##*: }"; fi
    """#

  private static let rest = #"""
    for place in "$HOME"/.zdupgrade/*; do
      [ -d "$place" ] && [ "${place##*/}" != lock ] || continue
      count=0
      for step in "$place"/*; do [ -d "$step" ] && count=$((count + 1)); done
      say left $count "${place##*/}"
    done
    say end
    """#
}
