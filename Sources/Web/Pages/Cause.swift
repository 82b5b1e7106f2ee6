import Domain

/// Why an attempt did not succeed, and what its receiver can do about it, in words.
struct Cause {
  let sentence: String
  let advice: String

  static let dropped = Cause(
    sentence: "It was dropped before it was delivered.",
    advice: "Somebody gave it up, or its webhook was deleted. Nothing more is sent.")

  init(sentence: String, advice: String) {
    self.sentence = sentence
    self.advice = advice
  }

  init(_ attempt: Attempt) {
    let place = Endpoint(attempt.endpointURL)
    let host = place.host
    switch attempt.error {
    case nil:
      self.init(sentence: "\(host) took it.", advice: "Nothing to do.")
    case .dns:
      self.init(
        sentence: "We can’t find \(host).",
        advice: "Check the address for a typo, and that the name still exists.")
    case .addressRefused:
      self.init(
        sentence: "\(host) leads to an address where we don’t send.",
        advice: "It is inside a private network or reserved. Point the name to a public address.")
    case .connect:
      self.init(
        sentence: "Nothing is listening at \(host), port \(place.port).",
        advice: "Start the service, or open the port.")
    case .connectTimeout:
      self.init(
        sentence: "\(host) did not accept a connection within 5 seconds.",
        advice: "Check that it is up and that its firewall lets us in.")
    case .tls:
      self.init(attempt.connection.tlsFault, host)
    case .timeout:
      let wait = attempt.timings.total.map { Words.duration(microseconds: $0) } ?? "too long"
      self.init(
        sentence: "\(host) had not answered after \(wait).",
        advice: "Answer first, and do the work afterwards.")
    case .reset:
      self.init(
        sentence: "The connection to \(host) broke before it answered.",
        advice: "Check firewalls and proxies in between, and whether the service restarts.")
    case .protocol:
      self.init(
        sentence: "\(host) did not answer in HTTP/1.1.",
        advice: "Check that the port speaks HTTPS. A receiver that speaks HTTP/2 alone cannot be "
          + "reached.")
    case .redirect:
      self.init(
        sentence: "\(host) redirected us" + Self.target(attempt) + ".",
        advice: "We don’t follow redirects. Use the final address as endpoint URL.")
    case .status:
      let status = attempt.responseStatus ?? 0
      self.init(
        sentence: "\(host) answered \(StatusWords.line(status)).",
        advice: Self.advice(for: status, attempt))
    case .interrupted:
      self.init(
        sentence: "We were interrupted while sending. Your system may have got it.",
        advice: "Nothing to do: a repeat carries the same webhook-id, so your system can tell.")
    case .dropped:
      self = .dropped
    case .internal:
      self.init(
        sentence: "We could not send: the fault is ours.", advice: "Nothing to do on your side.")
    }
  }

  private static func advice(for status: Int, _ attempt: Attempt) -> String {
    switch status {
    case 400, 422:
      "Your system did not like the content. Read its answer below, and compare the request with "
        + "the sample of this event."
    case 401, 403:
      "Your system refused the request, most often because its signature check failed: it still "
        + "checks with an old secret, or reads the body after parsing it."
    case 404: "There is nothing at this path. Check the path of the endpoint URL."
    case 405: "It does not accept POST there. Accept POST at this path."
    case 410: "It says that this address is gone for good, so we stopped trying."
    case 413: "It says that the request is too big. Raise its limit to at least 256 KiB."
    case 429: "It says that we send too fast. Raise its limit, or choose fewer events."
    case 500:
      "Its code failed. Look at its log at \(clock(attempt.startedAt)) UTC."
    case 502, 503, 504:
      "A server in front could not reach your service. Check the service behind it; this often "
        + "passes by itself."
    default: "Read its answer below. Only an answer from 200 to 299 counts as delivered."
    }
  }

  private static func clock(_ moment: Timestamp) -> String {
    String(moment.rfc3339.dropFirst(11).prefix(8))
  }

  /// ` to other.example`, where the answer says it.
  private static func target(_ attempt: Attempt) -> String {
    let location = attempt.responseHeaders.first { $0.name.lowercased() == "location" }
    guard let host = location.map({ Endpoint($0.value).host }), !host.isEmpty else { return "" }
    return " to \(host)"
  }
}

/// Host and port of an address, for a sentence. Empty where there are none.
private struct Endpoint {
  let host: String
  let port: String

  init(_ address: String) {
    let isPlain = address.hasPrefix("http://")
    guard isPlain || address.hasPrefix("https://") else {
      (host, port) = ("", "")
      return
    }
    let rest = address.dropFirst(isPlain ? 7 : 8)
    let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
    let parts = authority.split(separator: ":", maxSplits: 1)
    host = parts.first.map(String.init) ?? ""
    port = parts.count == 2 ? String(parts[1]) : isPlain ? "80" : "443"
  }
}

/// What the numbers of HTTP are called. Source: the IANA registry "HTTP Status Codes".
enum StatusWords {
  /// `401 Unauthorized`; the number alone where it is rare.
  static func line(_ status: Int) -> String {
    names[status].map { "\(status) \($0)" } ?? "\(status)"
  }

  private static let names = [
    200: "OK", 201: "Created", 202: "Accepted", 204: "No Content", 301: "Moved Permanently",
    302: "Found", 303: "See Other", 304: "Not Modified", 307: "Temporary Redirect",
    308: "Permanent Redirect", 400: "Bad Request", 401: "Unauthorized", 402: "Payment Required",
    403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed", 406: "Not Acceptable",
    408: "Request Timeout", 409: "Conflict", 410: "Gone", 411: "Length Required",
    413: "Content Too Large", 415: "Unsupported Media Type", 422: "Unprocessable Content",
    425: "Too Early", 429: "Too Many Requests", 500: "Internal Server Error",
    501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
    504: "Gateway Timeout",
  ]
}
