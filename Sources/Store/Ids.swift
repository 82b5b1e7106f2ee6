import Crypto
package import Domain
import Glibc

/// Wall clock of this host. Used for identifiers and for what a person sees at once; what is due
/// when is decided by the database's clock.
package func currentTime() -> Timestamp {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000)
}

extension UUID {
  static func new(at time: Timestamp = currentTime()) throws -> UUID {
    .version7(at: time, random: try Random.uint64())
  }
}

extension Identifier {
  static func new(at time: Timestamp = currentTime()) throws -> Identifier {
    Identifier(try UUID.new(at: time))
  }
}

/// Bytes that nobody can guess.
package func randomBytes(_ count: Int) throws -> [UInt8] {
  try Random.bytes(count)
}
