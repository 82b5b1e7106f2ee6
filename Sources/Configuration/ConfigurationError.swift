/// Why a program does not start: one setting, and what is wrong with it, in one line.
package struct ConfigurationError: Error, Equatable, CustomStringConvertible {
  /// `PATCHBAY_THREADS`
  package let name: String
  package let problem: String

  package var description: String { "\(name): \(problem)" }
}
