/// One place where a server may listen.
struct Address: Equatable {
  var socket: String?
  var host: String?
  var port: Int

  /// Where `options` lead, in the order to try.
  static func all(_ options: DatabaseOptions) -> [Address] {
    if let socket = options.socket {
      [Address(socket: socket, host: nil, port: 0)]
    } else {
      options.hosts.map { Address(host: $0, port: options.port) }
    }
  }

  private init(socket: String?, host: String?, port: Int) {
    self.socket = socket
    self.host = host
    self.port = port
  }

  /// Reads `name`, `name:port`, `[v6]` or `[v6]:port`; a bare IPv6 address has no port.
  init(host text: String, port: Int) {
    let colons = text.utf8.count { $0 == UInt8(ascii: ":") }
    if text.utf8.first == UInt8(ascii: "["), let end = text.lastIndex(of: "]") {
      let host = String(text[text.index(after: text.startIndex)..<end])
      let rest = text[text.index(after: end)...]
      self.init(socket: nil, host: host, port: Int(rest.dropFirst()) ?? port)
    } else if colons == 1, let colon = text.lastIndex(of: ":") {
      let rest = text[text.index(after: colon)...]
      self.init(socket: nil, host: String(text[..<colon]), port: Int(rest) ?? port)
    } else {
      self.init(socket: nil, host: text, port: port)
    }
  }
}
