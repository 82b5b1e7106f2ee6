import Domain

/// Figures as Prometheus reads them. Source: Prometheus, "Exposition formats", text format 0.0.4.
struct Exposition {
  enum Kind: String { case counter, gauge, histogram }

  static let mediaType = "text/plain; version=0.0.4; charset=utf-8"

  private(set) var text = ""

  /// Begins a family; its samples follow.
  mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
  }

  /// - Parameter value: As Prometheus reads a number.
  mutating func sample(
    _ name: String, _ value: String, _ labels: KeyValuePairs<String, String> = [:]
  ) {
    let list = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
    text += list.isEmpty ? "\(name) \(value)\n" : "\(name){\(list)} \(value)\n"
  }

  mutating func sample(
    _ name: String, _ value: Int, _ labels: KeyValuePairs<String, String> = [:]
  ) {
    sample(name, String(value), labels)
  }

  /// A family of one sample; none where there is no value.
  mutating func gauge(_ name: String, _ help: String, _ value: Int?) {
    guard let value else { return }
    family(name, .gauge, help)
    sample(name, value)
  }

  /// - Parameter microseconds: What all of them took together.
  mutating func histogram(_ name: String, _ help: String, _ times: AnswerTimes, microseconds: Int) {
    family(name, .histogram, help)
    var sum = 0
    for (limit, count) in zip(AnswerTimes.limits, times.counts) {
      sum += count
      sample("\(name)_bucket", sum, ["le": Self.seconds(Int(limit) * 1_000)])
    }
    sample("\(name)_bucket", sum, ["le": "+Inf"])
    sample("\(name)_sum", Self.seconds(microseconds))
    sample("\(name)_count", sum)
  }

  /// As a decimal number of seconds, exact: `0.025`, `12`.
  static func seconds(_ microseconds: Int) -> String {
    let (whole, rest) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
    guard rest > 0 else { return String(whole) }
    var digits = String(rest)
    digits = String(repeating: "0", count: 6 - digits.count) + digits
    while digits.hasSuffix("0") { digits.removeLast() }
    return "\(whole).\(digits)"
  }

  private static func escaped(_ value: String) -> String {
    var text = ""
    for character in value.unicodeScalars {
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(character)
      }
    }
    return text
  }
}
