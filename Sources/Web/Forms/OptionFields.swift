import Domain

/// The fields under "More options", of a webhook that is made or edited.
///
/// `header_name` and `header_value` once for each row, in pairs; of headers that there are already,
/// `kept_name` and `kept_value` in pairs, an empty value keeping the old one, and `remove` with the
/// name; `max_in_flight`, `max_per_second`, `ordered` (`1`). The button `add_header` asks for one
/// more row.
struct OptionFields {
  private(set) var answers: MoreOptions.Answers
  private(set) var errors: [FieldError] = []
  /// Header by header, as a change has them: a nil value removes it.
  private(set) var headers: [(name: String, value: String?)] = []
  private(set) var maxInFlight: Int?
  private(set) var maxPerSecond: Int?
  let wantsRow: Bool

  var isOrdered: Bool { answers.isOrdered }

  /// - Parameter existing: Names of the headers that the webhook has.
  /// - Throws: `Query.Malformed` when a field is there twice that may be there once, or half of a pair
  ///   is missing.
  init(_ form: Query, existing: [String] = []) throws(Query.Malformed) {
    wantsRow = try form.one("add_header") != nil
    answers = MoreOptions.Answers(
      maxInFlight: try form.one("max_in_flight")?.trimmingSpaces ?? "",
      maxPerSecond: try form.one("max_per_second")?.trimmingSpaces ?? "",
      isOrdered: try form.one("ordered") == "1")
    answers.removed = Set(form.all("remove")).intersection(existing)
    let added = try Self.pairs(form, "header_name", "header_value")
    let kept = try Self.pairs(form, "kept_name", "kept_value").filter { existing.contains($0.0) }
    readKept(kept)
    readAdded(added, besides: existing.filter { !answers.removed.contains($0) })
    checkTogether(existing: existing)
    maxInFlight = number(
      answers.maxInFlight, "max_in_flight", in: Webhook.maxInFlightRange)
    maxPerSecond = number(
      answers.maxPerSecond, "max_per_second", in: Webhook.maxPerSecondRange)
    if wantsRow { answers.rows.append("") }
  }

  private static let rowLimit = 100

  private static func pairs(_ form: Query, _ first: String, _ second: String) throws(Query
    .Malformed)
    -> [(String, String)]
  {
    let (names, values) = (form.all(first), form.all(second))
    // No page has so many rows, and each of them would come back with its mistake.
    guard names.count == values.count, names.count <= rowLimit else { throw Query.Malformed() }
    return zip(names, values).map { ($0.trimmingSpaces, $1.trimmingSpaces) }
  }

  private mutating func readKept(_ pairs: [(String, String)]) {
    for name in answers.removed.sorted() { headers.append((name, nil)) }
    for (index, (name, value)) in pairs.enumerated()
    where !value.isEmpty && !answers.removed.contains(name) {
      answers.replaced.insert(name)
      check(name, value, at: "kept-\(index + 1)", "kept-\(index + 1)")
    }
  }

  private mutating func readAdded(_ pairs: [(String, String)], besides kept: [String]) {
    var names = Set(kept.map { $0.lowercased() })
    for (name, value) in pairs where !name.isEmpty || !value.isEmpty {
      answers.rows.append(name)
      let row = answers.rows.count
      if names.insert(name.lowercased()).inserted {
        check(name, value, at: "header-name-\(row)", "header-value-\(row)")
      } else {
        errors.append(
          FieldError("header-name-\(row)", CustomHeader.Problem.twice(name).message))
      }
    }
  }

  private mutating func check(
    _ name: String, _ value: String, at nameField: String, _ valueField: String
  ) {
    do throws(CustomHeader.Problem) {
      _ = try CustomHeader(name: name, value: value)
      headers.append((name, value))
    } catch {
      var field = nameField
      if case .value = error { field = valueField }
      errors.append(FieldError(field, name.isEmpty ? "Enter a header name" : error.message))
    }
  }

  private mutating func checkTogether(existing: [String]) {
    let given = headers.compactMap { header in header.value.map { (header.name, $0) } }
    let stays = existing.filter { name in !headers.contains { $0.name == name } }
    do throws(CustomHeader.Problem) {
      _ = try CustomHeader.list(given + stays.map { ($0, "x") })
    } catch {
      guard error == .tooMany || error == .tooLong else { return }
      errors.append(FieldError("headers", error.message))
    }
  }

  private mutating func number(_ text: String, _ field: String, in range: ClosedRange<Int>) -> Int?
  {
    guard !text.isEmpty else { return nil }
    if text.utf8.count <= 5, text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
      let number = Int(text), range.contains(number)
    {
      return number
    }
    errors.append(
      FieldError(
        field, "Enter a whole number from \(range.lowerBound) to \(Words.number(range.upperBound))")
    )
    return nil
  }
}
