import Foundation
import PackagePlugin

/// Lets a target know the git commit that it is built from: `scripts/commit` writes it down as a Swift file.
///
/// That is a command of the build, not something asked for in `Package.swift`: SwiftPM keeps what a manifest says until its
/// text changes. It is run when a source, or what is checked out, has changed; where it finds the same as before, nothing is
/// compiled anew.
@main
struct CommitPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: Target) -> [Command] {
    let root = context.package.directoryURL
    let script = root.appending(path: "scripts/commit")
    let output = context.pluginWorkDirectoryURL.appending(path: "Commit.swift")
    return [
      .buildCommand(
        displayName: "Finding the commit", executable: URL(filePath: "/bin/sh"),
        arguments: [script.path, output.path],
        inputFiles: [script] + checkout(root) + sources(of: context.package, but: context.pluginWorkDirectoryURL),
        outputFiles: [output])
    ]
  }

  /// Files of git that change with what is checked out; none outside of a clone.
  private func checkout(_ root: URL) -> [URL] {
    var folder = root.appending(path: ".git")
    // In a further working tree of a clone it is a file that names the folder.
    if let text = try? String(contentsOf: folder, encoding: .utf8), text.hasPrefix("gitdir: ") {
      let path = text.dropFirst("gitdir: ".count).trimmingCharacters(in: .whitespacesAndNewlines)
      folder = URL(filePath: path, relativeTo: root)
    }
    return ["HEAD", "logs/HEAD"].map { folder.appending(path: $0) }.filter {
      FileManager.default.fileExists(atPath: $0.path)
    }
  }

  private func sources(of package: Package, but generated: URL) -> [URL] {
    package.targets.compactMap(\.sourceModule).filter { $0.kind != .test }.flatMap { $0.sourceFiles.map(\.url) }.filter
    {
      !$0.path.hasPrefix(generated.path)
    }
  }
}
