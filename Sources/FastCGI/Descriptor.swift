import Glibc

/// The one owner of a file descriptor, which it closes.
struct Descriptor: ~Copyable, Sendable {
  let number: Int32

  init(takingOwnership number: Int32) {
    self.number = number
  }

  deinit { close(number) }
}

/// Gives back what a C function gave unless that is negative.
///
/// - Throws: `FastCGIError.system` with `errno`.
@discardableResult
func check(_ result: Int32, _ call: String, path: String = "") throws(FastCGIError) -> Int32 {
  guard result >= 0 else { throw .system(call: call, path: path, errno: errno) }
  return result
}
