/// Which certificates are believed when something is asked over HTTPS.
public struct TLSTrust: Sendable, Hashable {
  /// A file of PEM certificates that are trusted besides those that this host trusts.
  public let caFile: String?
  /// Whether any certificate is taken, so that anybody on the way can answer.
  public let isInsecure: Bool
  /// The one certificate that is believed, whoever issued it for whatever name and time; nil where any trusted one is.
  public let pin: CertificateFingerprint?

  /// Trust; without anything said, what this host trusts.
  public init(caFile: String? = nil, isInsecure: Bool = false, pin: CertificateFingerprint? = nil) {
    self.caFile = caFile
    self.isInsecure = isInsecure
    self.pin = pin
  }
}

extension SettingReader {
  /// The object `tls` with `caFile` and `insecure`; without it, what this host trusts.
  ///
  /// - Parameter resolve: makes the path of the file of certificates absolute; nil where it must be that already.
  public func trust(resolving resolve: ((String) -> String)? = nil) throws(Failure) -> TLSTrust {
    guard let tls = try object("tls", keys: ["caFile", "insecure"]) else { return TLSTrust() }
    let file = try tls.string("caFile")
    let isInsecure = try tls.bool("insecure") ?? false
    guard file == nil || !isInsecure else {
      throw tls.complaint("caFile", "has no meaning with \"insecure\": true; leave one of them out")
    }
    if let file, resolve == nil, !file.hasPrefix("/") {
      throw tls.complaint("caFile", "'\(file)' is not an absolute path")
    }
    return TLSTrust(caFile: file.map { resolve?($0) ?? $0 }, isInsecure: isInsecure)
  }
}
