import Domain
import Testing

/// Tables C to J and N of the security bar, as far as they are about the text.
@Suite struct EndpointRefusalTests {
  private let policy = AddressPolicy(allow: .nothing, ownHosts: ["app.shop.net"])

  @Test(
    arguments: [
      ("C01", .numericHost, "https://2130706433/"),
      ("C02", .numericHost, "https://0x7f000001/"),
      ("C02", .numericHost, "https://0X7F000001/"),
      ("C03", .numericHost, "https://017700000001/"),
      ("C04", .numericHost, "https://0177.0.0.1/"),
      ("C05", .numericHost, "https://0x7f.0.0.1/"),
      ("C06", .numericHost, "https://127.1/"),
      ("C06", .numericHost, "https://127.0.1/"),
      ("C07", .numericHost, "https://0/"),
      ("C07", .numericHost, "https://00/"),
      ("C07", .numericHost, "https://0x0/"),
      ("C07", .numericHost, "https://0x/"),
      ("C08", .numericHost, "https://127.00.00.001/"),
      ("C09", .numericHost, "https://2852039166/"),
      ("C09", .numericHost, "https://0xa9fea9fe/"),
      ("C10", .numericHost, "https://0251.0376.0251.0376/"),
      ("C11", .numericHost, "https://1572395042/"),
      ("C12", .numericHost, "https://127.0.0.1./"),
      ("C13", .numericHost, "https://127.1./"),
      ("C13", .numericHost, "https://2130706433./"),
      ("C14", .badHost, "https://127.0.0.1../"),
      ("C14", .badHost, "https://127..1/"),
      ("C14", .badHost, "https://.127.0.0.1/"),
      ("C15", .numericHost, "https://256.1.1.1/"),
      ("C16", .numericHost, "https://08.0.0.1/"),
      ("C17", .numericHost, "https://4294967296/"),
      ("C18", .numericHost, "https://1.2.3.4.5/"),
      ("C19", .percentInHost, "https://127%2e0%2e0%2e1/"),
      ("C20", .percentInHost, "https://%31%32%37.0.0.1/"),
      ("C21", .percentInHost, "https://loc%61lhost/"),
      ("C22", .percentInHost, "https://127.0.0.1%2e/"),
      ("C22", .percentInHost, "https://127.0.0.1%252e/"),
      ("C25", .numericHost, "https://12345/"),
      ("C26", .ipLiteral, "https://8.8.8.8/"),
      ("A04", .ipLiteral, "https://127.0.0.1/"),
      ("A06", .ipLiteral, "https://169.254.169.254/latest/"),
      ("D01", .ipLiteral, "https://[::1]/"),
      ("D01", .ipLiteral, "https://[0:0:0:0:0:0:0:1]/"),
      ("D02", .ipLiteral, "https://[::ffff:127.0.0.1]/"),
      ("D02", .ipLiteral, "https://[::ffff:7f00:1]/"),
      ("D02", .ipLiteral, "https://[0000:0000:0000:0000:0000:ffff:7f00:0001]/"),
      ("D03", .zone, "https://[fe80::1%25eth0]/"),
      ("D04", .zone, "https://[fe80::1%eth0]/"),
      ("D05", .zone, "https://[::1%25lo]/"),
      ("D06", .badHost, "https://[127.0.0.1]/"),
      ("D07", .badHost, "https://[v1.fe80::a]/"),
      ("D08", .badHost, "https://::1/"),
      ("D08", .badHost, "https://::1:443/"),
      ("D09", .badHost, "https://[::1/"),
      ("D09", .badHost, "https://::1]/"),
      ("D10", .badHost, "https://[::1].shop.net/"),
      ("D11", .userInfo, "https://[::1]@shop.net/"),
      ("D11", .userInfo, "https://[::1]:443@x/"),
      ("D12", .badHost, "https://[]/"),
      ("D12", .badHost, "https://[:]/"),
      ("D13", .ipLiteral, "https://[2606:4700:4700::1111]/"),
      ("D14", .percentInHost, "https://[::%31]/"),
      ("E01", .userInfo, "https://user:pass@host.shop.net/"),
      ("E02", .userInfo, "https://user@host.shop.net/"),
      ("E03", .userInfo, "https://@127.0.0.1/"),
      ("E04", .userInfo, "https://shop.net@127.0.0.1/"),
      ("E05", .userInfo, "https://shop.net:80@127.0.0.1:81/"),
      ("E06", .userInfo, "https://1.1.1.1&@2.2.2.2#@3.3.3.3/"),
      ("E07", .backslash, "https://shop.net\\@127.0.0.1/"),
      ("E08", .backslash, "https://127.0.0.1\\@shop.net/"),
      ("E09", .backslash, "https://127.1.1.1:80\\@127.2.2.2:80/"),
      ("E10", .backslash, "https:\\\\127.0.0.1\\"),
      ("E11", .slashes, "https:/127.0.0.1/"),
      ("E12", .slashes, "https:///127.0.0.1/"),
      ("E13", .slashes, "https:127.0.0.1/"),
      ("E13", .slashes, "https:////x/"),
      ("E14", .scheme(mended: nil), "//127.0.0.1/"),
      ("E14", .scheme(mended: nil), "127.0.0.1"),
      ("E14", .scheme(mended: "https://shop.net/hook"), "shop.net/hook"),
      ("E14", .scheme(mended: "https://shop.net:8443/hook"), "shop.net:8443/hook"),
      ("E15", .fragment, "https://shop.net#@127.0.0.1/"),
      ("E16", .path(.noSlash), "https://shop.net?@127.0.0.1/"),
      ("E17", .fragment, "https://shop.net/#frag"),
      ("E17", .fragment, "https://shop.net/#"),
      ("E18", .badHost, "https://shop.net;127.0.0.1/"),
      ("E18", .badHost, "https://shop.net,127.0.0.1/"),
      ("E19", .badHost, "https://shop.net|127.0.0.1/"),
      ("E20", .badHost, "https://{127.0.0.1,shop.net}/"),
      ("E20", .badHost, "https://127.0.0.[1-3]/"),
      ("E21", .badHost, "https://a_b.shop.net/"),
      ("E22", .badHost, "https://-a.shop.net/"),
      ("E22", .badHost, "https://a-.shop.net/"),
      ("E23", .badHost, "https://a..b.com/"),
      ("E23", .badHost, "https://.shop.net/"),
      ("E24", .badHost, "https://"),
      ("E24", .badHost, "https://?x"),
      ("E24", .badHost, "https://:443/"),
      ("E24", .badHost, "https://user@/"),
      ("E25", .port, "https://shop.net:443:80/"),
      ("E28", .badHost, "https://<script>/"),
      ("E28", .badHost, "https://\"x\"/"),
      ("E28", .badHost, "https://`x`/"),
      ("E29", .path(.mustBeEncoded(0x20)), "https://shop.net/a b"),
      ("E29", .path(.mustBeEncoded(0x22)), "https://shop.net/a\"b"),
      ("E29", .path(.mustBeEncoded(0x3C)), "https://shop.net/a<b>"),
      ("E29", .path(.mustBeEncoded(0x7B)), "https://shop.net/a{b}"),
      ("E29", .path(.mustBeEncoded(0x5E)), "https://shop.net/a^b"),
      ("E29", .path(.mustBeEncoded(0x7C)), "https://shop.net/a|b"),
      ("E29", .path(.mustBeEncoded(0x60)), "https://shop.net/a`b"),
      ("E29", .path(.mustBeEncoded(0x5B)), "https://shop.net/?a[]=1"),
      ("E30", .path(.badEscape), "https://shop.net/%zz"),
      ("E30", .path(.badEscape), "https://shop.net/%"),
      ("E30", .path(.badEscape), "https://shop.net/%1"),
      ("E30", .path(.badEscape), "https://shop.net/?a=%"),
      ("E31", .path(.encodedControl), "https://shop.net/%00"),
      ("E31", .path(.encodedControl), "https://shop.net/%0d%0aX:"),
      ("E31", .path(.encodedControl), "https://shop.net/?x=%0A"),
      ("E31", .path(.encodedControl), "https://shop.net/%7f"),
      ("E31", .path(.encodedControl), "https://shop.net/%1F"),
      ("H01", .plainHTTP, "http://shop.net/"),
      ("H01", .plainHTTP, "HTTP://shop.net/"),
      ("H02", .scheme(mended: nil), "ftp://shop.net/"),
      ("H02", .scheme(mended: nil), "tftp://shop.net/"),
      ("H03", .scheme(mended: nil), "file:///etc/passwd"),
      ("H03", .scheme(mended: nil), "file://127.0.0.1/etc/passwd"),
      ("H04", .scheme(mended: nil), "gopher://127.0.0.1:6379/_x"),
      ("H05", .scheme(mended: nil), "dict://127.0.0.1:11211/"),
      ("H05", .scheme(mended: nil), "ldap://shop.net/"),
      ("H05", .scheme(mended: nil), "smb://shop.net/"),
      ("H06", .scheme(mended: nil), "ws://shop.net/"),
      ("H06", .scheme(mended: nil), "wss://shop.net/"),
      ("H07", .scheme(mended: nil), "javascript:alert(1)"),
      ("H07", .scheme(mended: nil), "data:text/plain,x"),
      ("H07", .scheme(mended: nil), "vbscript:"),
      ("H07", .scheme(mended: nil), "about:blank"),
      ("H08", .scheme(mended: nil), "unix:///run/mysqld/mysqld.sock"),
      ("H08", .scheme(mended: nil), "http+unix://%2Frun%2Fx.sock/"),
      ("H09", .plainHTTP, "http://unix:/run/x.sock:/"),
      ("H10", .scheme(mended: nil), "https+unix://x/"),
      ("H10", .scheme(mended: nil), "httpsx://shop.net/"),
      ("H10", .scheme(mended: nil), "h ttps://shop.net/"),
      ("H10", .scheme(mended: nil), "1https://shop.net/"),
      ("H10", .scheme(mended: nil), "https%3a//shop.net/"),
      ("H11", .scheme(mended: nil), "jar:file:///x"),
      ("H11", .scheme(mended: nil), "view-source:https://shop.net/"),
      ("H11", .scheme(mended: nil), "blob:https://shop.net/x"),
      ("I01", .specialName, "https://localhost/"),
      ("I01", .specialName, "https://LOCALHOST/"),
      ("I02", .specialName, "https://localhost./"),
      ("I03", .specialName, "https://foo.localhost/"),
      ("I04", .specialName, "https://localhost.localdomain/"),
      ("I04", .specialName, "https://localhost6/"),
      ("I04", .specialName, "https://ip6-localhost/"),
      ("I04", .specialName, "https://ip6-loopback/"),
      ("I04", .specialName, "https://broadcasthost/"),
      ("I05", .singleLabel, "https://myhost/"),
      ("I05", .singleLabel, "https://test/"),
      ("I06", .specialName, "https://printer.local/"),
      ("I07", .specialName, "https://metadata.google.internal/"),
      ("I07", .specialName, "https://instance-data.ec2.internal/"),
      ("I07", .specialName, "https://host.docker.internal/"),
      ("I08", .specialName, "https://metadata/"),
      ("I08", .specialName, "https://instance-data/"),
      ("I08", .specialName, "https://metadata.goog/"),
      ("I08", .specialName, "https://metadata.azure.internal/"),
      ("I08", .specialName, "https://metadata.tencentyun.com/"),
      ("I08", .specialName, "https://rancher-metadata/"),
      ("I09", .specialName, "https://kubernetes.default.svc/"),
      ("I09", .specialName, "https://x.svc.cluster.local/"),
      ("I10", .specialName, "https://router.home.arpa/"),
      ("I11", .specialName, "https://x.onion/"),
      ("I11", .specialName, "https://x.i2p/"),
      ("I11", .specialName, "https://x.alt/"),
      ("I12", .specialName, "https://nas.lan/"),
      ("I12", .specialName, "https://x.home/"),
      ("I12", .specialName, "https://x.corp/"),
      ("I12", .specialName, "https://x.mail/"),
      ("I12", .specialName, "https://x.intranet/"),
      ("I12", .specialName, "https://x.private/"),
      ("I12", .specialName, "https://x.workgroup/"),
      ("I12", .specialName, "https://x.belkin/"),
      ("I13", .specialName, "https://1.0.0.127.in-addr.arpa/"),
      ("I13", .specialName, "https://1.0.ip6.arpa/"),
      ("I15", .ourOwn, "https://app.shop.net/x"),
      ("I15", .ourOwn, "https://APP.shop.net:8443/"),
      ("I17", .badHost, "https://shop.net./"),
      ("I18", .numericHost, "https://foo.123/"),
      ("I18", .numericHost, "https://foo.0x7f/"),
      ("I18", .numericHost, "https://foo.0x/"),
      ("J01", .port, "https://shop.net:0/"),
      ("J02", .port, "https://shop.net:65536/"),
      ("J02", .port, "https://shop.net:99999999999/"),
      ("J03", .port, "https://shop.net:080/"),
      ("J03", .port, "https://shop.net:0443/"),
      ("J04", .port, "https://shop.net:+443/"),
      ("J04", .port, "https://shop.net:-1/"),
      ("J04", .port, "https://shop.net:443a/"),
      ("J05", .port, "https://shop.net:/"),
      ("J06", .port, "https://shop.net:22/"),
      ("J06", .port, "https://shop.net:25/"),
      ("J06", .port, "https://shop.net:993/"),
      ("J07", .port, "https://shop.net:80/"),
      ("J08", .port, "https://shop.net:3306/"),
      ("J08", .port, "https://shop.net:9000/"),
      ("J08", .port, "https://shop.net:442/"),
      ("J08", .port, "https://shop.net:444/"),
      ("J08", .port, "https://shop.net:8442/"),
      ("J08", .port, "https://shop.net:8444/"),
      ("F11", .badHost, "https://xn--a.shop.net/"),
      ("F11", .badHost, "https://xn--.shop.net/"),
      ("F11", .badHost, "https://xn----/"),
      ("F11", .badHost, "https://xn--shop-.net/"),
      ("F11", .badHost, "https://xn--99999999.shop.net/"),
      ("F12", .badHost, "https://xn--localhost-.net/"),
      ("F12", .badHost, "https://xn--127-.shop.net/"),
    ] as [(String, EndpointRefusal, String)])
  func `a text that leads elsewhere is refused for its reason`(
    row: String, reason: EndpointRefusal, text: String
  ) {
    #expect(endpointRefusal(text, policy) == reason, "\(row)")
  }

