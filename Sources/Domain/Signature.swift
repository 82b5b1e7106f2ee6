/// What proves to a receiver that a message is ours and unchanged.
///
/// Source: Standard Webhooks, "Signature scheme".
package enum Signature {
  /// The value of `webhook-signature`: one signature for each secret, one space between them.
  /// - Parameters:
  ///   - id: Sent as `webhook-id`. Contains no dot.
  ///   - timestamp: Whole seconds since 1970-01-01 UTC, sent as `webhook-timestamp`.
  ///   - body: The exact bytes that go on the wire.
  ///   - secrets: The active ones, at least one; during a rotation the old one signs too.
  /// - Throws: `CryptoError`
  package static func header(
    id: String, timestamp: Int64, body: [UInt8], secrets: [Secret]
  ) throws -> String {
    var content: [UInt8] = []
    content.reserveCapacity(id.utf8.count + 24 + body.count)
    content.append(contentsOf: id.utf8)
    content.append(UInt8(ascii: "."))
    content.append(contentsOf: String(timestamp).utf8)
    content.append(UInt8(ascii: "."))
    content.append(contentsOf: body)
    return try secrets.map { try $0.sign(content) }.joined(separator: " ")
  }
}
