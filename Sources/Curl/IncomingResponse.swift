/// A response while it comes in, within its limits.
struct IncomingResponse {
  private(set) var head = ResponseHead()
  private(set) var body: [UInt8] = []
  /// `.bodyLimit` or `.headerLimit`.
  private(set) var stop: ExchangeResult.Stop?
  private var headerBytes = 0
  private let headerLimitBytes: Int
  private let bodyLimitBytes: Int

  init(limits: ExchangeOptions) {
    headerLimitBytes = limits.headerLimitBytes
    bodyLimitBytes = limits.bodyLimitBytes
  }

  /// Takes one header line of any response or trailer.
  /// - Returns: Whether to go on reading.
  mutating func takeHeader(_ line: UnsafeRawBufferPointer) -> Bool {
    headerBytes += line.count
    guard headerBytes <= headerLimitBytes else {
      stop = .headerLimit
      return false
    }
    head.take(line)
    return true
  }

  /// Takes a decoded piece of the body.
  /// - Returns: Whether to go on reading.
  mutating func takeBody(_ piece: UnsafeRawBufferPointer) -> Bool {
    let room = bodyLimitBytes - body.count
    body.append(contentsOf: piece.prefix(room))
    guard piece.count <= room else {
      stop = .bodyLimit
      return false
    }
    return true
  }
}
