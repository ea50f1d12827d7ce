import Glibc
import Upgrade

/// A program of the system that a lab starts.
struct SystemProgram: Sendable, Equatable {
  let path: String
  /// The Debian package that has it.
  let package: String

  /// What a lab of SSH nodes behind `balancer` starts.
  static func ofLab(behind balancer: LabBalancer) -> [SystemProgram] {
    [
      SystemProgram(path: "/usr/sbin/sshd", package: "openssh-server"),
      SystemProgram(path: "/usr/bin/ssh-keygen", package: "openssh-client"),
      SystemProgram(path: "/usr/bin/openssl", package: "openssl"), of(balancer),
    ]
  }

  /// What a blue-green stage starts.
  static let ofStage = [of(.nginx)]

  private static func of(_ balancer: LabBalancer) -> SystemProgram {
    switch balancer {
    case .nginx: SystemProgram(path: "/usr/sbin/nginx", package: "nginx-light")
    case .haproxy: SystemProgram(path: "/usr/sbin/haproxy", package: "haproxy")
    }
  }

  /// Sees that all are here.
  ///
  /// - Throws: `Failure` of kind `.refused` that names those that are not, and their packages.
  static func check(_ programs: [SystemProgram]) throws(Failure) {
    let missing = programs.filter { access($0.path, X_OK) != 0 }
    guard !missing.isEmpty else { return }
    throw Failure(
      .refused, "start the lab: not on this machine: \(missing.map(\.path).joined(separator: ", "))",
      remedy: "install them, on Debian with 'apt-get install --no-install-recommends "
        + "\(missing.map(\.package).joined(separator: " "))'")
  }
}
