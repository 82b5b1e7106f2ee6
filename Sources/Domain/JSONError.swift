/// Why bytes are not a JSON text that we take.
package enum JSONError: Error, Equatable, Sendable {
  /// - at: Offset of the byte that does not fit, from 0; the length of the text where it ends early.
  /// - expected: What the grammar wants there, as words for a sentence: "a value".
  case unexpected(at: Int, expected: String)
  /// One object has the same name twice. RFC 8259 section 4 leaves what that means open.
  case duplicateName(String)
}

extension JSONError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unexpected(let offset, let expected): "expected \(expected) at byte \(offset)"
    case .duplicateName(let name): "the name \"\(name)\" stands twice in one object"
    }
  }
}
