import Upgrade

extension SecretReference {
  /// The secret that a configuration file refers to; `what` it is for, in messages and prompts.
  ///
  /// - Throws: `Failure` that names the variable or file, or says that there is no terminal to ask on.
  func secret(_ what: String) throws(Failure) -> Secret {
    switch self {
    case .environment(let name):
      let source = SecretSource(what: what, option: name, variable: name, file: nil)
      guard let secret = try source.given() else {
        throw Failure(.refused, "\(name): the environment has no such variable, which is to hold the \(what)")
      }
      return secret
    case .file(let path):
      let source = SecretSource(what: what, option: "the file with the \(what)", variable: "", file: path)
      guard let secret = try source.given() else { throw Failure(.io, "\(path): cannot be read") }
      return secret
    case .prompt:
      guard Prompt.isPossible else {
        throw Failure(.refused, "there is no terminal to ask for the \(what) on")
      }
      return try SecretSource(what: what, option: "", variable: "", file: nil).ask()
    }
  }
}
