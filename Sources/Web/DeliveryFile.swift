import Domain

/// A log as a file.
package enum DeliveryFile {
  package enum Format: String, Sendable, CaseIterable {
    case csv
    /// One JSON object a line, as the API gives it.
    case jsonl

    package init?(fileName: String) {
      guard let format = Self.allCases.first(where: { $0.fileName == fileName }) else { return nil }
      self = format
    }

    package var fileName: String { "deliveries.\(rawValue)" }

    var contentType: String {
      switch self {
      case .csv: "text/csv; charset=utf-8; header=present"
      case .jsonl: "application/jsonl"
      }
    }
  }

  /// Deliveries in one file.
  static let limit = 10_000

  /// - Parameter end: How far back the log was read, where there are more behind it, or may be: the
  ///   last line says so, and how to get them.
  static func bytes(_ deliveries: [Delivery], _ format: Format, cutAt end: Timestamp?) -> [UInt8] {
    let note = end.map {
      "This file ends here, after \(Words.deliveries(deliveries.count)): what is older than "
        + "\($0.rfc3339) was left out. To get it, show the log up to then and export again."
    }
    switch format {
    case .csv:
      var lines = [columns.joined(separator: ",")]
      lines += deliveries.map { row($0).map(cell).joined(separator: ",") }
      if let note { lines.append(cell(note)) }
      return Array((lines.joined(separator: "\r\n") + "\r\n").utf8)
    case .jsonl:
      var lines = deliveries.map { delivery in JSONWriter.object { $0.members(of: delivery) } }
      if let note { lines.append(JSONWriter.object { $0.member("note", note) }) }
      return lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    }
  }

  private static let columns = [
    "created_at", "id", "event_id", "event_type", "status", "attempt_number", "response_status",
    "error", "next_attempt_at", "test",
  ]

  private static func row(_ delivery: Delivery) -> [String] {
    let due: Timestamp? = if case .pending(let due) = delivery.state { due } else { nil }
    return [
      delivery.createdAt.rfc3339, delivery.id.description, delivery.eventID.description,
      delivery.eventType, delivery.state.status.rawValue, String(delivery.attemptNumber),
      delivery.responseStatus.map(String.init) ?? "", delivery.error?.rawValue ?? "",
      due?.rfc3339 ?? "", delivery.isTest ? "true" : "false",
    ]
  }

  /// Quoted where RFC 4180 wants it; and what a spreadsheet would take for a formula is text.
  static func cell(_ text: String) -> String {
    let isFormula = text.utf8.first.map { Array("=+-@\t\r".utf8).contains($0) } ?? false
    let safe = isFormula ? "'" + text : text
    guard safe.utf8.contains(where: { Array("\",\r\n".utf8).contains($0) }) else { return safe }
    return "\""
      + safe.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
