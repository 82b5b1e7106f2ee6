import Domain
import Store

enum Sample {
  static func target(
    maxInFlight: Int? = nil, maxPerSecond: Int? = nil, isOrdered: Bool = false
  ) -> DeliveryTarget {
    DeliveryTarget(
      webhookID: Webhook.ID(UUID(high: .random(in: 0 ... .max), low: .random(in: 0 ... .max))),
      endpointURL: "https://hooks.example.com/", secrets: [], headers: [],
      maxInFlight: maxInFlight, maxPerSecond: maxPerSecond, isOrdered: isOrdered)
  }
}

/// A value that changes while it is asked: `#expect` takes no mutating call on a variable.
final class Changing<Value> {
  var value: Value

  init(_ value: Value) {
    self.value = value
  }

  func doing<Result>(_ body: (inout Value) -> Result) -> Result {
    body(&value)
  }
}
