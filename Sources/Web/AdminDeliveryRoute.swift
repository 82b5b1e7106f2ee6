package import Domain
import HTTPTypes

/// Addresses below `/admin` that are about deliveries of all users.
package enum AdminDeliveryRoute: Equatable, Sendable {
  case log(AdminLogFilter = AdminLogFilter())
  case delivery(Delivery.ID, attempt: Int? = nil)
  /// Shows once what a delivery carried, with the reason that is posted.
  case payload(Delivery.ID)
  case retry(Delivery.ID)
  case drop(Delivery.ID)
  /// What failed for good.
  case dead(DeadChoice = DeadChoice())
  /// Asks about many of these and begins a job.
  case retryDead(DeadChoice = DeadChoice())
  case dropDead(DeadChoice = DeadChoice())
  case job(RetryJob.ID)
  case stopJob(RetryJob.ID)
}

extension AdminDeliveryRoute {
  /// - Parameter segments: What follows `admin` in the path, decoded; the first is `deliveries`,
  ///   `dead` or `jobs`.
  init?(_ segments: ArraySlice<String>, _ query: Query) {
    let parts = Array(segments)
    let verb = parts.count == 3 ? parts[2] : nil
    guard parts.count <= 3 else { return nil }
    switch (parts[0], parts.count) {
    case ("deliveries", 1): self = .log(AdminLogFilter(query))
    case ("dead", 1): self = .dead(DeadChoice(query))
    case ("dead", 2) where parts[1] == "retry": self = .retryDead(DeadChoice(query))
    case ("dead", 2) where parts[1] == "drop": self = .dropDead(DeadChoice(query))
    case ("deliveries", _):
      guard let id = Delivery.ID(parts[1]) else { return nil }
      switch verb {
      case nil: self = .delivery(id, attempt: query["attempt"].flatMap { Int($0) })
      case "payload": self = .payload(id)
      case "retry": self = .retry(id)
      case "drop": self = .drop(id)
      default: return nil
      }
    case ("jobs", 2...):
      guard let id = RetryJob.ID(parts[1]) else { return nil }
      switch verb {
      case nil: self = .job(id)
      case "stop": self = .stopJob(id)
      default: return nil
      }
    default: return nil
    }
  }

  /// Path and query below `/admin`.
  var path: String {
    switch self {
    case .log(let filter): return "/deliveries" + filter.query.text
    case .delivery(let id, let attempt):
      var query = Query()
      query.append("attempt", attempt.map(String.init))
      return "/deliveries/\(id)" + query.text
    case .payload(let id): return "/deliveries/\(id)/payload"
    case .retry(let id): return "/deliveries/\(id)/retry"
    case .drop(let id): return "/deliveries/\(id)/drop"
    case .dead(let choice): return "/dead" + choice.query.text
    case .retryDead(let choice): return "/dead/retry" + choice.query.text
    case .dropDead(let choice): return "/dead/drop" + choice.query.text
    case .job(let id): return "/jobs/\(id)"
    case .stopJob(let id): return "/jobs/\(id)/stop"
    }
  }

  /// What a browser may do here.
  var methods: [HTTPRequest.Method] {
    switch self {
    case .log, .delivery, .dead, .job: [.get]
    case .payload: [.post]
    case .retry, .drop, .retryDead, .dropDead, .stopJob: [.get, .post]
    }
  }
}

extension Route {
  /// Of all users' deliveries.
  static func deliveries(_ route: AdminDeliveryRoute) -> Route { .admin(.deliveries(route)) }
}
