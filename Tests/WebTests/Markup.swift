/// A strict reader of the HTML that we write: double-quoted attributes, everything closed in order.
struct Markup {
  struct Tag: Equatable {
    let name: String
    let attributes: [String: String]
    /// Names in their order, doubles included.
    let attributeNames: [String]
    let isClosing: Bool
  }

  struct Broken: Error, CustomStringConvertible {
    let description: String
  }

  private(set) var tags: [Tag] = []
  /// What stands between the tags, with references resolved; one for each gap.
  private(set) var texts: [String] = []

  private static let voidNames: Set<String> = ["br", "input", "link", "meta", "wbr"]

  init(_ bytes: [UInt8]) throws {
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Broken(description: "not UTF-8")
    }
    var rest = Array(text.unicodeScalars)[...]
    while !rest.isEmpty {
      let gap = rest.prefix { $0 != "<" }
      texts.append(try Self.resolve(gap))
      rest = rest.dropFirst(gap.count)
      if !rest.isEmpty { try readTag(&rest) }
    }
    try checkNesting()
  }

  /// Those that open, by name.
  func elements(_ name: String) -> [Tag] {
    tags.filter { $0.name == name && !$0.isClosing }
  }

  /// The text between the first tag of that name and its end.
  func text(of name: String) -> String {
    guard let start = tags.firstIndex(where: { $0.name == name && !$0.isClosing }),
      let end = tags[start...].firstIndex(where: { $0.name == name && $0.isClosing })
    else { return "" }
    return texts[start + 1...end].joined()
  }

  var ids: [String] { tags.compactMap { $0.attributes["id"] } }

  private mutating func readTag(_ rest: inout ArraySlice<Unicode.Scalar>) throws {
    rest.removeFirst()
    if rest.first == "!" {
      rest = rest.drop { $0 != ">" }.dropFirst()
      tags.append(Tag(name: "!", attributes: [:], attributeNames: [], isClosing: false))
      return
    }
    let isClosing = rest.first == "/"
    if isClosing { rest.removeFirst() }
    let name = Self.word(&rest)
    guard !name.isEmpty else { throw Broken(description: "a bare <") }
    var attributes: [String: String] = [:]
    var names: [String] = []
    while let next = rest.first, next != ">" {
      if next == " " || next == "\n" || next == "/" {
        rest.removeFirst()
        continue
      }
      let attribute = Self.word(&rest)
      guard !attribute.isEmpty else { throw Broken(description: "\(next) within <\(name)>") }
      names.append(attribute)
      attributes[attribute] = try Self.value(&rest)
    }
    guard rest.popFirst() != nil else { throw Broken(description: "<\(name) has no end") }
    tags.append(
      Tag(name: name, attributes: attributes, attributeNames: names, isClosing: isClosing))
  }

  private static func word(_ rest: inout ArraySlice<Unicode.Scalar>) -> String {
    let word = rest.prefix {
      $0.properties.isAlphabetic && $0.isASCII || "0"..."9" ~= $0 || $0 == "-"
    }
    rest = rest.dropFirst(word.count)
    return String(String.UnicodeScalarView(word))
  }

  private static func value(_ rest: inout ArraySlice<Unicode.Scalar>) throws -> String {
    guard rest.first == "=" else { return "" }
    rest.removeFirst()
    guard rest.popFirst() == "\"" else { throw Broken(description: "an unquoted attribute") }
    let value = rest.prefix { $0 != "\"" }
    rest = rest.dropFirst(value.count)
    guard rest.popFirst() != nil else { throw Broken(description: "a quote without its end") }
    return try resolve(value)
  }

  private static let references = [
    "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "#39": "'", "#13": "\r",
  ]

  private static func resolve(_ scalars: ArraySlice<Unicode.Scalar>) throws -> String {
    var text = String.UnicodeScalarView()
    var rest = scalars
    while let scalar = rest.popFirst() {
      guard scalar == "&" else {
        text.append(scalar)
        continue
      }
      let name = rest.prefix { $0 != ";" }
      guard let resolved = references[String(String.UnicodeScalarView(name))] else {
        throw Broken(description: "a bare & or an unknown reference")
      }
      text.append(contentsOf: resolved.unicodeScalars)
      rest = rest.dropFirst(name.count + 1)
    }
    return String(text)
  }

  private func checkNesting() throws {
    var open: [String] = []
    for tag in tags where tag.name != "!" && !Self.voidNames.contains(tag.name) {
      if !tag.isClosing {
        // Within a drawing an element may close itself.
        if !Self.isShape(tag.name) { open.append(tag.name) }
      } else if !Self.isShape(tag.name), open.popLast() != tag.name {
        throw Broken(description: "</\(tag.name)> closes something else")
      }
    }
    guard open.isEmpty else { throw Broken(description: "\(open) never closed") }
  }

  private static func isShape(_ name: String) -> Bool {
    ["path", "circle", "rect", "use"].contains(name)
  }
}
