import Glibc
import NIOCore
import Upgrade

/// Says why an address cannot be listened on, and what to do.
enum BindTrouble {
  static func failure(_ error: any Error, _ place: String) -> Failure {
    let (reason, remedy): (String, String)
    switch (error as? IOError)?.errnoCode {
    case EADDRINUSE:
      (reason, remedy) = (
        "something listens there already", "end that ('ss -ltnp' shows it), or give another port in webhooks.listen"
      )
    case EADDRNOTAVAIL:
      (reason, remedy) = ("it is no address of this host", "give one that 'ip address' shows in webhooks.listen")
    case EACCES: (reason, remedy) = ("it is not allowed", "give a port from 1024 on in webhooks.listen")
    case .some(let code):
      (reason, remedy) = (String(cString: strerror(code)).lowercased(), "correct webhooks.listen")
    case nil: (reason, remedy) = ("the name is not known here", "give an address of this host in webhooks.listen")
    }
    return Failure(
      .io, "listen for webhooks on \(place): \(reason)", evidence: [String(describing: error)], remedy: remedy)
  }
}
