package import Domain

/// Calls providers, one request at a time. Belongs to one thread.
///
/// No redirect is followed, at most 64 KiB are read, and the guard judges every address.
package final class ProviderCaller {
  private let rules: OutboundRules
  private var sender: Sender?

  package init(rules: OutboundRules) {
    self.rules = rules
  }

  package func call(_ request: ProviderRequest) throws(ProviderFailure) -> ProviderAnswer {
    let url: EndpointURL
    do throws(EndpointRefusal) {
      url = try EndpointURL(request.address, policy: rules.policy, use: .provider)
    } catch {
      throw .badAddress
    }
    guard !url.isReservedForDocumentation else { throw .unreachable(.dns) }
    let answer: Answer
    do {
      answer = try send(request, to: url)
    } catch {
      // What is left of a sender that failed is not used again.
      sender = nil
      throw .unreachable(.internal)
    }
    if let error = answer.error { throw .unreachable(error) }
    return ProviderAnswer(answer)
  }

  private func send(_ request: ProviderRequest, to url: EndpointURL) throws -> Answer {
    let sender = try self.sender ?? Sender(rules: rules, maxConnections: 8)
    self.sender = sender
    let method: OutboundRequest.Method =
      switch request.method {
      case .get: .get
      case .post: .post
      case .delete: .delete
      }
    let headers =
      [Attempt.Header("user-agent", rules.userAgent)]
      + request.headers.map { Attempt.Header($0.name, $0.value) }
    try sender.start(
      OutboundRequest(
        method: method, url: url, headers: headers, body: request.body,
        answerLimitBytes: ProviderAnswer.limitBytes + 1), tag: 0)
    while true {
      for case .finished(_, let answer) in try sender.run(waitingUpToMilliseconds: 1_000) {
        return answer
      }
    }
  }
}

extension ProviderAnswer {
  fileprivate init(_ answer: Answer) {
    func header(_ name: String) -> String? {
      answer.headers.last { $0.name.lowercased() == name }?.value
    }
    let type = (header("content-type") ?? "").split(separator: ";").first ?? ""
    let words = type.lowercased().split { $0 == " " || $0 == "\t" }
    self.init(
      status: answer.status ?? 0, contentType: words.first.map { String($0) } ?? "",
      retryAfterSeconds: header("retry-after").flatMap { Int($0) }.map { min(max($0, 1), 3_600) },
      body: answer.body, isCut: answer.body.count > Self.limitBytes)
  }
}
