import Testing

@testable import CommandHandlers

@Suite("What a login shell prints by itself")
struct LoginNoiseTests {
  @Test("is no part of the command's output, however it arrives; what looks like our line behind it is")
  func arrives() {
    let text = Array("Welcome!\nno line endzdupgrade-begin\nzdupgrade-begin\nout".utf8)
    for size in 1...text.count {
      var noise = LoginNoise()
      var output: [UInt8] = []
      for start in stride(from: 0, to: text.count, by: size) {
        output += noise.pass(Array(text[start..<min(start + size, text.count)]))
      }
      #expect(String(decoding: output, as: UTF8.self) == "zdupgrade-begin\nout")
      #expect(noise.rest().isEmpty)
    }
  }

  @Test("is all that is known of a command that never began, its end at least")
  func never() {
    var noise = LoginNoise()
    #expect(noise.pass(Array("This account is ".utf8)).isEmpty)
    #expect(noise.pass(Array("closed\n".utf8)).isEmpty)
    #expect(String(decoding: noise.rest(), as: UTF8.self) == "This account is closed\n")
    for _ in 1...100 { #expect(noise.pass([UInt8](repeating: 32, count: 10_000)).isEmpty) }
    #expect(noise.rest().count == 16 * 1024)
  }
}
