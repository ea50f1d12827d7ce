import Foundation
import Testing

@testable import Release
@testable import zdupgrade

@Suite("Release") struct ReleaseTests {
  @Test("--version names the version and the commit", arguments: ["zdupgrade", "zdulab"])
  func version(program: String) async throws {
    let told = try await Program.run("\(Program.folder)/\(program)", ["--version"])
    #expect(told.code == 0 && told.output == "\(program) \(Release.name)\n")
    #expect(told.output.contains(/^\w+ \d+\.\d+\.\d+ \(commit ([0-9a-f]{12}|unknown)(, changed)?\)\n$/))
  }

  @Test("a build without git says that its commit is unknown, one of a changed tree that it is changed")
  func name() {
    #expect(Release.name(commit: nil, isChanged: false) == "\(Release.version) (commit unknown)")
    #expect(
      Release.name(commit: "0dfd139a1b2c", isChanged: true) == "\(Release.version) (commit 0dfd139a1b2c, changed)")
  }

  @Test("scripts/commit finds the commit of its own folder, and whether what is built differs from it")
  func commit() async throws {
    try await withTemporaryFolder { folder in
      let root = "\(folder)/it's a clone"
      try FileManager.default.createDirectory(atPath: "\(root)/scripts", withIntermediateDirectories: true)
      try FileManager.default.createDirectory(atPath: "\(root)/Sources", withIntermediateDirectories: true)
      try FileManager.default.copyItem(atPath: Program.script("commit"), toPath: "\(root)/scripts/commit")
      try "a".write(toFile: "\(root)/Sources/a.swift", atomically: true, encoding: .utf8)

      // A repository around the folder is another one.
      try await git(folder, "init", "--quiet")
      try await git(folder, "commit", "--quiet", "--allow-empty", "--message", "around")
      #expect(try await said(root) == said("nil", false))

      try await git(root, "init", "--quiet")
      #expect(try await said(root) == said("nil", false))
      try await git(root, "add", ".")
      try await git(root, "commit", "--quiet", "--message", "first")
      let first = try await git(root, "rev-parse", "--short=12", "HEAD")
      #expect(try await said(root) == said("\"\(first)\"", false))
      let written = try FileManager.default.attributesOfItem(atPath: "\(root)/out.swift")[.modificationDate] as? Date
      try "notes".write(toFile: "\(root)/README.md", atomically: true, encoding: .utf8)
      #expect(try await said(root) == said("\"\(first)\"", false), "a text is not built")
      #expect(
        try FileManager.default.attributesOfItem(atPath: "\(root)/out.swift")[.modificationDate] as? Date == written)

      try "b".write(toFile: "\(root)/Sources/b.swift", atomically: true, encoding: .utf8)
      #expect(try await said(root) == said("\"\(first)\"", true))
      try await git(root, "add", ".")
      try await git(root, "commit", "--quiet", "--message", "second")
      let second = try await git(root, "rev-parse", "--short=12", "HEAD")
      #expect(second != first)
      #expect(try await said(root) == said("\"\(second)\"", false))
    }
  }

  @Test("an archive made by git keeps the commit")
  func archive() async throws {
    try await withTemporaryFolder { folder in
      try FileManager.default.createDirectory(atPath: "\(folder)/scripts", withIntermediateDirectories: true)
      let text = try String(contentsOfFile: Program.script("commit"), encoding: .utf8)
      let archived = text.replacingOccurrences(of: "$Format:%H$", with: "0dfd139a1b2c3d4e5f60718293a4b5c6d7e8f901")
      #expect(archived != text)
      try archived.write(toFile: "\(folder)/scripts/commit", atomically: true, encoding: .utf8)
      #expect(try await said(folder) == said("\"0dfd139a1b2c\"", false))
    }
  }

  private func said(_ digits: String, _ isChanged: Bool) -> String {
    "enum Commit {\n  static var digits: String? { \(digits) }\n  static var isChanged: Bool { \(isChanged) }\n}\n"
  }

  /// What the `scripts/commit` of `root` writes.
  private func said(_ root: String) async throws -> String {
    let result = try await Program.run("/bin/sh", ["scripts/commit", "\(root)/out.swift"], directory: root)
    #expect(result.code == 0, "\(result.errors)")
    return try String(contentsOfFile: "\(root)/out.swift", encoding: .utf8)
  }

  @discardableResult
  private func git(_ folder: String, _ arguments: String...) async throws -> String {
    let author = ["-c", "user.name=t", "-c", "user.email=t@example.invalid", "-c", "commit.gpgSign=false"]
    let result = try await Program.run("/usr/bin/env", ["git", "-C", folder] + author + arguments)
    #expect(result.code == 0, "\(result.errors)")
    return result.output.trimmingCharacters(in: .whitespacesAndNewlines)
  }

  @Test("options may have hyphens; ArgumentParser's own keep theirs, and so does what stands behind --")
  func spelling() {
    #expect(
      OptionSpelling.withUnderscores(["run", "--old-install-dir", "a-b", "--cass-host=c-d", "--", "--x-y"])
        == ["run", "--old_install_dir", "a-b", "--cass_host=c-d", "--", "--x-y"])
    let own = ["--generate-completion-script", "zsh", "--experimental-dump-help", "--help-hidden"]
    #expect(OptionSpelling.withUnderscores(own) == own)
  }
}
