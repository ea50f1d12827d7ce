import ArgumentParser
import Upgrade

/// Has the operator agree to what cannot be taken back.
struct Confirmation: ParsableArguments {
  @Flag(name: .customLong("yes"), help: "Do not ask whether it is meant.")
  var isGiven = false

  /// Returns when the operator agrees to `act`, a phrase like `empty the datastore`.
  ///
  /// - Throws: `Failure` of kind `.cancelled` when he does not, `.refused` when nobody can be asked.
  func obtain(_ act: String) throws(Failure) {
    try Prompt.confirm("This will \(act). Go on?", isConfirmed: isGiven)
  }
}
