import Foundation
import Testing

@Suite("What is wrong is refused with exit code 80, with nothing on standard output, and nothing left behind")
struct WrongInputTests {
  private static let topology = """
    {"nodes":[{"name":"A","host":"a","nodeManager":"admin","instances":[{"name":"I","group":"G"}]},\
    {"name":"B","host":"b","nodeManager":"node","instances":[{"name":"J","group":"G"}]}]}
    """

  /// In a folder with a few good and bad files, runs `zdupgrade`; nothing may be changed in it.
  private func refused(_ arguments: [String], also file: String? = nil) async throws -> String {
    try await withTemporaryFolder { folder in
      let files = [
        "ok.json": Self.topology, "empty": "", "two-lines": "a\nb\n", "bluegreen.json": #"{"profile":"major"}"#,
        "w.json": file ?? "",
      ]
      for (name, text) in files { try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8) }
      let result = try await Program.zdupgrade(arguments, directory: folder)
      #expect(result.code == 80 && result.output.isEmpty)
      #expect(try Set(FileManager.default.contentsOfDirectory(atPath: folder)) == Set(files.keys))
      return result.errors.replacing(folder, with: "FOLDER")
    }
  }

  @Test("a topology file: the file, the key, what is wrong and what would be right", arguments: WrongFiles.all)
  func file(text: String, message: String) async throws {
    let said = try await refused(
      [
        "plan", "--offline", "--config", "w.json", "--no_cassandra", "--old_install_dir", "/opt/o", "--new_install_dir",
        "/opt/n",
      ], also: text)
    #expect(said == "zdupgrade: w.json:\(message.first?.isNumber == true ? "" : " ")\(message)\n")
  }

  @Test("an option or an argument", arguments: WrongOptions.all + WrongCommands.all)
  func option(arguments: [String], message: String) async throws {
    #expect(try await refused(arguments) == "zdupgrade: \(message)\n")
  }
}
