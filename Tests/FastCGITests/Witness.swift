import FastCGI
import Synchronization

/// What one request looked like to the application.
struct Seen: Sendable {
  var role: Request.Role
  var parameters: [(name: [UInt8], value: [UInt8])]
  var isComplete: Bool
  var body: Result<[UInt8], FastCGIError>

  init(_ request: borrowing Request, bodyLength: Int) {
    role = request.role
    parameters = request.parameters
    isComplete = request.isComplete
    do throws(FastCGIError) {
      body = .success(try request.body(length: bodyLength))
    } catch {
      body = .failure(error)
    }
  }

  /// Parameters as text, `name=value`.
  var lines: [String] {
    parameters.map { String(decoding: $0.name + [UInt8(ascii: "=")] + $0.value, as: UTF8.self) }
  }
}

/// An application that remembers what it has seen.
final class Witness: Sendable {
  static let answer = Array("Status: 200\r\n\r\nok".utf8)

  private let requests = Mutex<[Seen]>([])
  private let arrived = Signal()

  /// Serves `path` on one thread.
  func serve(
    _ path: String, bodyLength: Int = 0, stallLimitSeconds: Int = 20
  ) throws -> Application {
    let listener = try Listener(path: path, mode: 0o600, backlog: 16)
    return Application(listener, stallLimitSeconds: stallLimitSeconds) { [self] request in
      let seen = Seen(request, bodyLength: bodyLength)
      requests.withLock { $0.append(seen) }
      arrived.send()
      // A web server that broke off its request need not get an answer.
      try? request.write(Self.answer)
    }
  }

  /// The next request, or nil when none comes.
  func next() -> Seen? {
    guard arrived.wait() else { return nil }
    return requests.withLock { $0.removeFirst() }
  }
}
