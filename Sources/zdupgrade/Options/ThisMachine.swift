import Glibc
import Upgrade

extension ControlNode {
  /// This machine, with as many open files as this process can be let have.
  static var this: ControlNode {
    ControlNode(
      cores: sysconf(Int32(_SC_NPROCESSORS_ONLN)), openFiles: Int(clamping: limit().rlim_max))
  }

  /// Lets this process have as many files open as work on `nodes` takes, `forks` of them at the same time.
  ///
  /// The limit is raised no further than that: the operator's own programs inherit it, and some look at every descriptor
  /// that they might have.
  ///
  /// - Throws: `Failure` of kind `.refused` where the hard limit is in the way.
  static func makeRoom(for nodes: Int, forks: Int) throws(Failure) {
    let machine = this
    try machine.check(nodes, forks: forks)
    var limit = limit()
    let needed = rlim_t(machine.filesNeeded(for: nodes, forks: forks))
    guard limit.rlim_cur < needed else { return }
    limit.rlim_cur = needed
    guard setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
      throw Failure(.refused, "raise the limit of open files to \(needed): errno \(errno)")
    }
  }

  private static func limit() -> rlimit {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    return limit
  }
}
