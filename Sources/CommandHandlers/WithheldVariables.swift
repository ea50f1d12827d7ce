import Subprocess

extension Environment {
  /// This process's environment without `names`: those variables that carry secrets are for no program that is started.
  static func inherited(withholding names: [String]) -> Environment {
    .inherit.updating(
      Dictionary(names.map { (Key(stringLiteral: $0), String?.none) }, uniquingKeysWith: { first, _ in first }))
  }
}
