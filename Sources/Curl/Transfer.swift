import CCurl

/// One exchange on its way, and the easy handle that carries one after another.
///
/// Libcurl holds unretained pointers to it; the pool keeps it until the handle is gone.
final class Transfer {
  let easy: EasyHandle
  private(set) var tag = 0
  var gate = AddressGate { _ in false }
  var response: IncomingResponse
  var security: ConnectionSecurity?
  private(set) var options: ExchangeOptions
  let connections: ConnectionTable

  /// For an exchange that only connects; libcurl holds its address.
  let certificate = UnsafeMutablePointer<ccurl_certificate>.allocate(capacity: 1)

  private let queue: EventQueue
  private var isResolved = false
  private var memory = RequestMemory()
  private var setOptions: ExchangeOptions?
  private var customMethod: ExchangeRequest.Method?

  init(
    options: ExchangeOptions, queue: EventQueue, connections: ConnectionTable,
    authorities: CertificateAuthorities
  ) throws(CurlError) {
    easy = try EasyHandle()
    self.options = options
    self.queue = queue
    self.connections = connections
    response = IncomingResponse(limits: options)
    try easy.setConstants(authorities: authorities)
    try installCallbacks()
  }

  deinit {
    certificate.deallocate()
  }

  /// Readies the handle for an exchange.
  func prepare(
    _ request: ExchangeRequest, tag: Int, check: @escaping AddressCheck
  ) throws(CurlError) {
    guard request.url.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw .unsendable("URL")
    }
    try memory.fill(with: request)
    certificate.initialize(to: ccurl_certificate())
    try easy.lookAtCertificate(request.onlyConnects ? certificate : nil)
    try easy.set(CURLOPT_URL, request.url)
    try set(request)
    try set(request.options)
    self.tag = tag
    isResolved = false
    security = nil
    options = request.options
    gate = AddressGate(
      onlyLooksUp: request.onlyLooksUp, onlyConnects: request.onlyConnects, isAllowed: check)
    response = IncomingResponse(limits: options)
  }

  /// Readies it for the same exchange once more, on a connection of its own.
  func prepareAgain() throws(CurlError) {
    try easy.set(CURLOPT_FRESH_CONNECT, true)
    setOptions = nil
    gate = AddressGate(isAllowed: gate.isAllowed)
    response = IncomingResponse(limits: options)
  }

  /// The name has been looked up, or there was no need to.
  func noteResolved() {
    if !isResolved {
      isResolved = true
      queue.events.append(.resolved(tag: tag))
    }
  }

  /// Drops what the exchange brought along and the next one does not need.
  func rest() {
    gate = AddressGate { _ in false }
    response = IncomingResponse(limits: options)
  }

  private func set(_ request: ExchangeRequest) throws(CurlError) {
    let hasBody = request.method == .post || !request.body.isEmpty
    if hasBody {
      let count = request.body.count
      try check(ccurl_set_offset(easy.raw, CURLOPT_POSTFIELDSIZE_LARGE, count), "curl_easy_setopt")
      try easy.set(CURLOPT_POSTFIELDS, memory.body!)  // it holds one byte at least
    } else {
      try easy.set(CURLOPT_HTTPGET, true)
    }
    let method = request.method == (hasBody ? .post : .get) ? nil : request.method
    if method != customMethod {
      try easy.set(CURLOPT_CUSTOMREQUEST, method?.rawValue)
      customMethod = method
    }
    try check(ccurl_set_fields(easy.raw, memory.fields), "curl_easy_setopt")
  }

  private func set(_ options: ExchangeOptions) throws(CurlError) {
    guard options != setOptions else { return }
    setOptions = nil  // until all of them are set
    try easy.set(CURLOPT_PROTOCOLS_STR, options.allowsPlainHTTP ? "http,https" : "https")
    try easy.set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeoutMilliseconds)
    try easy.set(CURLOPT_TIMEOUT_MS, options.totalTimeoutMilliseconds)
    try easy.set(CURLOPT_MAXAGE_CONN, options.idleLimitSeconds)
    try easy.set(CURLOPT_FRESH_CONNECT, !options.keepsConnection)
    try easy.set(CURLOPT_FORBID_REUSE, !options.keepsConnection)
    setOptions = options
  }
}
