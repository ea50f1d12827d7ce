import Foundation
import Testing

@Suite("A prompt on a terminal", .serialized)
struct PromptTests {
  private static let config =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path + "/config/topology.json"

  /// On a terminal of its own, asks for the password, and does `steps` meanwhile; files in `$D` say what was seen.
  private func onTerminal(_ folder: String, _ steps: String) async throws -> Program.Result {
    let inner = """
      stty -a > "$D/before"; tty > "$D/tty"
      /bin/sh -c 'echo $$ > "$D/pid"; exec env --default-signal=INT "$ZDU" run --config "$CONFIG" --old_install_dir /o --new_install_dir /n \\
        --no_cassandra --accept_downtime "GatewayManager Group" --log_dir "$D/logs"'
      echo $? > "$D/code"
      stty -a > "$D/after"
      """
    let outer = """
      await() { n=0; until eval "$1"; do n=$((n + 1)); [ $n -lt 200 ] || { echo "never: $1"; exit 99; }; sleep 0.1; done; }
      mkfifo "$D/in"
      script -qefc 'sh "$D/inner"' "$D/screen" < "$D/in" > /dev/null 2>&1 &
      exec 3> "$D/in"
      await 'grep -q "password of the administrator" "$D/screen" 2>/dev/null'
      pid=$(cat "$D/pid")
      await 'stty -a -F "$(cat "$D/tty")" | grep -q -- "-echo "'
      \(steps)
      await '[ -s "$D/after" ]'
      exec 3>&-
      wait
      """
    try inner.write(toFile: "\(folder)/inner", atomically: true, encoding: .utf8)
    return try await Program.run(
      "/bin/sh", ["-c", outer],
      environment: ["D": folder, "ZDU": "\(Program.folder)/zdupgrade", "CONFIG": Self.config, "SHELL": "/bin/sh"])
  }

  private func file(_ folder: String, _ name: String) -> String {
    (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
  }

  @Test("that a signal ends leaves the terminal's echo as it was", arguments: [("TERM", 143), ("INT", 130)])
  func ended(_ signal: String, _ code: Int) async throws {
    try await withTemporaryFolder { folder in
      let result = try await onTerminal(folder, "kill -s \(signal) $pid")
      #expect(result.code == 0, "\(result.output)")
      #expect(file(folder, "code") == "\(code)\n")
      #expect(file(folder, "before").contains(" echo "))
      #expect(file(folder, "after") == file(folder, "before"))
    }
  }

  @Test("that gets SIGHUP waits on, and takes the answer; Ctrl-C in it ends with nothing changed")
  func hangUp() async throws {
    try await withTemporaryFolder { folder in
      let result = try await onTerminal(
        folder,
        """
        kill -HUP $pid
        printf 'secret\\n' >&3
        await 'grep -q "passphrase of the domain" "$D/screen"'
        kill -HUP $pid
        kill -0 $pid || exit 98
        printf '\\003' >&3
        """)
      #expect(result.code == 0, "\(result.output)")
      #expect(file(folder, "code") == "80\n")
      #expect(file(folder, "screen").contains("nothing was given"))
      #expect(!file(folder, "screen").contains("secret"))
      #expect(file(folder, "after") == file(folder, "before"))
    }
  }
}
