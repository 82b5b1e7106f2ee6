import Launch

/// `patchbay-web [--socket PATH] [--mode OCTAL]`; without a path the socket comes from systemd.
struct Arguments {
  var socket: String?
  var mode: UInt32 = 0o660

  static let usage = """
    Usage: patchbay-web [--socket PATH] [--mode 0660]
    Answers FastCGI requests on the unix socket PATH, or on the one that systemd passes.
    Settings come from PATCHBAY_* variables; `patchbay doctor` explains them.
    """

  static func read() -> Arguments {
    var arguments = Arguments()
    var rest = CommandLine.arguments.dropFirst()
    while let option = rest.popFirst() {
      switch option {
      case "--socket":
        guard let path = rest.popFirst() else { ExitCode.usage.exit(usage) }
        arguments.socket = path
      case "--mode":
        guard let mode = rest.popFirst().flatMap({ UInt32($0, radix: 8) }), mode <= 0o777 else {
          ExitCode.usage.exit(usage)
        }
        arguments.mode = mode
      case "--help": ExitCode.done.exit(usage)
      case "--version": ExitCode.done.exit("patchbay-web \(Version.current)")
      default: ExitCode.usage.exit(usage)
      }
    }
    return arguments
  }
}
