/// Unicode in letters, digits and hyphens, for one label of a name. Source: RFC 3492.
enum Punycode {
  // Section 5.
  private static let (base, tMin, tMax, skew, damp): (Int, Int, Int, Int, Int) = (
    36, 1, 26, 38, 700
  )
  private static let (initialBias, initialN) = (72, 128)

  /// What follows `xn--`, in lower case. Section 6.3.
  static func encode(_ scalars: [Unicode.Scalar]) -> String {
    let basic = scalars.filter(\.isASCII)
    var output = String(String.UnicodeScalarView(basic))
    if !basic.isEmpty { output += "-" }
    var (n, delta, bias, handled) = (initialN, 0, initialBias, basic.count)
    while handled < scalars.count {
      guard let next = scalars.map({ Int($0.value) }).filter({ $0 >= n }).min() else { break }
      delta += (next - n) * (handled + 1)
      n = next
      for scalar in scalars {
        if scalar.value < n { delta += 1 }
        guard scalar.value == n else { continue }
        output += digits(of: delta, bias: bias)
        bias = adapt(delta, points: handled + 1, isFirst: handled == basic.count)
        delta = 0
        handled += 1
      }
      delta += 1
      n += 1
    }
    return output
  }

  /// nil for what no label encodes to. Section 6.2.
  /// - Parameter text: Lower-case letters, digits and hyphens, at most 59 of them.
  static func decode(_ text: some StringProtocol) -> [Unicode.Scalar]? {
    let bytes = Array(text.utf8)
    var scalars: [Unicode.Scalar] = []
    var rest = bytes[...]
    if let hyphen = bytes.lastIndex(of: UInt8(ascii: "-")) {
      scalars = bytes[..<hyphen].map { Unicode.Scalar($0) }
      rest = bytes[(hyphen + 1)...]
    }
    var (n, i, bias) = (initialN, 0, initialBias)
    while !rest.isEmpty {
      let before = i
      var (weight, k) = (1, base)
      while true {
        guard let digit = rest.popFirst().flatMap(value(of:)) else { return nil }
        i += digit * weight
        let threshold = min(max(k - bias, tMin), tMax)
        if digit < threshold { break }
        weight *= base - threshold
        k += base
        // Beyond any scalar value: not worth an overflow.
        guard i <= 0x7FFF_FFFF, weight <= 0x7FFF_FFFF else { return nil }
      }
      bias = adapt(i - before, points: scalars.count + 1, isFirst: before == 0)
      n += i / (scalars.count + 1)
      i %= scalars.count + 1
      guard n <= 0x10FFFF, let scalar = Unicode.Scalar(UInt32(n)) else { return nil }
      scalars.insert(scalar, at: i)
      i += 1
    }
    return scalars
  }

  private static func digits(of delta: Int, bias: Int) -> String {
    var (rest, k) = (delta, base)
    var digits = ""
    while true {
      let threshold = min(max(k - bias, tMin), tMax)
      if rest < threshold { break }
      digits.unicodeScalars.append(digit(threshold + (rest - threshold) % (base - threshold)))
      rest = (rest - threshold) / (base - threshold)
      k += base
    }
    digits.unicodeScalars.append(digit(rest))
    return digits
  }

  /// Section 6.1.
  private static func adapt(_ delta: Int, points: Int, isFirst: Bool) -> Int {
    var rest = isFirst ? delta / damp : delta / 2
    rest += rest / points
    var k = 0
    while rest > (base - tMin) * tMax / 2 {
      rest /= base - tMin
      k += base
    }
    return k + (base - tMin + 1) * rest / (rest + skew)
  }

  private static func digit(_ value: Int) -> Unicode.Scalar {
    Unicode.Scalar(UInt8(value < 26 ? 0x61 + value : 0x30 + value - 26))
  }

  private static func value(of byte: UInt8) -> Int? {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte) - 0x61
    case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte) - 0x30 + 26
    default: nil
    }
  }
}
