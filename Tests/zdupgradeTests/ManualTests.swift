import Foundation
import Testing

@Suite("Manual pages and completions") struct ManualTests {
  static let programs = ["zdupgrade", "zdulab"]

  @Test("the manual tells of every command and each of its options", arguments: programs)
  func manual(program: String) async throws {
    try await withTemporaryFolder { folder in
      let isSingle = program == "zdulab"
      let made = try await Program.run(
        Program.script("package.d/manual"),
        ["\(Program.folder)/\(program)", folder, "--date", "2026-11-22"] + (isSingle ? ["--single"] : []))
      #expect(made.code == 0, "\(made.errors)")
      let commands = try await CommandTree(of: program).all()
      #expect(commands.count > 10)
      for (words, command) in commands {
        let name = isSingle ? program : words.joined(separator: "-")
        let page = (try? String(contentsOfFile: "\(folder)/\(name).1", encoding: .utf8)) ?? ""
        #expect(page.contains(".Dd November 22, 2026\n.Dt \(name.uppercased()) 1\n"), "\(name)")
        #expect(!isSingle || words.count == 1 || page.contains("\n.Ss \(words.joined(separator: " "))\n"), "\(words)")
        #expect(page.contains("\n.Sh SYNOPSIS\n.Nm ") && page.contains("\n.Sh SEE ALSO\n.Xr "), "\(name)")
        for option in command.options {
          let items = [" ", "\n"].map { "\n.It Fl -\(option)\($0)" }
          #expect(items.contains(where: page.contains), "\(words) --\(option)")
        }
      }
    }
  }

  @Test(
    "completions know every command and option, spelled as the vendor's", arguments: programs, ["bash", "zsh", "fish"])
  func completions(program: String, shell: String) async throws {
    let made = try await Program.run("\(Program.folder)/\(program)", ["--generate-completion-script", shell])
    #expect(made.code == 0 && made.errors.isEmpty, "\(made.errors)")
    let words = Set(made.output.split { !$0.isLetter && !$0.isNumber && $0 != "_" && $0 != "-" }.map(String.init))
    for (path, command) in try await CommandTree(of: program).all() {
      #expect(words.contains(command.commandName), "\(path)")
      for option in command.options {
        // fish takes the name apart from the hyphens.
        #expect(words.contains(shell == "fish" ? option : "--\(option)"), "\(path) --\(option)")
      }
    }
  }

  @Test("where a run is wanted, the runs of the log folder that is meant are offered")
  func runs() async throws {
    try await withTemporaryFolder { folder in
      for (logs, run) in [("logs", "20261117T080000.123Z-1a2b"), ("my logs", "20261118T080000.123Z-3c4d")] {
        let path = "\(folder)/\(logs)/\(run)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        #expect(FileManager.default.createFile(atPath: "\(path)/journal.jsonl", contents: nil))
      }
      func offered(_ words: String...) async throws -> String {
        let words = ["zdupgrade", "resume"] + words + [""]
        let asked = ["---completion", "resume", "--", "positional@0", "\(words.count - 1)", "0"] + words
        return try await Program.zdupgrade(asked, directory: folder).output
      }
      #expect(try await offered() == "20261117T080000.123Z-1a2b\n")
      #expect(try await offered("--log_dir", "my logs") == "20261118T080000.123Z-3c4d\n")
      #expect(try await offered("--log-dir=my logs") == "20261118T080000.123Z-3c4d\n")
      #expect(try await offered("--log_dir", "none") == "")
    }
  }
}
