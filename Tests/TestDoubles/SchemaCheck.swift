import Foundation
import Upgrade

/// Checks a value against the part of JSON Schema that our schema and the vendor's OpenAPI use; a keyword that it does
/// not know makes it fail, so that it never says yes to what it has not looked at.
public struct SchemaCheck {
  private static let ignored: Set<String> = [
    "$schema", "$id", "$defs", "title", "description", "format", "readOnly", "x-examples", "example",
  ]
  private let root: Setting

  /// A check against `root`, a schema.
  public init(root: Setting) { self.root = root }

  /// What is wrong with `value` by the schema at `pointer`, like `#/definitions/Port`.
  public func problems(_ value: Setting, at pointer: String = "#", path: String = "") -> [String] {
    guard let schema = resolve(pointer) else { return ["\(pointer): no such schema"] }
    return check(value, schema, path)
  }

  private func resolve(_ pointer: String) -> Setting? {
    pointer.split(separator: "/").dropFirst().reduce(root as Setting?) { schema, key in
      if case .object(let object) = schema { object[String(key)] } else { nil }
    }
  }

  private func check(_ value: Setting, _ schema: Setting, _ path: String) -> [String] {
    if schema == .bool(true) { return [] }
    guard case .object(let keywords) = schema else { return ["\(path): not allowed"] }
    return keywords.sorted { $0.key < $1.key }.flatMap { problems(value, $0.key, $0.value, keywords, path) }
  }

  private func problems(
    _ value: Setting, _ keyword: String, _ argument: Setting, _ all: [String: Setting], _ path: String
  ) -> [String] {
    let passes = { (schema: Setting) in check(value, schema, path).isEmpty }
    switch (keyword, argument) {
    case (_, _) where Self.ignored.contains(keyword): return []
    case ("then", _), ("else", _): return []
    case ("$ref", .string(let pointer)): return problems(value, at: pointer, path: path)
    case ("type", .string(let type)): return isOf(type, value) ? [] : ["\(path): is no \(type)"]
    case ("enum", .array(let values)): return values.contains(value) ? [] : ["\(path): is none of the allowed"]
    case ("const", _): return value == argument ? [] : ["\(path): is another"]
    case ("not", _): return passes(argument) ? ["\(path): is what it must not be"] : []
    case ("if", _):
      let branch = passes(argument) ? all["then"] : all["else"]
      return branch.map { check(value, $0, path) } ?? []
    case ("allOf", .array(let schemas)): return schemas.flatMap { check(value, $0, path) }
    case ("anyOf", .array(let schemas)): return schemas.contains(where: passes) ? [] : ["\(path): fits none of anyOf"]
    case ("oneOf", .array(let schemas)):
      return schemas.filter(passes).count == 1 ? [] : ["\(path): fits not exactly one of oneOf"]
    default: return structure(value, keyword, argument, all, path)
    }
  }

  private func structure(
    _ value: Setting, _ keyword: String, _ argument: Setting, _ all: [String: Setting], _ path: String
  ) -> [String] {
    switch (keyword, argument, value) {
    case ("required", .array(let names), .object(let object)):
      return names.compactMap { name in
        if case .string(let name) = name, object[name] == nil { "\(path).\(name): is missing" } else { nil }
      }
    case ("properties", .object(let schemas), .object(let object)):
      return schemas.flatMap { name, schema in object[name].map { check($0, schema, "\(path).\(name)") } ?? [] }
    case ("additionalProperties", _, .object(let object)):
      var known: [String: Setting] = [:]
      if case .object(let properties) = all["properties"] { known = properties }
      return object.flatMap { known[$0.key] == nil ? check($0.value, argument, "\(path).\($0.key)") : [] }
    case ("propertyNames", _, .object(let object)):
      return object.keys.flatMap { check(.string($0), argument, "\(path).\($0)") }
    case ("dependentRequired", .object(let rules), .object(let object)):
      return rules.flatMap { name, needed -> [String] in
        guard object[name] != nil, case .array(let needed) = needed else { return [] }
        return needed.compactMap {
          if case .string(let key) = $0, object[key] == nil { "\(path).\(key): missing" } else { nil }
        }
      }
    case ("items", _, .array(let elements)):
      return elements.enumerated().flatMap { check($1, argument, "\(path)[\($0)]") }
    case ("contains", _, .array(let elements)):
      return elements.contains { check($0, argument, path).isEmpty } ? [] : ["\(path): holds none that it must hold"]
    case ("minItems", .number(let least), .array(let elements)):
      return elements.count >= Int(least) ? [] : ["\(path): too few"]
    case ("uniqueItems", .bool(true), .array(let elements)):
      return Set(elements).count == elements.count ? [] : ["\(path): not unique"]
    default: return scalar(value, keyword, argument, path)
    }
  }

  private func scalar(_ value: Setting, _ keyword: String, _ argument: Setting, _ path: String) -> [String] {
    switch (keyword, argument, value) {
    case ("minLength", .number(let least), .string(let text)):
      return text.count >= Int(least) ? [] : ["\(path): too short"]
    case ("maxLength", .number(let most), .string(let text)):
      return text.count <= Int(most) ? [] : ["\(path): too long"]
    case ("pattern", .string(let pattern), .string(let text)):
      return text.range(of: pattern, options: .regularExpression) != nil ? [] : ["\(path): does not fit \(pattern)"]
    case ("minimum", .number(let least), .number(let number)): return number >= least ? [] : ["\(path): too small"]
    case ("maximum", .number(let most), .number(let number)): return number <= most ? [] : ["\(path): too big"]
    case ("exclusiveMinimum", .number(let least), .number(let number)):
      return number > least ? [] : ["\(path): too small"]
    case ("required", _, _), ("properties", _, _), ("additionalProperties", _, _), ("propertyNames", _, _),
      ("dependentRequired", _, _), ("items", _, _), ("contains", _, _), ("minItems", _, _), ("uniqueItems", _, _),
      ("minLength", _, _),
      ("maxLength", _, _), ("pattern", _, _), ("minimum", _, _), ("maximum", _, _), ("exclusiveMinimum", _, _):
      return []  // about another type of value
    default: return ["\(path): the check does not know '\(keyword)'"]
    }
  }

  private func isOf(_ type: String, _ value: Setting) -> Bool {
    switch (type, value) {
    case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("number", .number): true
    case ("null", .null): true
    case ("integer", .number(let number)): Int(exactly: number) != nil
    default: false
    }
  }
}
