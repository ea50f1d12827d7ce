import Foundation
import Lab
import Testing

@testable import zdupgrade

@Suite("What is printed for those who watch", .serialized)
struct ProgressOutputTests {
  @Test("a reader who goes away ends no run, and commands of the operator's get the signals as they are used to them")
  func gone() async throws {
    try await LabRun.with { run in
      let ignored = run.lab.directory + "/ignored"
      let arguments = run.arguments(
        "run",
        LabGuide.acceptedDowntime(for: run.lab) + ["--notify_command", "grep SigIgn /proc/self/status > '\(ignored)'"])
      let result = try await Program.run(
        "/bin/sh", ["-c", #""$@" 2>&1 | head -n 1"#, "sh", "\(Program.folder)/zdupgrade"] + arguments)
      #expect(result.output.hasPrefix("run: ") && result.output.count { $0 == "\n" } == 1)
      let runs = try await Program.zdupgrade(["runs", "--log_dir", run.logs])
      #expect(runs.output.contains("SUCCESS (0)"), "\(runs.output)")
      let mask = try String(contentsOfFile: ignored, encoding: .utf8).split(whereSeparator: \.isWhitespace).last ?? ""
      #expect(try #require(UInt64(mask, radix: 16)) & 1 << (UInt64(SIGPIPE) - 1) == 0)
    }
  }

  @Test("who does not read holds nothing up; what nobody has read for long is left out, and that is said")
  func unread() async throws {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    let output = ProgressOutput(to: ends[1], limit: 100_000)
    let line = String(repeating: "x", count: 999)
    // The pipe takes some, so many wait, and the others are left out.
    for _ in 1...500 { output.write([line]) }
    let reader = FileHandle(fileDescriptor: ends[0], closeOnDealloc: false)
    var text = ""
    var attempts = 0
    while !text.hasSuffix("last\n") {
      // It is taken as soon as there is room; as long as there is none, there is something to read.
      output.write(["last"])
      attempts += 1
      text += String(decoding: reader.availableData, as: UTF8.self)
    }
    let lines = text.split(separator: "\n")
    let gaps = lines.filter { $0.contains("lines are left out here") }
    let omitted = gaps.compactMap { Int($0.dropFirst().prefix { $0.isNumber }) }.reduce(0, +)
    let written = lines.count { $0 == line }
    // Among those that were left out may be some of the last.
    #expect(omitted > 0 && written < 500 && (500...500 + attempts).contains(written + omitted))
  }

  @Test("all is written before the end, but a reader who has stopped is not waited for")
  func flush() throws {
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    let output = ProgressOutput(to: ends[1])
    output.write(["one", "two"])
    output.flush()
    var bytes = [UInt8](repeating: 0, count: 100)
    let count = read(ends[0], &bytes, 100)
    #expect(String(decoding: bytes.prefix(max(0, count)), as: UTF8.self) == "one\ntwo\n")
    output.write([String(repeating: "x", count: 200_000)])
    output.flush(within: 0)
    var left = 200_001
    while left > 0 {
      let count = read(ends[0], &bytes, bytes.count)
      guard count > 0 else { break }
      left -= count
    }
    #expect(left == 0)
  }
}
