import Domain

/// How the value of a setting is written.
struct Form<Value: Sendable>: Sendable {
  /// After "must be": `a number from 1 to 256`.
  let words: String
  private let parse: @Sendable (String) throws(Misfit) -> Value?

  /// - Parameter parse: nil for "not that"; throws where more than that can be said.
  init(_ words: String, _ parse: @escaping @Sendable (String) throws(Misfit) -> Value?) {
    self.words = words
    self.parse = parse
  }

  /// - Throws: What is wrong with `text`. Quotes it, unless it is secret.
  func read(_ text: String, isSecret: Bool = false) throws(Misfit) -> Value {
    guard let value = try parse(text) else {
      // Quoted with its control characters escaped, so that a message stays one line.
      let quoted = isSecret ? "" : ", not \(String(reflecting: String(text.prefix(80))))"
      throw Misfit(problem: "must be \(words)\(quoted)")
    }
    return value
  }
}

struct Misfit: Error {
  let problem: String
}

extension Form where Value == Int {
  static func integer(_ range: ClosedRange<Int>) -> Form {
    Form("a number from \(range.lowerBound) to \(range.upperBound)") { text in
      guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy(isDigit),
        let number = Int(text), range.contains(number)
      else { return nil }
      return number
    }
  }
}

extension Form where Value == Double {
  static func decimal(_ range: ClosedRange<Double>) -> Form {
    Form("a number from \(range.lowerBound) to \(range.upperBound)") { text in
      // Digits with at most one point: Double's own initialiser also reads `nan` and `0x1p-2`.
      guard text.utf8.first.map(isDigit) == true,
        text.utf8.filter({ !isDigit($0) }).elementsEqual(text.contains(".") ? ".".utf8 : "".utf8),
        let number = Double(text), range.contains(number)
      else { return nil }
      return number
    }
  }
}

extension Form where Value == Interval {
  static func interval(_ shortest: String, _ longest: String) -> Form {
    guard let first = Interval(shortest), let last = Interval(longest) else {
      preconditionFailure("the bounds in the table are intervals")
    }
    return Form("a time from \(shortest) to \(longest), such as 90s, 5m, 2h or 7d") { text in
      Interval(text).flatMap { (first...last).contains($0) ? $0 : nil }
    }
  }
}

extension Form where Value == [Interval] {
  static var schedule: Form {
    Form("a comma list of 1 to 50 times up to 30d, such as 5s,5m,2h") { text in
      RetrySchedule.waits(text).flatMap { waits in
        waits.count <= 50 && waits.allSatisfy { $0 <= Interval(seconds: 30 * 86_400) }
          ? waits : nil
      }
    }
  }
}

extension Form where Value == String {
  /// Without a NUL, which would cut it short in C.
  static var path: Form {
    Form("an absolute path") { $0.hasPrefix("/") && !$0.utf8.contains(0) ? $0 : nil }
  }

  /// - Parameter limit: Most characters.
  static func name(_ limit: Int) -> Form {
    Form("1 to \(limit) letters, digits, _ or -") { text in
      text.utf8.count <= limit && !text.isEmpty
        && text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_-".utf8.contains($0) }
        ? text : nil
    }
  }
}

extension Form where Value == MailServer {
  static var mailServer: Form {
    Form("smtp:// or smtps://, perhaps user:password@, and a host, perhaps with a port") {
      MailServer($0)
    }
  }
}

extension Form where Value == [String] {
  static var hosts: Form {
    Form("a comma list of names or addresses, each perhaps with a port: db1, [::1]:3307") { text in
      let hosts = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      return hosts.allSatisfy { DatabaseHost($0) != nil } ? hosts : nil
    }
  }
}

extension Form where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  static var choice: Form {
    let words = Value.allCases.map(\.rawValue).joined(separator: " or ")
    return Form(words) { Value(rawValue: $0) }
  }
}

private func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

private func isLetter(_ byte: UInt8) -> Bool {
  byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z")
}
