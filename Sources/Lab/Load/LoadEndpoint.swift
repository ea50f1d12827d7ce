import Glibc
import Upgrade

/// Where a group's load goes.
struct LoadEndpoint: Sendable {
  /// `ADDRESS:PORT`.
  let host: String
  let address: sockaddr_in

  /// The address of `group` at the load balancer.
  init(_ group: LabGroup) throws(Failure) {
    let words = group.endpoint.split(separator: ":")
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    guard words.count == 2, let port = UInt16(words[1]), inet_pton(AF_INET, String(words[0]), &address.sin_addr) == 1
    else { throw Failure(.refused, "\(group.url) is not the URL of a lab's group") }
    address.sin_port = port.bigEndian
    host = group.endpoint
    self.address = address
  }
}
