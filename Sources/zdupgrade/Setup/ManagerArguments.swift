import ArgumentParser
import Axway
import Foundation
import Upgrade

/// Which Admin Node Manager is asked, by whom, and whose certificate it may have.
struct ManagerArguments: ParsableArguments {
  @Option(name: .customLong("anm_host"), help: "The host of an Admin Node Manager of the domain.")
  var host: String

  @Option(name: .customLong("anm_port"), help: "Its management port.")
  var port = 8090

  @Option(name: .customLong("username"), help: "The administrator's name.")
  var username = "admin"

  @Option(
    name: .customLong("password_file"),
    help: "A file with the administrator's password. (else: ZDU_PASSWORD, or a prompt)")
  var passwordFile: String?

  @Option(
    name: .customLong("ca_file"),
    help: "A file of PEM certificates that are trusted besides those that this host trusts.")
  var caFile: String?

  @Option(
    name: .customLong("fingerprint"),
    help: "The fingerprint of the one certificate that is believed, as SHA256:0A:1B:...; an error shows the one seen.")
  var fingerprint: String?

  @Flag(
    name: .customLong("insecure"),
    help: "Take any certificate: whoever answers gets the administrator's password.")
  var isInsecure = false

  @Option(name: .customLong("answer_time"), help: "Seconds within which the whole answer must come.")
  var answerTime = 30

  /// Checks the options; connects to nothing.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the option.
  func check() throws(Failure) {
    _ = try trust()
    guard (1...65535).contains(port) else { throw Failure(.refused, "--anm_port: is \(port), must be 1 to 65535") }
    do { _ = try TopologyAPI.url(host: host, port: port) } catch { throw error.inContext("--anm_host") }
    guard (1...3600).contains(answerTime) else {
      throw Failure(.refused, "--answer_time: is \(answerTime), must be 1 to 3600")
    }
    guard !username.isEmpty, !username.contains(":") else {
      throw Failure(.refused, "--username: is empty, or holds a colon")
    }
    guard !username.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
      throw Failure(.refused, "--username: holds control characters")
    }
  }

  /// The API.
  ///
  /// - Throws: `Failure` of kind `.refused` that names the option.
  func api(_ http: any HTTPExchange & CertificateReader) throws(Failure) -> TopologyAPI {
    try TopologyAPI(host: host, port: port, trust: trust(), timeout: .seconds(answerTime), http: http)
  }

  /// Who asks; the password is asked for where it was not given.
  ///
  /// - Throws: `Failure` that says what to give.
  func login() throws(Failure) -> HTTPQuestion.Login {
    HTTPQuestion.Login(
      user: username, password: try SecretSource.administrator(file: passwordFile).givenOrAsked())
  }

  private func trust() throws(Failure) -> TLSTrust {
    let given = [
      caFile.map { _ in "--ca_file" }, fingerprint.map { _ in "--fingerprint" }, isInsecure ? "--insecure" : nil,
    ].compactMap { $0 }
    guard given.count < 2 else {
      throw Failure(.refused, "\(given.joined(separator: " and ")): exclude each other; give one of them")
    }
    if let caFile, access(caFile, R_OK) != 0 {
      throw Failure(.io, "--ca_file: \(caFile): cannot be read: \(String(cString: strerror(errno)))")
    }
    let pin = try fingerprint.map { text throws(Failure) in
      guard let pin = CertificateFingerprint(text) else {
        throw Failure(
          .refused, "--fingerprint: '\(PlainText.oneLine(text))' is none: SHA256: and 64 hexadecimal digits",
          remedy: "take it from 'openssl x509 -noout -fingerprint -sha256 -in CERTIFICATE'")
      }
      return pin
    }
    return TLSTrust(caFile: caFile, isInsecure: isInsecure, pin: pin)
  }
}
