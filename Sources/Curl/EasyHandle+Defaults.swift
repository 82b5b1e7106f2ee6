import CCurl

extension EasyHandle {
  /// Sets what is the same in every exchange, once for the life of the handle.
  ///
  /// Cookies, HSTS, Alt-Svc, user names and content decoding are off by default and stay so: they
  /// are switched on by options that we never set.
  func setConstants(authorities: CertificateAuthorities) throws(CurlError) {
    try set(CURLOPT_ERRORBUFFER, errorText)

    // Nothing from the environment, and no way around the address check.
    try set(CURLOPT_PROXY, "")
    try set(CURLOPT_NOPROXY, "*")
    try set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
    try set(CURLOPT_FOLLOWLOCATION, false)
    try set(CURLOPT_DISALLOW_USERNAME_IN_URL, true)
    try set(CURLOPT_PATH_AS_IS, true)
    try set(CURLOPT_DNS_CACHE_TIMEOUT, 60)

    try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
    try set(CURLOPT_HTTP09_ALLOWED, false)
    try set(CURLOPT_BUFFERSIZE, 16_384)
    // Taken and given back for each exchange over TLS; freeing the 64 KiB that are the default makes
    // the allocator tidy up each time.
    try set(CURLOPT_UPLOAD_BUFFERSIZE, 16_384)
    try set(CURLOPT_TCP_NODELAY, true)

    try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
    try set(CURLOPT_SSL_VERIFYPEER, true)
    try set(CURLOPT_SSL_VERIFYHOST, 2)
    // A resumed session is not checked again: each connection shall show a certificate of today.
    try set(CURLOPT_SSL_SESSIONID_CACHE, false)
    try set(CURLOPT_CAINFO, authorities.path)
    try set(CURLOPT_CAPATH, nil)

    // Signals are the process's; and whoever cancels a look-up does not wait for its thread.
    try set(CURLOPT_NOSIGNAL, true)
    try set(CURLOPT_QUICK_EXIT, true)
  }
}
