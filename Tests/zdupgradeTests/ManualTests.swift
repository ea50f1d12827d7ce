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
}
