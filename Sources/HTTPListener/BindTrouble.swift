import Glibc
import NIOCore
import Upgrade

/// Says why an address cannot be listened on, and what to do.
enum BindTrouble {
  /// The failure of listening on `place` to `purpose`, because of `error`; `setting` is where the address is given.
  static func failure(_ error: any Error, _ place: String, _ purpose: String, in setting: String) -> Failure {
    let (reason, remedy): (String, String)
    switch (error as? IOError)?.errnoCode {
    case EADDRINUSE:
      (reason, remedy) = (
        "something listens there already", "end that ('ss -ltnp' shows it), or give another port in \(setting)"
      )
    case EADDRNOTAVAIL:
      (reason, remedy) = ("it is no address of this host", "give one that 'ip address' shows in \(setting)")
    case EACCES: (reason, remedy) = ("it is not allowed", "give a port from 1024 on in \(setting)")
    case .some(let code): (reason, remedy) = (String(cString: strerror(code)).lowercased(), "correct \(setting)")
    case nil: (reason, remedy) = ("the name is not known here", "give an address of this host in \(setting)")
    }
    return Failure(
      .io, "\(purpose) on \(place): \(reason)", evidence: [String(describing: error)], remedy: remedy)
  }
}
