/// A piece of a page, as the bytes that are sent.
///
/// Made from literals, in which every interpolated string is escaped; only `HTML` passes as it is:
///
///     let cell: HTML = "<td title=\"\(webhook.name)\">\(tag)</td>"
///
/// What is escaped is safe as text and inside a double-quoted attribute, nowhere else: never put
/// an interpolation into an unquoted attribute, a tag name, a comment or a script.
package struct HTML: Sendable, Equatable {
  package private(set) var bytes: [UInt8] = []

  /// Nothing.
  package init() {}

  /// `text` as text: escaped.
  package init(_ text: String) {
    append(escaping: text)
  }

  package var isEmpty: Bool { bytes.isEmpty }

  package static func += (left: inout HTML, right: HTML) {
    left.bytes.append(contentsOf: right.bytes)
  }

  /// `left` with everything in `right` behind it.
  package static func + (left: HTML, right: HTML) -> HTML {
    var sum = left
    sum += right
    return sum
  }

  /// The pieces one after the other.
  package init(_ pieces: some Sequence<HTML>) {
    for piece in pieces { self += piece }
  }
}

extension HTML: ExpressibleByStringInterpolation {
  /// A literal is our own text and passes as it is. `StaticString`, so that no text made at run
  /// time can come this way.
  package init(stringLiteral literal: StaticString) {
    append(literal)
  }

  package init(stringInterpolation: Interpolation) {
    self = stringInterpolation.html
  }

  package struct Interpolation: StringInterpolationProtocol {
    fileprivate var html = HTML()

    package init(literalCapacity: Int, interpolationCount: Int) {
      html.bytes.reserveCapacity(literalCapacity + interpolationCount * 24)
    }

    package mutating func appendLiteral(_ literal: StaticString) {
      html.append(literal)
    }

    package mutating func appendInterpolation(_ text: String) {
      html.append(escaping: text)
    }

    package mutating func appendInterpolation(_ number: some BinaryInteger) {
      html.bytes.append(contentsOf: String(number).utf8)
    }

    package mutating func appendInterpolation(_ piece: HTML) {
      html += piece
    }

    /// There is no such method for `String?`: with one, the literal in
    /// `title.map { "<p>\($0)</p>" }` would be taken for a string and escaped.
    package mutating func appendInterpolation(_ piece: HTML?) {
      if let piece { html += piece }
    }

    package mutating func appendInterpolation(_ pieces: [HTML]) {
      for piece in pieces { html += piece }
    }
  }
}

extension HTML {
  private mutating func append(_ literal: StaticString) {
    // A literal always has a pointer; only `StaticString(unicodeScalar)` has none.
    bytes.append(
      contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  /// Byte by byte, not by `Character`: a quote followed by a combining mark is one character that
  /// equals no quote, yet closes an attribute.
  private mutating func append(escaping text: String) {
    var text = text
    text.withUTF8 { utf8 in
      var start = 0
      for position in utf8.indices {
        guard let replacement = Self.replacement(for: utf8[position]) else { continue }
        bytes.append(contentsOf: utf8[start..<position])
        append(replacement)
        start = position + 1
      }
      bytes.append(contentsOf: utf8[start...])
    }
  }

  /// What stands for a byte that does not pass as it is.
  private static func replacement(for byte: UInt8) -> StaticString? {
    switch byte {
    case UInt8(ascii: "&"): "&amp;"
    case UInt8(ascii: "<"): "&lt;"
    case UInt8(ascii: ">"): "&gt;"
    case UInt8(ascii: "\""): "&quot;"
    case UInt8(ascii: "'"): "&#39;"
    // Bare, it would reach the page as a line feed.
    case UInt8(ascii: "\r"): "&#13;"
    case UInt8(ascii: "\t"), UInt8(ascii: "\n"): nil
    // Controls are errors to a parser, NUL is dropped by it.
    case 0..<0x20, 0x7F: "\u{FFFD}"
    default: nil
    }
  }
}
