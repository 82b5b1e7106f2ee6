/// The one place that says which version this is.
package enum Version {
  package static let current = "0.1.0"
}
