/// How one attempt ended.
package enum Outcome: Sendable, Equatable {
  case success(status: Int)
  /// - status: The answer's, where there was one.
  /// - retryAfter: How long the receiver asked us to stay away; of a 429 or 503 alone.
  case failure(AttemptError, status: Int? = nil, retryAfter: Interval? = nil)

  /// What an answer's status means: 2xx is success, anything else is not.
  /// - Parameter retryAfter: The interval of its `Retry-After`, if it has one that can be read.
  package init(status: Int, retryAfter: Interval? = nil) {
    switch status {
    case 200...299: self = .success(status: status)
    case 300...399: self = .failure(.redirect, status: status)
    case 429, 503: self = .failure(.status, status: status, retryAfter: retryAfter)
    default: self = .failure(.status, status: status)
    }
  }

  package var status: Int? {
    switch self {
    case .success(let status): status
    case .failure(_, let status, _): status
    }
  }

  package var error: AttemptError? {
    switch self {
    case .success: nil
    case .failure(let error, _, _): error
    }
  }

  package var isSuccess: Bool { error == nil }

  /// The endpoint says that it will never listen again: 410.
  package var isGone: Bool { status == 410 }

  /// The endpoint has too much to do: 429, 503.
  package var asksForLess: Bool { status == 429 || status == 503 }

  /// The endpoint, or the name server before it, took too long or was not to be found.
  package var isTimeout: Bool {
    switch error {
    case .timeout, .connectTimeout, .dns: true
    default: false
    }
  }

  /// Zero where nothing was asked.
  var retryAfter: Interval {
    switch self {
    case .success: .zero
    case .failure(_, _, let retryAfter): retryAfter ?? .zero
    }
  }
}
