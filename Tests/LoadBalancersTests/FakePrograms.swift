import FoundationEssentials
import Glibc
import CommandHandlers
import LoadBalancers
import Upgrade

/// Stand-ins for `aws`, `curl` and `kubectl` that keep state in a folder and follow the documented behaviour.
struct FakePrograms: Sendable {
  let directory: String

  /// Runs `body` with them, and removes them whatever happens.
  static func with(_ body: (FakePrograms) async throws -> Void) async throws {
    let fakes = FakePrograms(directory: "/tmp/zdu-fakes-\(getpid())-\(UInt32.random(in: 0...UInt32.max))")
    try FileManager.default.createDirectory(atPath: fakes.directory, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: fakes.directory) }
    for (name, text) in [("aws", aws), ("curl", curl), ("kubectl", kubectl)] {
      try fakes.write(name, "#!/bin/sh\nprintf '%s\\n' \"$*\" >> \"$FAKE/calls\"\n" + text)
      chmod("\(fakes.directory)/\(name)", 0o755)
    }
    try await body(fakes)
  }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(directory)/\(name)"))
  }

  func read(_ name: String) -> String {
    ((try? String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)) ?? "")
      .split(whereSeparator: \.isNewline).joined(separator: "\n")
  }

  /// The driver for one of the examples under `config/`, with these variables and arguments.
  func driver(_ script: String, _ variables: [String], _ arguments: [String] = []) throws -> any LoadBalancer {
    let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
    let command =
      ["/usr/bin/env", "FAKE=\(directory)", "PATH=\(directory):/usr/bin:/bin"] + variables
      + ["\(root)/config/\(script)"] + arguments
    let handler = LocalCommandHandler(grace: .milliseconds(200))
    return try LoadBalancerRegistry.standard.make(
      from: .object([
        "driver": .string("command"), "command": .array(command.map(Setting.string)), "timeout": .number(6000),
      ]), file: "t.json",
      in: Surroundings(
        local: handler, remote: { _ in BalancerShell(handler: handler, node: "") }, clock: HastyClock()))
  }

  /// `aws elbv2`: a target that was deregistered is draining for two looks, one that was registered is initial for two.
  private static let aws = #"""
    [ "$1" = elbv2 ] || exit 252
    command=$2; shift 2
    while [ $# -gt 1 ]; do
      case $1 in --target-group-arn) arn=$2;; --targets) target=$2;; esac
      shift 2
    done
    case $arn in arn:aws:*) ;; *) echo "An error occurred (TargetGroupNotFound): One or more target groups not found" >&2; exit 254;; esac
    file=$FAKE/${arn##*/}.$target
    state=unused; looks=0
    [ -f "$file" ] && read -r state looks < "$file"
    case $command in
      register-targets) state=initial; looks=0;;
      deregister-targets) [ "$state" = unused ] || { state=draining; looks=0; };;
      describe-target-health)
        case $state:$looks in
          draining:2) state=unused;;
          initial:2) state=healthy;;
          draining:* | initial:*) looks=$((looks + 1));;
        esac
        echo "$state";;
      *) exit 252;;
    esac
    echo "$state $looks" > "$file"
    """#

  /// The part of iControl REST that has pool members; a member that comes back is checked for one look.
  private static let curl = #"""
    method=GET; netrc=; data=
    while [ $# -gt 1 ]; do
      case $1 in
        -X) method=$2; shift;; --netrc-file) netrc=$2; shift;; --data) data=$2; shift;;
        --max-time | --cacert | -H | -w) shift;;
      esac
      shift
    done
    grep -q 'machine bigip.lab login admin password geheim' "$netrc" || { printf '{"code":401}\n401'; exit 0; }
    path=${1#https://bigip.lab/mgmt/tm/ltm/pool/}
    stats=; case $path in */stats) stats=1; path=${path%/stats};; esac
    file=$FAKE/$(printf %s "$path" | tr / _)
    [ -f "$file" ] || { printf '{"code":404,"message":"01020036:3: The requested Pool Member (%s) was not found."}\n404' "$path"; exit 0; }
    read -r session state open < "$file"
    case $method:$data in
      'PATCH:{"session":"user-disabled","state":"user-up"}') session=user-disabled;;
      'PATCH:{"session":"user-enabled","state":"user-up"}') session=monitor-enabled; state=checking;;
      PATCH:*) printf '{"code":400}\n400'; exit 0;;
    esac
    if [ -n "$stats" ]; then
      printf '{"kind":"s","entries":{"https://localhost/x":{"nestedStats":{"entries":{"serverside.bitsIn":{"value":7},"serverside.curConns":{"value":%s},"serverside.maxConns":{"value":9}}}}}}\n200' "$open"
      open=$((open > 0 ? open - 1 : 0))
    else
      printf '{"kind":"m","name":"n","session":"%s","state":"%s"}\n200' "$session" "$state"
      [ "$method:$state" = GET:checking ] && state=up
    fi
    echo "$session $state $open" > "$file"
    """#

  /// A Service `gateway` whose selector is `serving=true`; the EndpointSlices follow the label one look later.
  private static let kubectl = #"""
    while :; do case $1 in -n) shift 2;; --request-timeout=*) shift;; *) break;; esac; done
    case $1 in
      label)
        [ -f "$FAKE/pod.$4" ] || { echo "Error from server (NotFound): pods \"$4\" not found" >&2; exit 1; }
        echo "$5" > "$FAKE/pod.$4"; echo "pod/$4 labeled";;
      get)
        [ "$4" = kubernetes.io/service-name=gateway ] || exit 0
        cat "$FAKE/slices" 2>/dev/null
        for pod in "$FAKE"/pod.*; do
          grep -qx serving=true "$pod" && echo "${pod##*/pod.} true"
        done > "$FAKE/slices"
        exit 0;;
      exec) cat "$FAKE/tcp";;
      *) exit 1;;
    esac
    """#
}
