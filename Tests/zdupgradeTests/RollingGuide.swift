import Foundation
import Lab
import Testing

/// The place where an operator types the commands of a rolling upgrade; what is his own is put in.
final class RollingGuide {
  private let lab: Lab
  private let url: String
  private let listen: String
  private let scripts = [DocumentedScript(.rolling), DocumentedScript(.rehearsal)]

  init(_ run: LabRun) throws {
    lab = run.lab
    url = run.url(of: "Gateway Group")
    let address = LoopbackPort.ownAddress()
    listen = "\(address):\(try LoopbackPort.free(at: address))"
    try write("http://127.0.0.1:9/\n", "chat-urls")
    try write(#"{ "export": 90, "apply": { "all": 180, "nodes": { "Node-A": 240 } } }"#, "times.json")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
  }

  /// Where files of his are made.
  private var folder: String { "\(lab.directory)/mine" }

  private func write(_ text: String, _ name: String) throws {
    try text.write(toFile: "\(lab.directory)/\(name)", atomically: true, encoding: .utf8)
  }

  /// The `zdupgrade` commands of these names.
  func commands(_ names: String...) -> [[String]] {
    names.flatMap { name in scripts.flatMap { $0.commands("zdupgrade", name) } }
  }

  /// Sees that no command was left out.
  func expectDone() { for script in scripts { script.expectDone() } }

  /// The arguments with what is his own.
  private func arguments(_ command: [String]) -> [String] {
    let logs = "\(lab.directory)/logs"
    let runs = (try? FileManager.default.contentsOfDirectory(atPath: logs).filter { $0.hasPrefix("20") }) ?? []
    let run = runs.max() ?? "RUN"
    let own = [
      "RUN": run, "NODE": "Node-A", "LOGS": logs, "TOPOLOGY": lab.topologyFile, "20261121T2301": String(run.dropLast()),
      "https://api.example.com/ping": url, "/tmp/zdulab-compose/topology.json": lab.topologyFile,
      "127.0.0.1:8800": listen, "/tmp/lab": lab.directory, "60": "2",
    ]
    var arguments = command.dropFirst().map { own[$0] ?? $0 }
    for (option, file) in ["--password_file": lab.passwordFile, "--domain_passphrase_file": lab.domainPassphraseFile] {
      if let place = arguments.firstIndex(of: option) { arguments[place + 1] = file }
    }
    return arguments
  }

  private func secrets() throws -> [String: String] {
    try ["ZDU_PASSWORD": lab.passwordFile, "ZDU_DOMAIN_PASSPHRASE": lab.domainPassphraseFile]
      .mapValues { try String(contentsOfFile: $0, encoding: .utf8).trimmingCharacters(in: .newlines) }
  }

  /// Runs it, with `more` behind it; it must succeed.
  func run(_ command: [String], _ more: [String] = []) async throws {
    for script in scripts { script.tick(command) }
    var arguments = arguments(command) + more
    if ["plan", "check", "run"].contains(command[1]) {
      arguments += LabGuide.cassandra(of: lab) + LabGuide.acceptedDowntime(for: lab)
    }
    if let end = arguments.firstIndex(of: "--") { arguments.insert("--yes", at: end) }
    let result = try await Program.zdupgrade(arguments, environment: try secrets(), directory: lab.directory)
    #expect(result.code == 0, "\(arguments): \(result.errors)")
  }

  /// Asks the lab's Admin Node Manager, whose certificate it makes known, and makes the file in a folder of its own.
  func discover(_ command: [String]) async throws {
    for script in scripts { script.tick(command) }
    let manager = try #require(lab.description.nodes.first)
    let arguments = arguments(command).map { $0 == "anm.example.com" ? manager.address : $0 }
    let result = try await Program.zdupgrade(
      arguments + ["--anm_port", "\(manager.managementPort)", "--ca_file", lab.certificateFile],
      environment: try secrets(), directory: folder)
    #expect(result.code == 0, "\(arguments): \(result.errors)")
    #expect(FileManager.default.fileExists(atPath: "\(folder)/topology.json"))
  }

  /// Looks at the page, and ends it with Ctrl-C.
  func watch(_ command: [String]) async throws {
    for script in scripts { script.tick(command) }
    let script = """
      rm -f mine/url; "$@" > mine/url & pid=$!
      for ((n = 0; n < 200; n++)); do [ -s mine/url ] && break; sleep 0.1; done
      place=$(cut -d/ -f3 mine/url); path=/$(cut -d/ -f4 mine/url)/
      exec 3<> "/dev/tcp/${place%:*}/${place##*:}"
      printf 'GET %s HTTP/1.1\\r\\nHost: %s\\r\\nConnection: close\\r\\n\\r\\n' "$path" "$place" >&3
      IFS= read -r -t 60 line <&3; exec 3>&-; echo "${line%?}"
      kill -INT $pid; wait $pid; echo "ended $?"
      """
    let result = try await Program.run(
      "/bin/bash", ["-c", script, "bash", "\(Program.folder)/zdupgrade"] + arguments(command), directory: lab.directory)
    #expect(result.output == "HTTP/1.1 200 OK\nended 0\n", "\(command): \(result.errors)")
  }

  /// Runs the lab's own commands for it.
  func runLab() async throws {
    for command in DocumentedCommand.all.filter({ $0.stage == .rolling && $0.words[0] == "zdulab" }).map(\.words) {
      for script in scripts { script.tick(command) }
      let result = try await Program.run("\(Program.folder)/zdulab", arguments(command))
      #expect(result.code == 0, "\(command): \(result.errors)")
    }
  }
}