  @Test(arguments: [
    ("F01", "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/"), ("F02", "https://①②⑦.0.0.1/"),
    ("F03", "https://127。0。0。1/"), ("F04", "https://127．0．0．1/"), ("F05", "https://127｡0｡0｡1/"),
    ("F06", "https://１２７.0.0.1/"), ("F07", "https://ｌocalhost/"),
    ("F08", "https://l\u{AD}ocalhost/"), ("F08", "https://loca\u{200B}lhost/"),
    ("F08", "https://shop\u{2060}.net/"), ("F08", "\u{FEFF}https://shop.net/"),
    ("F14", "https://\u{212A}shop.net/"), ("F14", "https://\u{17F}hop.net/"),
    ("F14", "https://straße.net/"), ("F15", "https://shop\u{FFFD}(.net/"),
    ("F16", "https://shop\u{202E}.net/"), ("F16", "https://shop.net/\u{202E}x"),
    ("F17", "https://bu\u{308}cher.net/"), ("G09", "https://shop\u{85}.net/"),
    ("G09", "https://shop\u{2028}.net/"), ("J04", "https://shop.net:４４３/"),
    ("-", "https://☃.net/"), ("-", "https://bücher.localhost/"), ("-", "bücher.net"),
  ])
  func `what is not ASCII is refused, without a guess at what was meant`(
    row: String, text: String
  ) {
    #expect(endpointRefusal(text, policy) == .nonASCII(ascii: nil), "\(row)")
  }

