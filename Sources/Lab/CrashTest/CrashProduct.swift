import Axway
import Upgrade

/// Whose upgrades a crash test is about.
public enum CrashProduct: String, Sendable, Hashable, CaseIterable {
  /// Axway API Gateway, upgraded node by node over SSH.
  case axway
  /// webMethods API Gateway, upgraded blue-green over its administration API.
  case bluegreen

  /// What may befall such an upgrade. A blue-green stage has no SSH servers, and no disks but this machine's.
  public var faults: [CrashFault] { self == .axway ? CrashFault.allCases : [.kill, .killAgain] }

  /// After how many entries `kill-again` kills where nothing is said: more than a resumed run needs to get going again.
  var again: [Int] { self == .axway ? [70, 97] : [31, 47] }

  /// The exit code of `zdupgrade` in an upgrade that nothing disturbs.
  func exitCode(_ kind: CrashCase) -> Int32 {
    switch (self, kind) {
    case (_, .success): 0
    case (.axway, .rollback): Phase.apply.failure.code
    // TRANSFORM_FAILED. The lab knows nothing of the product's own code.
    case (.bluegreen, .rollback): 85
    }
  }
}
