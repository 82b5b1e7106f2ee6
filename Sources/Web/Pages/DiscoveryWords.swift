import Domain

extension ProviderFailure {
  /// Why a discovery document could not be read, as the rest of a sentence for who entered its address.
  var ofDiscovery: String {
    switch self {
    case .badAddress, .unreachable(.addressRefused): "this address may not be called"
    case .unreachable(.dns): "nobody knows that name"
    case .unreachable(.timeout), .unreachable(.connectTimeout):
      "it did not answer within 10 seconds"
    case .unreachable(.tls): "no secure connection to it can be made"
    case .unreachable: "it did not answer"
    case .unavailable(let status, _): "it answered \(status). Try again later"
    case .unreadable(.redirect): "it leads elsewhere. Enter the address that it leads to"
    case .unreadable(.status): "there is no such page"
    case .unreadable(.tooLarge): "its answer is too long"
    case .unreadable, .refused, .notSetUp: "what it answered is no such document"
    }
  }
}
