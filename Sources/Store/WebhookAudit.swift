import Domain

// What the audit log keeps of a webhook: no secret, no value of a header or of its URL's query, since
// both may hold a token.
extension WebhookDraft {
  var auditJSON: [UInt8] {
    JSONWriter.object {
      $0.member("name", name)
      $0.member("endpoint_url", EndpointURL.withoutQueryValues(endpointURL))
      $0.member("events", events.words)
      $0.member("status", startsPaused ? "paused" : "active")
      if !headers.isEmpty { $0.member("headers", headers.map(\.name)) }
    }
  }
}

extension Webhook {
  /// The members that differ from another state of it; all of them where there is none.
  func auditJSON(
    besides other: Webhook?, _ more: (inout JSONWriter) -> Void = { _ in }
  ) -> [UInt8] {
    JSONWriter.object {
      if name != other?.name { $0.member("name", name) }
      if endpointURL != other?.endpointURL {
        $0.member("endpoint_url", EndpointURL.withoutQueryValues(endpointURL))
      }
      if events != other?.events { $0.member("events", events.words) }
      if status.isActive != other?.status.isActive {
        $0.member("status", status.isActive ? "active" : "paused")
      }
      if headerNames != other?.headerNames { $0.member("headers", headerNames) }
      if maxInFlight != other?.maxInFlight { $0.member("max_in_flight", maxInFlight) }
      if maxPerSecond != other?.maxPerSecond { $0.member("max_per_second", maxPerSecond) }
      if isOrdered != other?.isOrdered { $0.member("ordered", isOrdered) }
      more(&$0)
    }
  }

  /// After a change of this one: what differs, and what differs without being told.
  func auditJSON(of new: Webhook, changedBy change: WebhookChange) -> [UInt8] {
    let values = (change.headers ?? []).filter { $0.value != nil }.map(\.name)
    let urls = [endpointURL, new.endpointURL]
    let shown = urls.map(EndpointURL.withoutQueryValues)
    return new.auditJSON(besides: self) {
      if urls[0] != urls[1], shown[0] == shown[1] { $0.member("endpoint_url_values", "changed") }
      if !values.isEmpty { $0.member("header_values_set", values) }
    }
  }
}
