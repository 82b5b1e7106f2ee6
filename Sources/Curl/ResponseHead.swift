/// The head of a response while its lines come in.
struct ResponseHead {
  /// Of the final response; interim ones (1xx) are forgotten. 101 is final: nothing follows it that
  /// we would understand.
  private(set) var status: Int?
  private(set) var isComplete = false
  private(set) var fields = ResponseFields()
  private var isInterim = false
  private var isAtStart = true

  /// Takes one line with its end, the empty one too. Lines after the head are trailers: dropped.
  mutating func take(_ line: UnsafeRawBufferPointer) {
    guard !isComplete else { return }
    let isEmpty = line.first == UInt8(ascii: "\n") || line.first == UInt8(ascii: "\r")
    if isAtStart {
      isAtStart = false
      let status = Self.status(in: line)
      isInterim = status.map { (100...199).contains($0) && $0 != 101 } ?? true
      self.status = isInterim ? nil : status
    } else if isEmpty {
      isComplete = !isInterim
      isAtStart = isInterim
    } else if !isInterim {
      fields.append(line)
    }
  }

  /// The three digits after the first space, as in `HTTP/1.1 200 OK`.
  private static func status(in line: UnsafeRawBufferPointer) -> Int? {
    guard let space = line.firstIndex(of: UInt8(ascii: " ")), space + 3 < line.count else {
      return nil
    }
    var status = 0
    for byte in line[(space + 1)...(space + 3)] {
      guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
      status = status * 10 + Int(byte - UInt8(ascii: "0"))
    }
    return status
  }
}
