import Upgrade

/// Who asks, and where the password is.
public struct LoginSetting: Sendable, Hashable {
  /// The user's name; it holds no colon.
  public let username: String
  /// Where the password is.
  public let password: SecretReference

  /// A login.
  public init(username: String, password: SecretReference) {
    self.username = username
    self.password = password
  }

  /// The keys `username` and `password` of `reader`, which come together; nil where there are none.
  ///
  /// - Throws: `Failure` of kind `.refused`.
  static func within(_ reader: SettingReader, _ paths: PathResolver) throws(Failure) -> LoginSetting? {
    let username = try reader.string("username")
    let password = try reader.secretReference("password", paths)
    guard let username else {
      guard password == nil else { throw reader.complaint("username", "is missing; there is a password") }
      return nil
    }
    guard let password else { throw reader.complaint("password", "is missing; there is a username") }
    guard !username.contains(":") else { throw reader.complaint("username", "holds a colon") }
    return LoginSetting(username: username, password: password)
  }
}
