/// The folders of the libraries of a program that no Debian package has.
enum LibraryFolders {
  /// Those that `program` needs.
  ///
  /// - Throws: `Failure` of kind `.exit` where `ldd` does not know it.
  static func needed(by program: String) async throws -> [String] {
    folders(ldd: try await ExternalTool(path: "/usr/bin/ldd", arguments: [program]).run())
  }

  /// The folders of libraries outside the system's, each once, from what `ldd` prints.
  static func folders(ldd text: String) -> [String] {
    var folders: [String] = []
    for line in text.split(separator: "\n") {
      guard let arrow = line.firstRange(of: "=> /") else { continue }
      // Behind the path stands the address, in parentheses.
      let path = line[line.index(before: arrow.upperBound)...].split(separator: " (").first ?? ""
      guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { continue }
      let folder = String(path[..<slash])
      // Not all below /usr/lib: there the toolchain of Swift's own images has its libraries.
      let isSystem = folder.wholeMatch(of: /(\/usr)?\/lib(64)?(\/[^\/]+-linux-gnu)?/) != nil
      if !isSystem, !folders.contains(folder) { folders.append(folder) }
    }
    return folders
  }
}
