import Domain

/// A state: its icon and its word. The shape says it as well as the colour.
struct Tag {
  enum Tone: String { case ok, warn, bad, info, neutral }

  let tone: Tone
  let icon: Icon
  let word: String

  /// With its box, beside a heading.
  var html: HTML {
    "<span class=\"tag \(tone.rawValue)\">\(icon)\(word)</span>"
  }

  /// In a list only what needs somebody has a box, so that the eye finds it.
  var inList: HTML {
    switch tone {
    case .ok, .neutral: "<span class=\"tag bare \(tone.rawValue)\">\(icon)\(word)</span>"
    case .warn, .bad, .info: html
    }
  }
}

/// How a webhook is doing, in one word.
enum WebhookState {
  case new, healthy, failing, stopped, paused

  /// Nil where its health cannot be read: it may be failing.
  init?(_ webhook: Webhook, _ health: WebhookHealth?) {
    switch (webhook.status, health) {
    case (.paused(.user), _): self = .paused
    case (.paused(.failing), _), (.paused(.gone), _), (.paused(.damaged), _): self = .stopped
    case (.active, nil): return nil
    case (.active, let health?):
      let isNew = health.lastSuccessAt == nil && health.delivered + health.failed == 0
      self = health.failingSince != nil ? .failing : isNew ? .new : .healthy
    }
  }

  var tag: Tag {
    switch self {
    case .new: Tag(tone: .info, icon: .dot, word: "New")
    case .healthy: Tag(tone: .ok, icon: .check, word: "Healthy")
    case .failing: Tag(tone: .bad, icon: .cross, word: "Failing")
    case .stopped: Tag(tone: .bad, icon: .stop, word: "Stopped")
    case .paused: Tag(tone: .neutral, icon: .pause, word: "Paused")
    }
  }
}

/// How far a delivery is, in one word.
enum DeliveryWord {
  case waiting, sending, retrying, delivered, failed, notSent

  init(_ delivery: Delivery) {
    self =
      switch delivery.state {
      case .delivered: .delivered
      case .failed: .failed
      case .held: .notSent
      case .pending where delivery.isInFlight: .sending
      case .pending where delivery.attemptNumber > 0: .retrying
      case .pending: .waiting
      }
  }

  var tag: Tag {
    switch self {
    case .waiting: Tag(tone: .neutral, icon: .clock, word: "Waiting")
    case .sending: Tag(tone: .info, icon: .send, word: "Sending")
    case .retrying: Tag(tone: .warn, icon: .retry, word: "Retrying")
    case .delivered: Tag(tone: .ok, icon: .check, word: "Delivered")
    case .failed: Tag(tone: .bad, icon: .cross, word: "Failed")
    case .notSent: Tag(tone: .neutral, icon: .minus, word: "Not sent")
    }
  }
}
