import CBcryptPBKDF
import Glibc
import Testing

@testable import SSH

@Suite("Bytes on the wire")
struct WireTests {
  @Test("a reader gives nil where the bytes end too early, and never reads past them")
  func shortReads() {
    var reader = WireReader([0, 0, 0, 5, 1, 2])
    let string = reader.string()
    #expect(string == nil)
    var huge = WireReader([0xff, 0xff, 0xff, 0xff, 1])
    let none = huge.string()
    #expect(none == nil)
    var text = WireReader([0, 0, 0, 1, 0xff])
    let notText = text.text()
    #expect(notText == nil)
    var empty = WireReader([])
    let (byte, number) = (empty.byte(), empty.uint32())
    #expect(byte == nil && number == nil)
  }

  @Test(
    "numbers are written without needless zeros and never as negative",
    arguments: [
      ([], [0, 0, 0, 0]), ([0, 0], [0, 0, 0, 0]), ([0x7f], [0, 0, 0, 1, 0x7f]), ([0x80], [0, 0, 0, 2, 0, 0x80]),
      ([0, 0, 0x80, 1], [0, 0, 0, 3, 0, 0x80, 1]),
    ] as [([UInt8], [UInt8])])
  func numbers(_ value: [UInt8], _ written: [UInt8]) {
    var writer = WireWriter()
    writer.mpint(value)
    #expect(writer.bytes == written)
  }

  @Test("the agent's keys are read, and an answer that is cut short is none")
  func agentKeys() {
    let answer: [UInt8] = [12, 0, 0, 0, 2, 0, 0, 0, 2, 7, 8, 0, 0, 0, 2, 0xc3, 0xa9, 0, 0, 0, 1, 9, 0, 0, 0, 0]
    #expect(AgentMessage.keys(in: answer) == [.init(blob: [7, 8], comment: "é"), .init(blob: [9], comment: "")])
    for count in 0..<answer.count { #expect(AgentMessage.keys(in: Array(answer[..<count])) == nil) }
    #expect(AgentMessage.keys(in: [5]) == nil)
  }

  @Test(
    "the agent is asked for SHA-2 signatures of RSA keys, and gives the bare signature",
    arguments: [
      ("rsa-sha2-512", 4), ("rsa-sha2-256", 2), ("ssh-ed25519", 0),
    ] as [(String, UInt8)])
  func agentSigns(_ algorithm: String, _ flag: UInt8) {
    let request = AgentMessage.signRequest(blob: [1], data: [2, 3], algorithm: algorithm)
    #expect(request == [13, 0, 0, 0, 1, 1, 0, 0, 0, 2, 2, 3, 0, 0, 0, flag])
    var inner = WireWriter()
    inner.string(algorithm)
    inner.string([5, 6])
    var answer = WireWriter()
    answer.byte(14)
    answer.string(inner.bytes)
    #expect(AgentMessage.signature(in: answer.bytes, algorithm: algorithm) == [5, 6])
    #expect(AgentMessage.signature(in: answer.bytes, algorithm: "ssh-rsa") == nil)
    #expect(AgentMessage.signature(in: [5], algorithm: algorithm) == nil)
  }

  @Test("bcrypt_pbkdf gives the known result, and refuses what makes no sense")
  func keyDerivation() {
    var key = [UInt8](repeating: 0, count: 32)
    let (pass, salt) = (Array("password".utf8), Array("salt".utf8))
    #expect(bcrypt_pbkdf(pass, pass.count, salt, salt.count, &key, key.count, 4) == 0)
    // The vector of OpenBSD's and Go's tests.
    #expect(hex(key) == "5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9")
    #expect(bcrypt_pbkdf(pass, 0, salt, salt.count, &key, key.count, 4) == -1)
    #expect(bcrypt_pbkdf(pass, pass.count, salt, salt.count, &key, key.count, 0) == -1)
  }

  @Test("an exit status is seen in the packet that libssh2 frees, once, for its own channel, and not in stale memory")
  func exitStatusSeen() {
    let block = malloc(64)!
    defer { free(block) }
    func fill(_ bytes: [UInt8]) {
      bytes.withUnsafeBytes { block.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
    }
    var watch = PacketWatch()
    func isEnded(_ number: UInt32) -> Bool { watch.takeEnd(of: number) }
    #expect(!isEnded(7))
    for name in ["exit-status", "exit-signal"] {
      fill([98, 0, 0, 0, 7, 0, 0, 0, 11] + name.utf8 + [0, 0, 0, 0, 0])
      watch.look(at: block)
      #expect(!isEnded(8))
      #expect(isEnded(7))
      // The same block comes back from malloc and is freed unwritten.
      watch.look(at: block)
      #expect(!isEnded(7))
    }
    fill([98, 0, 0, 0, 7, 0, 0, 0, 11] + "exit-statut".utf8 + [0, 0, 0, 0, 0])
    watch.look(at: block)
    #expect(!isEnded(7))
    fill([51, 0, 0, 0, 9] + "publickey".utf8 + [0])
    watch.look(at: block)
    #expect(watch.loginMethods == "publickey")
    fill([51, 0xff, 0xff, 0xff, 0xff])
    watch.look(at: block)
    #expect(watch.loginMethods == "publickey")
  }

  @Test("timers come in the order of their deadlines, and not when they were removed")
  func timers() {
    var queue = TimerQueue()
    var seen: [Int] = []
    let start = ContinuousClock.now - .seconds(1)
    var timers: [TimerQueue.Timer] = []
    for number in 0..<200 {
      let place = number * 73 % 200
      timers.append(queue.add(at: start + .milliseconds(place)) { seen.append(place) })
    }
    for number in stride(from: 0, to: 200, by: 2) { queue.remove(timers[number]) }
    let expected = stride(from: 1, to: 200, by: 2).map { $0 * 73 % 200 }.sorted()
    #expect(queue.millisecondsToNext == 0)
    for action in queue.takeDue() { action() }
    #expect(seen == expected)
    #expect(queue.millisecondsToNext == -1)
    _ = queue.add(at: .now + .seconds(3)) {}
    #expect((2900...3001).contains(queue.millisecondsToNext))
    #expect(queue.takeDue().isEmpty)
  }

  private func hex(_ bytes: [UInt8]) -> String {
    bytes.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
  }
}
