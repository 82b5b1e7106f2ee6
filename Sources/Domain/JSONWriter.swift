/// Appends compact JSON to a byte buffer.
///
///     let body = JSONWriter.object { json in
///       json.member("id", webhook.id)
///       json.member("paused_reason", reason)              // nil becomes null
///       json.member("attempts", array: attempts) { json, attempt in
///         json.object { json in json.member("number", attempt.number) }
///       }
///     }
///
/// Commas place themselves; what is written is JSON as long as a member stands in an object only.
package struct JSONWriter {
  package private(set) var bytes: [UInt8] = []

  package init(reservingBytes capacity: Int = 1_024) {
    bytes.reserveCapacity(capacity)
  }

  /// The bytes of one object.
  package static func object(_ members: (inout JSONWriter) throws -> Void) rethrows -> [UInt8] {
    var writer = JSONWriter()
    try writer.object(members)
    return writer.bytes
  }

  /// An object as the next value.
  package mutating func object(_ members: (inout JSONWriter) throws -> Void) rethrows {
    beginValue()
    bytes.append(UInt8(ascii: "{"))
    try members(&self)
    bytes.append(UInt8(ascii: "}"))
  }

  /// A line feed behind the value, where there is one value on each line.
  package mutating func endLine() {
    bytes.append(UInt8(ascii: "\n"))
  }

  /// An array as the next value, one element for each of `elements`.
  /// - Parameter write: Writes exactly one value.
  package mutating func array<Element>(
    _ elements: some Sequence<Element>,
    _ write: (inout JSONWriter, Element) throws -> Void
  ) rethrows {
    beginValue()
    bytes.append(UInt8(ascii: "["))
    for element in elements { try write(&self, element) }
    bytes.append(UInt8(ascii: "]"))
  }

  /// The next value: of an array, or the only one.
  package mutating func value(_ value: some JSONWritable) {
    beginValue()
    value.write(to: &bytes)
  }

  package mutating func member(_ name: String, _ value: some JSONWritable) {
    self.name(name)
    self.value(value)
  }

  package mutating func member(
    _ name: String, object members: (inout JSONWriter) throws -> Void
  ) rethrows {
    self.name(name)
    try object(members)
  }

  package mutating func member<Element>(
    _ name: String, array elements: some Sequence<Element>,
    _ write: (inout JSONWriter, Element) throws -> Void
  ) rethrows {
    self.name(name)
    try array(elements, write)
  }

  private mutating func name(_ name: String) {
    beginValue()
    name.write(to: &bytes)
    bytes.append(UInt8(ascii: ":"))
  }

  /// A comma, unless an opening bracket or a colon stands just before. No value ends in one of
  /// these, so the last byte says where we are.
  private mutating func beginValue() {
    switch bytes.last {
    case nil, UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: ":"): break
    default: bytes.append(UInt8(ascii: ","))
    }
  }
}
