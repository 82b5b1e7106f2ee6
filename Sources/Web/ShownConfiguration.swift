/// The configuration in force, as it may be shown: no secret is in it.
package struct ShownConfiguration: Sendable {
  package struct Setting: Sendable {
    /// `PATCHBAY_THREADS`
    package let name: String
    /// As it was written, `redacted` for a secret, empty where there is none.
    package let value: String
    /// `environment`, `credential` or `default`.
    package let source: String
    package let meaning: String
    /// nil where it is in order.
    package let problem: String?

    package init(name: String, value: String, source: String, meaning: String, problem: String?) {
      self.name = name
      self.value = value
      self.source = source
      self.meaning = meaning
      self.problem = problem
    }
  }

  package let settings: [Setting]
  /// What may not be meant as it is, in sentences.
  package let advice: [String]

  package init(settings: [Setting] = [], advice: [String] = []) {
    self.settings = settings
    self.advice = advice
  }
}
