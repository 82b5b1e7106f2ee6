/// One HTTP try of a delivery, as it is on record.
package struct Attempt: Sendable {
  package let number: Int
  package let startedAt: Timestamp
  package let timings: Timings
  /// `203.0.113.7:443`, nil when nothing was connected to.
  package let remoteAddress: String?
  package let endpointURL: String
  package let responseStatus: Int?
  package let error: AttemptError?
  package let requestHeaders: [Header]
  package let responseHeaders: [Header]
  /// The first `Attempt.bodyLimitBytes` of the answer.
  package let responseBody: [UInt8]
  /// Asked for by a person rather than by the schedule.
  package let isManual: Bool
  /// The job that it was made for.
  package let jobID: RetryJob.ID?
  package let connection: Connection

  package struct Header: Sendable, Equatable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// What the request went over; nil where there was none, or it has none.
  package struct Connection: Sendable, Equatable {
    /// 10 for HTTP/1.0, 11 for HTTP/1.1: of the answer.
    package var httpVersion: Int?
    /// `TLSv1.3`
    package var tlsVersion: String?
    package var certificateEndsAt: Timestamp?
    /// Of an error `tls`; nil where the reason is not known.
    package var tlsFault: TLSFault?

    package init(
      httpVersion: Int? = nil, tlsVersion: String? = nil, certificateEndsAt: Timestamp? = nil,
      tlsFault: TLSFault? = nil
    ) {
      self.httpVersion = httpVersion
      self.tlsVersion = tlsVersion
      self.certificateEndsAt = certificateEndsAt
      self.tlsFault = tlsFault
    }
  }

  /// Microseconds each part took; nil where it did not happen.
  package struct Timings: Sendable, Equatable {
    package var total: Int64?
    package var dns: Int64?
    package var connect: Int64?
    package var tls: Int64?
    /// From the request being sent to the first byte of the answer.
    package var firstByte: Int64?

    package init(
      total: Int64? = nil, dns: Int64? = nil, connect: Int64? = nil, tls: Int64? = nil,
      firstByte: Int64? = nil
    ) {
      self.total = total
      self.dns = dns
      self.connect = connect
      self.tls = tls
      self.firstByte = firstByte
    }
  }

  package init(
    number: Int, startedAt: Timestamp, timings: Timings, remoteAddress: String?,
    endpointURL: String, responseStatus: Int?, error: AttemptError?, requestHeaders: [Header],
    responseHeaders: [Header], responseBody: [UInt8], isManual: Bool, jobID: RetryJob.ID? = nil,
    connection: Connection = Connection()
  ) {
    self.number = number
    self.startedAt = startedAt
    self.timings = timings
    self.remoteAddress = remoteAddress
    self.endpointURL = endpointURL
    self.responseStatus = responseStatus
    self.error = error
    self.requestHeaders = requestHeaders
    self.responseHeaders = responseHeaders
    self.responseBody = responseBody
    self.isManual = isManual
    self.jobID = jobID
    self.connection = connection
  }

  package static let bodyLimitBytes = 16 * 1_024
}

/// Why an attempt, or a delivery, did not succeed. The words are those of the API.
package enum AttemptError: String, Sendable, CaseIterable {
  /// The name has no address, or the name server gave no answer in time.
  case dns
  /// The address guard refused the URL, an address or a port.
  case addressRefused = "address_refused"
  /// Nothing listens there, or the network says no.
  case connect
  case connectTimeout = "connect_timeout"
  /// The certificate or the handshake.
  case tls
  /// Connected, but the whole attempt took too long.
  case timeout
  /// The connection broke before an answer.
  case reset
  /// The answer is not HTTP/1.1.
  case `protocol`
  /// A 3xx; none is followed.
  case redirect
  /// Any other status that is not 2xx.
  case status
  /// The worker died or its lease ran out: it may have been sent.
  case interrupted
  /// Given up before it was sent: by its user, an administrator, or with its webhook. On the
  /// delivery only, never on an attempt.
  case dropped
  /// Our own fault.
  case `internal`
}
