import Curl
import Domain

/// Many requests at once, on one thread. Nothing leaves that the address guard has not judged: the
/// URL's text before, each address before a socket to it is opened, the peer before a byte is sent.
package final class Sender {
  package enum Event: Sendable {
    /// Past its name look-up.
    case resolved(tag: Int)
    case finished(tag: Int, Answer)
  }

  private let pool: ExchangePool
  private let rules: OutboundRules

  /// - Parameter maxConnections: Kept open at most.
  package init(rules: OutboundRules, maxConnections: Int) throws {
    self.rules = rules
    pool = try ExchangePool(
      maxConnections: maxConnections,
      authorities: CertificateAuthorities(adding: rules.caFile))
  }

  package var inFlight: Int { pool.inFlight }

  /// Ends a wait in `run`; for other threads.
  package var waker: @Sendable () -> Void {
    let waker = pool.waker
    return { waker.wake() }
  }

  package func start(_ request: OutboundRequest, tag: Int) throws {
    try pool.start(
      request.exchange(rules), tag: tag, check: AddressGuard(request.url, rules).check)
  }

  /// Goes on with all of them and says what happened since the last time.
  package func run(waitingUpToMilliseconds milliseconds: Int) throws -> [Event] {
    try pool.run(waitingUpTo: milliseconds).map { event in
      switch event {
      case .resolved(let tag): .resolved(tag: tag)
      case .finished(let tag, let result): .finished(tag: tag, Answer(result))
      }
    }
  }
}