  @Test(arguments: [
    ("F09", "https://bücher.shop.net/x?y", "https://xn--bcher-kva.shop.net/x?y"),
    ("F09", "HTTPS://BÜCHER.shop.net:8443/", "https://xn--bcher-kva.shop.net:8443/"),
    ("F13", "https://аpple.com/", "https://xn--pple-43d.com/"),
    ("F17", "https://b\u{FC}cher.net/", "https://xn--bcher-kva.net/"),
    ("-", "https://例え.テスト.net/", "https://xn--r8jz45g.xn--zckzah.net/"),
  ])
  func `a name with one ASCII form is answered with it`(row: String, text: String, ascii: String) {
    #expect(endpointRefusal(text, policy) == .nonASCII(ascii: ascii), "\(row)")
    #expect(endpointRefusal(ascii, policy) == nil)
  }

  @Test(arguments: [
    ("G01", " https://shop.net/"), ("G01", "https://shop.net/\n"), ("G01", "\thttps://shop.net/"),
    ("G02", "https://127.0.0.1 /"), ("G03", "https://shop\t.net/"),
    ("G04", "https://shop.net\r\nX: y/"), ("G05", "https://shop.net/\r\nX: y"),
    ("G05", "https://shop.net/?x\ny"), ("G06", "https://exa\u{0}mple.com/"),
    ("G07", "https://shop.net/\u{0}x"), ("G09", "https://shop.net/\u{7F}x"),
    ("J04", "https://shop.net:44 3/"),
  ])
  func `control characters are refused wherever they stand`(row: String, text: String) {
    #expect(endpointRefusal(text, policy) == .control, "\(row)")
  }

