import Foundation
import Upgrade

/// Where one secret may come from.
struct SecretSource: Sendable {
  let what: String
  let option: String
  let variable: String
  let file: String?
  var mayBeEmpty = false

  /// The password of the domain's administrator; `file` is what `--password_file` says.
  static func administrator(file: String?) -> SecretSource {
    SecretSource(
      what: "password of the administrator", option: "--password_file", variable: "ZDU_PASSWORD", file: file)
  }

  /// The secret from the file, or else the environment; nil where neither was given.
  ///
  /// - Throws: `Failure` that names the option or variable.
  func given() throws(Failure) -> Secret? {
    if let file { return try checked(try read(file), option) }
    return try ProcessInfo.processInfo.environment[variable].map { text throws(Failure) in try checked(text, variable) }
  }

  /// The secret from the terminal, without echo.
  ///
  /// - Throws: `Failure` when it was not given.
  func ask() throws(Failure) -> Secret { try checked(try Prompt.ask("\(what): "), "the \(what)") }

  /// The secret that was given, or else that from the terminal.
  ///
  /// - Throws: `Failure` that says what to give when there is no terminal.
  func givenOrAsked() throws(Failure) -> Secret {
    if let secret = try given() { return secret }
    guard Prompt.isPossible else {
      throw Failure(
        .refused, "there is no terminal to ask on; give the \(what) (\(option) FILE, or the variable \(variable))")
    }
    return try ask()
  }

  private func read(_ file: String) throws(Failure) -> String {
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(fileURLWithPath: file))
    } catch {
      throw Failure(.io, "\(option): \(file): cannot be read: \(FileTrouble.text(error))")
    }
    guard let text = String(bytes: bytes, encoding: .utf8) else {
      throw Failure(.refused, "\(option): \(file): is not UTF-8 text")
    }
    guard text.hasSuffix("\n") else { return text }
    return String(text.dropLast())  // also drops "\r\n", which is one character
  }

  /// A secret reaches the node as one line.
  private func checked(_ text: String, _ place: String) throws(Failure) -> Secret {
    guard mayBeEmpty || !text.isEmpty else { throw Failure(.refused, "\(place): is empty") }
    guard !text.unicodeScalars.contains(where: { $0 == "\n" || $0 == "\0" }) else {
      throw Failure(.refused, "\(place): holds more than one line, or a NUL character")
    }
    return Secret(text)
  }
}
