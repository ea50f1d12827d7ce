import Foundation
import Lab
import Testing

@Suite("Watching a run in a browser, as a process against the lab", .serialized)
struct WatchRunTests {
  @Test("the page follows the run to its end, goes with Ctrl-C, and leaves the run alone")
  func follow() async throws {
    try await LabRun.with(faults: ["Node-B:apply:slow:3"], nodes: 2) { run in
      async let upgrade = run.zdupgrade()
      _ = try await run.journal(with: ["runStarted"])
      let folder = run.lab.directory
      let watching = try await Program.run(
        "/bin/bash",
        [
          "-c",
          """
          "$ZDU" watch --log_dir "$LOGS" > "$D/url" 2> "$D/said" &
          pid=$!
          for ((n = 0; n < 200; n++)); do [ -s "$D/url" ] && break; sleep 0.1; done
          place=$(cut -d/ -f3 "$D/url"); path=/$(cut -d/ -f4 "$D/url")/
          get() { # PATH: what is answered, up to the end or the line with $2
            exec 3<> "/dev/tcp/${place%:*}/${place##*:}"
            printf 'GET %s HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n' "$1" "$place" >&3
            while IFS= read -r -t 60 line <&3; do printf '%s\\n' "$line"; case $line in *"$2"*) break ;; esac; done
            exec 3>&-
          }
          get "$path" '</html>' > "$D/page"
          get "${path}events" 'SUCCESS (0)' > "$D/stream"
          kill -INT $pid; wait $pid; echo "ended $?"
          """,
        ], environment: ["ZDU": "\(Program.folder)/zdupgrade", "LOGS": run.logs, "D": folder])
      #expect(watching.output == "ended 0\n", "\(watching.errors)")
      func file(_ name: String) throws -> String { try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8) }
      #expect(try file("url").firstMatch(of: /^http:\/\/127\.0\.0\.1:[0-9]+\/[A-Za-z0-9_-]{43}\/\n$/) != nil)
      #expect(try file("page").contains("not ended") && file("page").contains("Node-B"))
      #expect(try file("stream").split(separator: "\n").count { $0.hasPrefix("event: part") } > 12, "it changes often")
      #expect(try await upgrade.code == 0)
    }
  }

  @Test(
    "what is no address is refused",
    arguments: ["8080", "127.0.0.1", "::1:80", "host:99999", ":80", "host:-1", "[::1:80"])
  func refused(address: String) async throws {
    let result = try await Program.zdupgrade(["watch", "--listen", address])
    #expect(result.code == 80 && result.errors.contains("--listen"), "\(result.errors)")
  }
}
