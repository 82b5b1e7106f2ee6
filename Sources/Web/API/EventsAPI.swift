import Domain
import HTTPTypes
import Store

extension APIResponder {
  /// `POST /events`
  func emitEvent(_ request: APIRequest) throws -> Response {
    let object = try request.object()
    var users = UserFinder(request)
    let event = try newEvent(object, field: "", users: &users)
    return try emit([event], request) { emitted in
      JSONWriter.object { $0.members(of: emitted[0]) }
    }
  }

  /// `POST /events/batch`
  func emitBatch(_ request: APIRequest) throws -> Response {
    guard let list = try request.object()["events"]?.elements else {
      throw Problem.unprocessable([FieldError("events", "Send a list of 1 to 1,000 events.")])
    }
    guard (1...1_000).contains(list.count) else {
      throw Problem.unprocessable([FieldError("events", "Send a list of 1 to 1,000 events.")])
    }
    var users = UserFinder(request)
    var events: [NewEvent] = []
    var errors: [FieldError] = []
    for (index, value) in list.enumerated() {
      do {
        guard let object = try value.object() else {
          throw Problem.unprocessable([FieldError("events[\(index)]", "An event is an object.")])
        }
        events.append(
          try newEvent(object, field: "events[\(index)].", users: &users))
      } catch let error as JSONError {
        throw Problem.badRequest("events[\(index)]: \(error).")
      } catch let problem as Problem where !problem.errors.isEmpty {
        errors += problem.errors
      }
    }
    guard errors.isEmpty else { throw Problem.unprocessable(Array(errors.prefix(100))) }
    return try emit(events, request) { emitted in
      JSONWriter.object {
        $0.member("data", array: emitted) { json, one in json.object { $0.members(of: one) } }
      }
    }
  }

  /// `GET /event-types`
  func listEventTypes(_ request: APIRequest) throws -> Response {
    let types = try stores.eventTypes.all().filter { !$0.isRetired }
    return .json(
      JSONWriter.object {
        $0.member("data", array: types) { json, type in
          json.object {
            $0.member("type", type.name)
            $0.member("description", type.description)
            $0.member("group", type.group)
            $0.member("example", RawJSON(Array(type.example.utf8)))
          }
        }
      })
  }

  private func emit(
    _ events: [NewEvent], _ request: APIRequest, answer: ([Emitted]) -> [UInt8]
  ) throws -> Response {
    guard let key = try idempotencyKey(request) else {
      return accept(try stores.events.emit(events, in: request.context), answer)
    }
    switch try stores.events.emit(events, in: request.context, once: key, answer: answer) {
    case .emitted(let emitted): return accept(emitted, answer)
    case .repeated(let earlier):
      return .json(earlier, status: .accepted)
    case .keyReused:
      throw Problem.unprocessable([
        FieldError("Idempotency-Key", "This key was used for another request. Use a new one.")
      ])
    case .stillRunning:
      var problem = Problem.conflict("A request with this Idempotency-Key has not ended yet.")
      problem.retryAfterSeconds = 1
      throw problem
    }
  }

  private func accept(_ emitted: [Emitted], _ answer: ([Emitted]) -> [UInt8]) -> Response {
    if emitted.contains(where: { $0.deliveries > 0 }) { settings.wakeWorkers() }
    return .json(answer(emitted), status: .accepted)
  }

  private func idempotencyKey(_ request: APIRequest) throws -> IdempotencyKey? {
    guard let key = request.head.header("Idempotency-Key") else { return nil }
    guard (1...255).contains(key.utf8.count), key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
    else {
      throw Problem.unprocessable([
        FieldError("Idempotency-Key", "Use 1 to 255 visible ASCII characters.")
      ])
    }
    return IdempotencyKey(
      apiKey: request.key.id, key: key, request: Array(request.head.path.utf8) + request.body)
  }

  /// - Parameter field: What stands before a field's name in an error: `events[3].`
  private func newEvent(
    _ object: JSONObject, field: String, users: inout UserFinder
  ) throws -> NewEvent {
    var errors: [FieldError] = []
    var user: User?
    do {
      user = try users.user(named: object["user"])
    } catch let problem as Problem where !problem.errors.isEmpty {
      errors += problem.errors.map { FieldError(field + $0.field, $0.message) }
    }
    var type = ""
    if let name = object["type"]?.string, try stores.eventTypes.has(name) {
      type = name
    } else {
      errors.append(
        FieldError(field + "type", "Name an event type of GET /event-types, as a string."))
    }
    var timestamp = currentTime()
    if let given = object["timestamp"], !given.isNull {
      if let moment = given.string.flatMap({ Timestamp(rfc3339: $0) }) {
        timestamp = moment
      } else {
        errors.append(
          FieldError(field + "timestamp", "Use RFC 3339, such as 2026-11-24T14:05:07Z."))
      }
    }
    var body: [UInt8] = []
    if let data = object["data"] {
      body = Event.body(type: type, timestamp: timestamp, data: data.compact)
      if data.kind != .object {
        errors.append(FieldError(field + "data", "Send an object."))
      } else if data.nesting > Event.nestingLimit {
        errors.append(
          FieldError(
            field + "data",
            "More than \(Event.nestingLimit) arrays and objects stand within each other."))
      } else if body.count > Event.bodyLimitBytes {
        errors.append(
          FieldError(field + "data", "The event's body is over 256 KiB: \(body.count) bytes."))
      }
    } else {
      errors.append(FieldError(field + "data", "Send an object."))
    }
    guard errors.isEmpty, let user else { throw Problem.unprocessable(errors) }
    return NewEvent(user: user, type: type, timestamp: timestamp, body: body)
  }
}

extension EventHint {
  /// Of the body of `POST /events`; nil where it will be refused anyway.
  init?(body: [UInt8]) {
    guard let object = try? JSONValue(body).object(), let type = object["type"]?.string,
      type.utf8.count <= EventType.nameLimit, type.utf8.allSatisfy({ $0 < 0x80 })
    else { return nil }
    self.init(type: type, user: object["user"]?.string)
  }
}

/// Finds each user of a batch once.
private struct UserFinder {
  private let request: APIRequest
  private var found: [String?: User] = [:]

  init(_ request: APIRequest) {
    self.request = request
  }

  mutating func user(named value: JSONValue?) throws -> User {
    let isAbsent = value?.isNull ?? true
    let name = value?.string
    guard isAbsent || name != nil else {
      throw Problem.unprocessable([
        FieldError("user", "Use a string: an id or an e-mail address.")
      ])
    }
    if let user = found[name] { return user }
    let user = try request.user(named: name)
    found[name] = user
    return user
  }
}

extension JSONWriter {
  fileprivate mutating func members(of emitted: Emitted) {
    member("id", emitted.event.id.description)
    member("type", emitted.event.type)
    member("timestamp", emitted.event.timestamp.rfc3339)
    member("deliveries", emitted.deliveries)
  }
}
