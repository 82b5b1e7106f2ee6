import Domain
import Glibc
package import Logging

/// One JSON object a line on standard error; where systemd reads it, that is the journal.
package struct LogLines: LogHandler {
  package var metadata: Logger.Metadata = [:]
  package var logLevel: Logger.Level = .info

  private let program: String

  package init(program: String) {
    self.program = program
  }

  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  package func log(event: LogEvent) {
    var writer = JSONWriter(reservingBytes: 512)
    writer.object { json in
      json.member("at", Self.now)
      json.member("level", event.level.rawValue)
      json.member("program", program)
      json.member("message", event.message.description)
      for (name, value) in all(event.metadata).sorted(by: { $0.key < $1.key }) {
        if case .string(let text) = value {
          json.member(name, text)
        } else {
          json.member(name, value.description)
        }
      }
    }
    writer.endLine()
    Self.write(writer.bytes)
  }

  private func all(_ more: Logger.Metadata?) -> Logger.Metadata {
    guard let more else { return metadata }
    return metadata.isEmpty ? more : metadata.merging(more) { _, newer in newer }
  }

  private static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
  }

  /// In one call, so that lines of several threads do not mix. What standard error does not take at
  /// once is lost: a log must not stop the work, and whoever reads it may stand still.
  private static func write(_ line: [UInt8]) {
    line.withUnsafeBytes { bytes in
      // Systemd gives a socket, which can be told not to wait.
      let sent = send(
        STDERR_FILENO, bytes.baseAddress, bytes.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
      guard sent < 0, errno == ENOTSOCK, hasRoom(for: bytes.count) else { return }
      _ = Glibc.write(STDERR_FILENO, bytes.baseAddress, bytes.count)
    }
  }

  /// Of a pipe half is left free: other threads may be about to write as well. A file takes what comes.
  private static func hasRoom(for count: Int) -> Bool {
    let size = fcntl(STDERR_FILENO, getPipeSize)
    guard size > 0 else { return true }
    var unread: Int32 = 0
    guard ioctl(STDERR_FILENO, UInt(FIONREAD), &unread) == 0 else { return true }
    return Int(unread) + count <= Int(size) / 2
  }

  /// `F_GETPIPE_SZ` of linux/fcntl.h, which Glibc shows to those alone who define _GNU_SOURCE.
  private static let getPipeSize: Int32 = 1_032
}