  @Test func `an encoded NUL in the host is refused as a percent sign`() {
    #expect(endpointRefusal("https://127.0.0.1%00.shop.net/", policy) == .percentInHost)
    #expect(endpointRefusal("https://shop%09.net/", policy) == .percentInHost)
  }

  @Test func `nothing at all is asked for`() {
    #expect(endpointRefusal("", policy) == .missing)
    #expect(endpointRefusal("   ", policy) == .missing)
  }

  @Test(arguments: ["@", ":", "[", "%", ".", "/", "#", "a.", "xn--", "9", "\\", "ü"])
  func `a very long text is refused before it is read`(piece: String) {
    let long = "https://" + String(repeating: piece, count: 10_000)

    #expect(endpointRefusal(long, policy) == .tooLong)
    // Just under the limit it must not take for ever either.
    let short = "https://" + String(repeating: piece, count: 2_000 / piece.utf8.count)
    #expect(endpointRefusal(short, policy) != nil)
  }

  @Test func `each message names the mend`() {
    let messages: [(String, String)] = [
      ("", "Enter a full address, like https://hooks.example.com/events"),
      ("hooks.shop.net", "Add https:// in front: https://hooks.shop.net"),
      ("mailto:x", "Enter a full address, like https://hooks.example.com/events"),
      (
        "http://shop.net",
        "Use https. We don't send over plain http because events hold personal data."
      ),
      (
        "https://u:p@shop.net/",
        "Take the name and password out of the address. Use the signing secret instead."
      ),
      ("https://shop.net/#x", "Take out the part after #. It is never sent."),
      (
        "https://localhost/",
        """
        This address is only reachable inside your own network. Use a public one; a tunnel works \
        for testing.
        """
      ),
      ("https://app.shop.net/", "This is our own address. Events would loop."),
      ("https://shop.net:22/", "We send to ports 443 and 8443."),
      ("https://shop.net/a b", "Write a space in the address as %20"),
      ("https://shop.net/{x}", "Write { in the address as %7B"),
      ("https://bücher.net/", "Write the name in its ASCII form: https://xn--bcher-kva.net/"),
      (
        "https://1.2.3.4/",
        "Use a host name instead of a number, like https://hooks.example.com/events"
      ),
    ]
    for (text, message) in messages {
      #expect(endpointRefusal(text, policy)?.message == message)
    }
  }

  @Test func `whatever random text is taken reads back as itself`() throws {
    var random = SeededRandom(seed: 3_986)
    let pieces = [
      "https", "http", "://", ":", "/", "//", "shop", ".net", ".", "@", "#", "?", "%20", "%", "[",
      "]", "::1", "127.0.0.1", "443", "8443", "\\", " ", "\u{0}", "localhost", "xn--", "ü", "-",
      "A", "_", "a", "0x7f",
    ]
    var taken = 0
    for _ in 0..<50_000 {
      var text = Bool.random(using: &random) ? "https://shop.net" : ""
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        text += pieces.randomElement(using: &random) ?? ""
      }
      guard let url = try? EndpointURL(text, policy: policy) else { continue }
      taken += 1
      #expect(try EndpointURL(url.text, policy: policy) == url)
      #expect(IPAddress(url.host) == nil)
      #expect(url.host.contains("."))
      #expect(AddressPolicy.ports.contains(url.port))
    }
    #expect(taken > 1_000)
  }
}
