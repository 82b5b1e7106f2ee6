/// One line of the table of settings.
struct Setting<Value: Sendable>: DescribedSetting {
  let name: String
  let form: Form<Value>
  /// Read like a value from outside when there is none; nil where that means something else.
  let standard: String?
  /// What stands in the table for the default, where it is not just `standard`.
  let standardWords: String
  let meaning: String
  let isSecret: Bool

  init(
    _ name: String, _ form: Form<Value>, standard: String? = nil, words: String? = nil,
    isSecret: Bool = false, _ meaning: String
  ) {
    self.name = "PATCHBAY_" + name
    self.form = form
    self.standard = standard
    self.standardWords = words ?? standard.map { "`\($0)`" } ?? "–"
    self.meaning = meaning
    self.isSecret = isSecret
  }
}

/// What the table says of a setting whatever its type.
protocol DescribedSetting: Sendable {
  var name: String { get }
  var standardWords: String { get }
  var meaning: String { get }
  var isSecret: Bool { get }
}
