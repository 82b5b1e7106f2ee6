/// The checksum that finds typing mistakes; no protection against anybody.
///
/// Polynomial 0xEDB88320, as in gzip. Source: RFC 1952 section 8.
enum CRC32 {
  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(0xFFFF_FFFF as UInt32) { sum, byte in
      // Bit by bit: forty characters a request need no table.
      (0..<8).reduce(sum ^ UInt32(byte)) { bits, _ in
        bits & 1 == 1 ? bits >> 1 ^ 0xEDB8_8320 : bits >> 1
      }
    }
  }
}
