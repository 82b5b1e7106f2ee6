/// One thing that happened to a user.
package struct Event: Sendable {
  package typealias ID = Identifier<Event>

  package let id: ID
  package let type: String
  package let timestamp: Timestamp

  package init(id: ID, type: String, timestamp: Timestamp) {
    self.id = id
    self.type = type
    self.timestamp = timestamp
  }

  /// Limit of the body that goes on the wire.
  package static let bodyLimitBytes = 256 * 1_024
  /// Limit of arrays and objects within each other in `data`.
  package static let nestingLimit = 30

  /// The exact bytes that are stored, signed and sent.
  /// - Parameter data: Compact JSON, byte for byte what came in but for white space.
  package static func body(type: String, timestamp: Timestamp, data: [UInt8]) -> [UInt8] {
    var body: [UInt8] = []
    body.reserveCapacity(data.count + type.utf8.count + 64)
    body.append(contentsOf: #"{"type":""#.utf8)
    body.append(contentsOf: type.utf8)
    body.append(contentsOf: #"","timestamp":""#.utf8)
    body.append(contentsOf: timestamp.rfc3339.utf8)
    body.append(contentsOf: #"","data":"#.utf8)
    body.append(contentsOf: data)
    body.append(UInt8(ascii: "}"))
    return body
  }
}
