import Foundation
import Upgrade

/// Asks which load balancer there is and what its driver needs to know.
struct BalancerInterview {
  /// The drivers that find a node by its `loadBalancerServer`.
  static let naming = ["nginx", "haproxy", "nginx-plus"]

  let interview: Interview

  /// The object `loadBalancer`.
  ///
  /// - Throws: `Failure` of kind `.cancelled` at the end of the input.
  func loadBalancer() throws(Failure) -> (driver: String, setting: Setting) {
    interview.tell("", "The load balancer before the nodes.")
    while true {
      let driver = try interview.choice("Its driver", of: Assembly.loadBalancerDrivers, standard: "none")
      var object = try keys(of: driver)
      object["driver"] = .string(driver)
      do {
        try Assembly.check(loadBalancer: .object(object), file: "these answers")
        return (driver, .object(object))
      } catch {
        interview.tell("  " + PlainText.oneLine(error.description))
      }
    }
  }

  private func keys(of driver: String) throws(Failure) -> [String: Setting] {
    switch driver {
    case "nginx":
      return [
        "include": try list("Include file that holds nothing but server lines, an absolute path", Self.absolute)
      ].merging(try machine("NGINX")) { $1 }
    case "haproxy":
      return [
        "socket": try list("Stats socket with 'level admin', an absolute path or HOST:PORT") {
          (answer) throws(Failure) in
          guard answer.contains(":") || answer.hasPrefix("/") else {
            throw Failure(.refused, "'\(answer)' is neither an absolute path nor HOST:PORT")
          }
        }
      ].merging(try machine("HAProxy")) { $1 }
    case "nginx-plus":
      return [
        "url": try interview.ask("URL of its API without /api, like http://10.0.0.5:8080") { (answer) throws(Failure) in
          guard URLText(answer)?.host.isEmpty == false else { throw Failure(.refused, "'\(answer)' is no URL") }
          return .string(answer)
        },
        "upstreams": try list("Upstream group") { _ in },
      ]
    case "healthchecklb":
      return [
        "interval": try number("Seconds between two checks of the balancer"),
        "fall": try number("Failed checks that make it take a server out", isWhole: true),
        "rise": try number("Passed checks that make it take a server back", isWhole: true),
        "shutdownDelay": try number("Seconds that the gateway goes on serving after a stop began", standard: "10"),
      ]
    case "command":
      let program = try interview.text("The program, an absolute path or a name in PATH")
      var words = [program]
      while true {
        let word = try interview.text("Its argument \(words.count), or nothing", mayBeEmpty: true)
        guard !word.isEmpty else { return ["command": .array(words.map(Setting.string))] }
        words.append(word)
      }
    default: return [:]
    }
  }

  private func machine(_ product: String) throws(Failure) -> [String: Setting] {
    let address = try interview.text(
      "Machine of \(product), reached over SSH, or nothing for this one", mayBeEmpty: true)
    return address.isEmpty ? [:] : ["ssh": .object(["address": .string(address)])]
  }

  private func list(_ question: String, _ read: (String) throws(Failure) -> Void) throws(Failure) -> Setting {
    .array(try interview.texts(question, least: 1, read).map(Setting.string))
  }

  private func number(_ question: String, standard: String? = nil, isWhole: Bool = false) throws(Failure) -> Setting {
    try interview.ask(question, standard: standard) { (answer) throws(Failure) in
      guard let number = Double(answer), number > 0, number <= 3600, !isWhole || Int(exactly: number) != nil else {
        throw Failure(.refused, "'\(answer)' is no \(isWhole ? "whole " : "")number above 0 and up to 3600")
      }
      return .number(number)
    }
  }

  private static func absolute(_ answer: String) throws(Failure) {
    guard answer.hasPrefix("/") else { throw Failure(.refused, "'\(answer)' is not an absolute path") }
  }
}
