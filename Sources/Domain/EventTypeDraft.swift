/// What an administrator says of an event type, checked.
package struct EventTypeDraft: Equatable, Sendable {
  package let description: String
  package let group: String
  /// A compact JSON object.
  package let example: String
  /// Lower stands further up in a picker.
  package let position: Int

  package init(description: String, group: String, example: String, position: Int) {
    self.description = description
    self.group = group
    self.example = example
    self.position = position
  }

  /// In characters.
  package static let descriptionLimit = 200
  package static let groupLimit = 50
  package static let positions = 0...65_535

  /// The example as it is kept: an object that could be the data of an event.
  /// - Throws: What is wrong with it, as a sentence without its full stop.
  package static func example(_ text: String, of type: String) throws(Problem) -> String {
    let value: JSONValue
    let isObject: Bool
    do throws(JSONError) {
      value = try JSONValue(Array(text.utf8))
      isObject = try value.object() != nil
    } catch {
      throw Problem(message: "This is no JSON: \(error)")
    }
    guard isObject else { throw Problem(message: "Use a JSON object, in braces") }
    guard value.nesting <= Event.nestingLimit else {
      throw Problem(
        message: "Use at most \(Event.nestingLimit) arrays and objects within each other")
    }
    let body = Event.body(type: type, timestamp: Timestamp(seconds: 0), data: value.compact)
    guard body.count <= Event.bodyLimitBytes else {
      throw Problem(message: "Make it shorter: an event has at most 256 KiB")
    }
    return String(decoding: value.compact, as: UTF8.self)
  }

  package struct Problem: Error, Equatable {
    package let message: String
  }
}

extension EventType {
  /// Lower-case words with digits and `_`, joined by dots; at most 50 characters. `new` is the address
  /// of a form.
  package static func isName(_ text: String) -> Bool {
    let words = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return text.utf8.count <= nameLimit && text != "new"
      && words.allSatisfy { word in
        !word.isEmpty
          && word.allSatisfy { byte in
            byte >= 0x61 && byte <= 0x7A || byte >= 0x30 && byte <= 0x39 || byte == 0x5F
          }
      }
  }
}
