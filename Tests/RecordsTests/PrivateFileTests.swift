import Foundation
import Records
import Testing
import Upgrade

@Suite("A file of its owner's alone")
struct PrivateFileTests {
  @Test("is made whole and for its owner; one that is there stays unless it is to be replaced, and no draft is left")
  func create() throws {
    let folder = "/tmp/zdu-file-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/t.json"
    try PrivateFile.create(path, with: "1")
    #expect(
      throws: Failure(.refused, "\(path): is there already", remedy: "give another file, or --force to replace it")
    ) { try PrivateFile.create(path, with: "2") }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "1")
    // Nor is what a link that leads nowhere stands for.
    symlink("\(folder)/nowhere", "\(folder)/link")
    #expect(throws: Failure.self) { try PrivateFile.create("\(folder)/link", with: "2") }
    try PrivateFile.replace(path, with: "3")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "3")
    var status = stat()
    #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o600 && status.st_nlink == 1)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).sorted() == ["link", "t.json"])
    let failure = #expect(throws: Failure.self) { try PrivateFile.create("\(folder)/no/t.json", with: "1") }
    #expect(failure?.kind == .io)
  }
}
