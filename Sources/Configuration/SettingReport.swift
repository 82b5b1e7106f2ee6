/// What `patchbay doctor` says about one setting.
package struct SettingReport: Sendable, Equatable {
  package enum Source: String, Sendable {
    case environment
    /// A file in `$CREDENTIALS_DIRECTORY`.
    case credential
    case standard = "default"
  }

  package let name: String
  /// As it was written; `redacted` for a secret; empty where there is none.
  package let value: String
  package let source: Source
  /// nil when it is in order.
  package internal(set) var problem: String?
}
