import Foundation

/// Says in a phrase why a file could not be read or written.
public enum FileTrouble {
  /// Why, by what Foundation throws: the system's own words where it has them.
  public static func text(_ error: any Error) -> String {
    let error = error as NSError
    if error.code == NSFileReadNoSuchFileError { return "no such file" }
    let underlying = error.userInfo[NSUnderlyingErrorKey]
    let number = (underlying as? POSIXError)?.code.rawValue ?? (underlying as? NSError).map { Int32($0.code) }
    return number.map { String(cString: strerror($0)).lowercased() } ?? error.localizedDescription
  }
}
