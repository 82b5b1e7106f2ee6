/// How an exchange ended.
package struct ExchangeResult: Sendable {
  /// Microseconds; nil where that part did not happen.
  package struct Timings: Sendable {
    package let total: Int64
    package let nameLookup: Int64?
    package let connect: Int64?
    package let tls: Int64?
    /// From the request being sent to the first byte of the answer.
    package let firstByte: Int64?
  }

  package let code: CurlCode
  /// libcurl's own words; empty where all went well.
  package let message: String
  package let status: Int?
  /// Of the final answer; what a 1xx said is dropped.
  package let headers: [(name: [UInt8], value: [UInt8])]
  /// Status line and headers of a final answer arrived whole.
  package let headersComplete: Bool
  package let body: [UInt8]
  package let bodyWasCut: Bool
  package let timings: Timings
  package let remote: PeerAddress?
  /// The check said no, to an address or to the peer.
  package let addressWasRefused: Bool
  /// An address was found, or a kept connection was used.
  package let nameWasResolved: Bool
  /// The request may have been sent, in part or whole.
  package let requestWasStarted: Bool
  /// A kept connection died under the request and libcurl was about to send it again.
  package let wasAboutToBeSentTwice: Bool
  /// More came than any limit allows.
  package let limitWasReached: Bool
}
