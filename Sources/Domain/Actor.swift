/// Who changes something, as the audit log keeps it.
package struct Actor: Sendable {
  package enum Kind: String, Sendable {
    case user
    case serviceKey = "service_key"
    case command
    case worker
    case host
  }

  package let kind: Kind
  /// The user or the API key; nil for a command and the worker.
  package let id: UUID?
  package let address: String?
  package let requestID: String?

  package init(kind: Kind, id: UUID? = nil, address: String? = nil, requestID: String? = nil) {
    self.kind = kind
    self.id = id
    self.address = address
    self.requestID = requestID
  }

  package static let worker = Actor(kind: .worker)
  package static let command = Actor(kind: .command)
}
