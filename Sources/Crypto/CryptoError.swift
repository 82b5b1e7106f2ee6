import COpenSSL

/// Why a cryptographic operation gave no result. Never holds a key or data.
package enum CryptoError: Error, Equatable, CustomStringConvertible {
  /// A key, seed or other input of the wrong length or size; says which, and what is right.
  case invalidInput(String)
  /// A sealed value that was not sealed with this key and these associated data, whatever of it is
  /// wrong: too short, altered, moved. Deliberately one case.
  case notAuthentic
  /// OpenSSL refused; its reasons, the first failure first. Out of memory or entropy, as a rule.
  case library([String])

  package var description: String {
    switch self {
    case .invalidInput(let problem): problem
    case .notAuthentic: "not sealed with this key, or altered"
    case .library([]): "OpenSSL refused, without a reason"
    case .library(let reasons): "OpenSSL refused: \(reasons.joined(separator: "; "))"
    }
  }
}

/// Throws what OpenSSL's queue holds unless `result` is 1, which is how its functions say success.
func check(_ result: Int32) throws(CryptoError) {
  try check(result == 1)
}

func check(_ succeeded: Bool) throws(CryptoError) {
  if !succeeded {
    throw .library(drainErrors())
  }
}

/// What a constructor of OpenSSL returned, or what its queue holds when that is nothing.
func made<T>(_ pointer: T?) throws(CryptoError) -> T {
  guard let pointer else { throw .library(drainErrors()) }
  return pointer
}

/// Empties this thread's error queue, so that nothing is left for the next caller to misread.
///
/// The corresponding C functions are `ERR_get_error` and `ERR_reason_error_string`.
@discardableResult func drainErrors() -> [String] {
  var reasons: [String] = []
  while true {
    let code = ERR_get_error()
    if code == 0 { return reasons }
    reasons.append(ERR_reason_error_string(code).map { String(cString: $0) } ?? "error \(code)")
  }
}
