extension SettingReader {
  /// The program and its arguments at `command`: a command of the operator's.
  ///
  /// - Throws: `Failure` of kind `.refused` where there is none, or it cannot be called.
  public func command() throws(Failure) -> [String] {
    guard let command = try strings("command") else {
      throw complaint("command", "is missing: the list of the program and its arguments")
    }
    guard let program = command.first else { throw complaint("command", "is an empty list") }
    guard program.hasPrefix("/") || !program.contains("/") else {
      throw complaint("command[0]", "'\(program)' is neither an absolute path nor a name to be found in PATH")
    }
    // env would take it for a variable.
    guard !program.contains("="), !program.hasPrefix("-") else {
      throw complaint("command[0]", "'\(program)' cannot be called: a name with '=' or a leading '-'")
    }
    return command
  }
}
