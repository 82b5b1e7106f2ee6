import Domain

/// The audit log as a file.
package enum AuditFile {
  package enum Format: String, Sendable, CaseIterable {
    case csv
    /// One JSON object a line.
    case jsonl

    package init?(fileName: String) {
      guard let format = Self.allCases.first(where: { $0.fileName == fileName }) else { return nil }
      self = format
    }

    package var fileName: String { "audit.\(rawValue)" }

    var contentType: String {
      switch self {
      case .csv: "text/csv; charset=utf-8; header=present"
      case .jsonl: "application/jsonl"
      }
    }
  }

  /// Rows in one file.
  static let limit = 10_000

  /// - Parameter isCut: There are more, or there may be: the last line says so.
  static func bytes(_ records: [AuditRecord], _ format: Format, isCut: Bool) -> [UInt8] {
    let note =
      "Only the newest \(Words.number(records.count)) are here. Shorten the time for others."
    switch format {
    case .csv:
      var bytes = Array((columns.joined(separator: ",") + "\r\n").utf8)
      for record in records {
        let cells = row(record).map { DeliveryFile.cell($0 ?? "") }
        bytes += Array((cells.joined(separator: ",") + "\r\n").utf8)
      }
      if isCut { bytes += Array((DeliveryFile.cell(note) + "\r\n").utf8) }
      return bytes
    case .jsonl:
      var lines = records.map { record in
        JSONWriter.object { writer in
          for (name, value) in zip(columns, row(record)) { writer.member(name, value) }
        }
      }
      if isCut { lines.append(JSONWriter.object { $0.member("note", note) }) }
      return lines.flatMap { $0 + [UInt8(ascii: "\n")] }
    }
  }

  private static let columns = [
    "at", "id", "who", "actor_id", "action", "subject", "subject_id", "concerns", "user_id",
    "before",
    "after", "address", "request_id",
  ]

  private static func row(_ record: AuditRecord) -> [String?] {
    func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }
    let words = AuditWords(record)
    return [
      record.at.rfc3339, record.id.description, words.who, record.actorID?.description,
      record.action, words.thing, record.subjectID?.description, record.userEmail,
      record.userID?.description, text(record.before), text(record.after), record.address,
      record.requestID,
    ]
  }
}
