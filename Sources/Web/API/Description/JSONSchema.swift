import Domain

/// What a JSON value looks like, as bytes of JSON. Source: JSON Schema 2020-12.
struct JSONSchema: JSONWritable {
  private let json: [UInt8]

  private init(_ members: (inout JSONWriter) -> Void) {
    json = JSONWriter.object(members)
  }

  func write(to bytes: inout [UInt8]) { bytes.append(contentsOf: json) }

  /// One of those under `components/schemas`.
  static func named(_ name: String, isNullable: Bool = false) -> JSONSchema {
    let reference = JSONSchema { $0.member("$ref", "#/components/schemas/\(name)") }
    guard isNullable else { return reference }
    return JSONSchema { $0.member("anyOf", [reference, JSONSchema { $0.member("type", "null") }]) }
  }

  static func string(
    _ description: String? = nil, format: String? = nil, length: ClosedRange<Int>? = nil,
    pattern: String? = nil, example: String? = nil, isNullable: Bool = false
  ) -> JSONSchema {
    JSONSchema {
      $0.type("string", isNullable)
      if let description { $0.member("description", description) }
      if let format { $0.member("format", format) }
      if let length {
        $0.member("minLength", length.lowerBound)
        $0.member("maxLength", length.upperBound)
      }
      if let pattern { $0.member("pattern", pattern) }
      if let example { $0.member("examples", [example]) }
    }
  }

  static func oneOf(
    _ words: [String], _ description: String? = nil, isNullable: Bool = false
  ) -> JSONSchema {
    JSONSchema {
      $0.type("string", isNullable)
      if let description { $0.member("description", description) }
      $0.member("enum", words.map(Optional.some) + (isNullable ? [nil] : []))
    }
  }

  static func integer(
    _ range: ClosedRange<Int>? = nil, _ description: String? = nil, standard: Int? = nil,
    isNullable: Bool = false
  ) -> JSONSchema {
    JSONSchema {
      $0.type("integer", isNullable)
      if let description { $0.member("description", description) }
      if let range {
        $0.member("minimum", range.lowerBound)
        $0.member("maximum", range.upperBound)
      }
      if let standard { $0.member("default", standard) }
    }
  }

  /// Not below zero.
  static func number(
    upTo limit: Int? = nil, _ description: String? = nil, isNullable: Bool = false
  ) -> JSONSchema {
    JSONSchema {
      $0.type("number", isNullable)
      if let description { $0.member("description", description) }
      $0.member("minimum", 0)
      if let limit { $0.member("maximum", limit) }
    }
  }

  static func boolean(_ description: String? = nil, isNullable: Bool = false) -> JSONSchema {
    JSONSchema {
      $0.type("boolean", isNullable)
      if let description { $0.member("description", description) }
    }
  }

  static func array(
    of element: JSONSchema, count: ClosedRange<Int>? = nil, _ description: String? = nil
  ) -> JSONSchema {
    JSONSchema {
      $0.type("array", false)
      if let description { $0.member("description", description) }
      $0.member("items", element)
      if let count {
        $0.member("minItems", count.lowerBound)
        if count.upperBound < .max { $0.member("maxItems", count.upperBound) }
      }
    }
  }

  /// An object whose member names are not ours.
  static func map(
    of value: JSONSchema, names: JSONSchema? = nil, atMost count: Int? = nil,
    _ description: String? = nil, isNullable: Bool = false
  ) -> JSONSchema {
    JSONSchema {
      $0.type("object", isNullable)
      if let description { $0.member("description", description) }
      if let names { $0.member("propertyNames", names) }
      if let count { $0.member("maxProperties", count) }
      $0.member("additionalProperties", value)
    }
  }

  /// Any object at all.
  static func anyObject(_ description: String, isNullable: Bool = false) -> JSONSchema {
    JSONSchema {
      $0.type("object", isNullable)
      $0.member("description", description)
    }
  }

  static func anyOf(_ choices: [JSONSchema]) -> JSONSchema {
    JSONSchema { $0.member("anyOf", choices) }
  }

  /// - Parameter isClosed: Other members than these are refused.
  static func object(
    _ properties: [Property], isClosed: Bool = false, _ description: String? = nil
  ) -> JSONSchema {
    JSONSchema {
      $0.type("object", false)
      if let description { $0.member("description", description) }
      $0.member("properties") { json in
        for property in properties { json.member(property.name, property.schema) }
      }
      let required = properties.filter(\.isRequired).map(\.name)
      if !required.isEmpty { $0.member("required", required) }
      if isClosed { $0.member("additionalProperties", false) }
    }
  }

  struct Property {
    let name: String
    let schema: JSONSchema
    let isRequired: Bool

    init(_ name: String, _ schema: JSONSchema, isRequired: Bool = true) {
      self.name = name
      self.schema = schema
      self.isRequired = isRequired
    }
  }
}

extension JSONWriter {
  fileprivate mutating func type(_ name: String, _ isNullable: Bool) {
    if isNullable { member("type", [name, "null"]) } else { member("type", name) }
  }
}
