import Glibc
import Upgrade

/// The programs of the system that a lab is made of, and the Debian packages that bring them.
enum LabPrograms {
  private static let always = [
    ("/usr/sbin/sshd", "openssh-server"), ("/usr/bin/ssh-keygen", "openssh-client"), ("/usr/bin/openssl", "openssl"),
  ]

  /// Sees that all are there that a lab behind `balancer` needs.
  ///
  /// - Parameter isThere: whether a program can be run.
  /// - Throws: `Failure` of kind `.refused` that names what is missing, and what to install.
  static func check(
    for balancer: LabBalancer, isThere: (String) -> Bool = { access($0, X_OK) == 0 }
  ) throws(Failure) {
    let own =
      switch balancer {
      case .nginx: ("/usr/sbin/nginx", "nginx-light")
      case .haproxy: ("/usr/sbin/haproxy", "haproxy")
      }
    let missing = (always + [own]).filter { !isThere($0.0) }
    guard !missing.isEmpty else { return }
    throw Failure(
      .refused, "a lab needs \(missing.map(\.0).joined(separator: ", ")), which cannot be run here",
      remedy: "run 'apt-get install --no-install-recommends \(missing.map(\.1).joined(separator: " "))' as root")
  }
}
