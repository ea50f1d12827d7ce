import Foundation
import Testing

@testable import Axway

@Suite("The scripts that look at a node's processes")
struct ProcessScriptsTests {
  private static func run(_ words: [String]) throws -> (code: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: words[0])
    process.arguments = Array(words.dropFirst())
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  /// With the grep of the machine, with one that ends at a NUL, and with none.
  private static let ways: [(String, [String])] = [
    (ProcessScripts.isRunning, ["/bin/sh", "-c"]),
    (ProcessScripts.isRunning.replacing("grep -lF", with: "busybox grep -lF"), ["/bin/sh", "-c"]),
    (ProcessScripts.isRunning.replacing("grep -lF", with: "no-such-program -lF"), ["/bin/sh", "-c"]),
    (ProcessScripts.isRunning, ["/bin/busybox", "sh", "-c"]),
  ]

  @Test("a process is found by its folder and what stands behind it, however grep takes the NULs between words")
  func found() throws {
    let folder = "/tmp/zdu-process-\(getpid())-\(UInt32.random(in: 0 ... .max))/o'ld \"x\"/apigateway"
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "read line; :", "x", "\(folder)/bin/vshell", "-n", "Gateway-1"]
    let input = Pipe()
    process.standardInput = input
    try process.run()
    defer {
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
    for (script, shell) in Self.ways {
      func look(_ folder: String, _ name: String) throws -> Int32 {
        let result = try Self.run(shell + [script, "zdupgrade", folder, name])
        #expect(result.output.isEmpty)
        return result.code
      }
      #expect(try look(folder, "Gateway-1") == 0)
      #expect(try look(folder, "Gateway-2") == 1)
      #expect(try look(folder + "2", "Gateway-1") == 1)
      // The looks themselves have both in their command lines.
      #expect(try look("/tmp/zdu-nothing-\(getpid())", "proc") == 1)
    }
  }

  @Test("the grep of another look is no process of the installation")
  func otherGrep() throws {
    let folder = "/tmp/zdu-process-\(getpid())-\(UInt32.random(in: 0 ... .max))/apigateway"
    let grep = Process()
    grep.executableURL = URL(fileURLWithPath: "/bin/sh")
    grep.arguments = ["-c", "exec grep -lF -e \(folder) - /proc/Gateway-1/cmdline"]
    let input = Pipe()
    grep.standardInput = input
    grep.standardOutput = FileHandle.nullDevice
    grep.standardError = FileHandle.nullDevice
    try grep.run()
    defer {
      try? input.fileHandleForWriting.close()
      grep.waitUntilExit()
    }
    let deadline = ContinuousClock.now + .seconds(10)
    func line() -> String {
      (try? String(contentsOfFile: "/proc/\(grep.processIdentifier)/cmdline", encoding: .utf8)) ?? ""
    }
    while !line().hasPrefix("grep"), ContinuousClock.now < deadline { sched_yield() }
    #expect(line().hasPrefix("grep"))
    for (script, shell) in Self.ways {
      #expect(try Self.run(shell + [script, "zdupgrade", folder, "Gateway-1"]).code == 1)
    }
  }
}
