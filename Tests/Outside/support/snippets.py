"""The code that pages show, made into programs: each reads cases as JSON and prints an answer for each."""

import json
import os
import pathlib
import subprocess

# A case is {"secret", "headers": {name: value}, "body_base64"}; around each snippet stands what reads
# them and prints `true` or `false`, a line each.
AROUND = {
    "python": (
        "case.py",
        """{code}
import json, sys
for case in json.load(sys.stdin):
    body = base64.b64decode(case["body_base64"])
    print(str(is_genuine(case["secret"], case["headers"], body)).lower())
""",
    ),
    "javascript": (
        "case.js",
        """{code}
for (const c of JSON.parse(require("fs").readFileSync(0)))
  console.log(isGenuine(c.secret, c.headers, Buffer.from(c.body_base64, "base64")));
""",
    ),
    "go": (
        "case.go",
        """package main

{code}
""",
    ),
    "ruby": (
        "case.rb",
        """{code}
require "json"
JSON.parse(STDIN.read).each do |c|
  puts genuine?(c["secret"], c["headers"], c["body_base64"].unpack1("m"))
end
""",
    ),
    "php": (
        "case.php",
        """<?php
{code}
foreach (json_decode(stream_get_contents(STDIN), true) as $c) {
    $body = base64_decode($c['body_base64']);
    echo isGenuine($c['secret'], $c['headers'], $body) ? "true\\n" : "false\\n";
}
""",
    ),
    "swift": (
        "Sources/case/main.swift",
        """{code}

struct Case: Decodable {
  let secret: String
  let headers: [String: String]
  let body_base64: String
}
let input = FileHandle.standardInput.readDataToEndOfFile()
for each in try JSONDecoder().decode([Case].self, from: input) {
  let body = Data(base64Encoded: each.body_base64)!
  print(isGenuine(secret: each.secret, headers: each.headers, body: body))
}
""",
    ),
}

GO_MAIN = """package main

import (
	"encoding/json"
	"fmt"
	"os"
)

func main() {
	var cases []struct {
		Secret     string            `json:"secret"`
		Headers    map[string]string `json:"headers"`
		Body       []byte            `json:"body_base64"`
	}
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	for _, c := range cases {
		header := http.Header{}
		for name, value := range c.Headers {
			header.Set(name, value)
		}
		fmt.Println(isGenuine(c.Secret, header, c.Body))
	}
}
"""

SWIFT_PACKAGE = """// swift-tools-version: 6.0
import PackageDescription

let package = Package(
  name: "case",
  dependencies: [.package(url: "https://github.com/apple/swift-crypto", from: "3.0.0")],
  targets: [
    .executableTarget(
      name: "case", dependencies: [.product(name: "Crypto", package: "swift-crypto")],
      swiftSettings: [.swiftLanguageMode(.v5)])
  ])
"""


def write(language, code, folder):
    """The program's files; gives the command that runs it."""
    name, text = AROUND[language]
    path = pathlib.Path(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text.replace("{code}", code))
    if language == "go":
        main = GO_MAIN.replace('\t"fmt"\n', '\t"fmt"\n\t"net/http"\n')
        (path.parent / "main.go").write_text(main)
        program = path.parent / "case"
        run(["go", "build", "-o", program, path.parent / "main.go", path], cwd=path.parent)
        return [program]
    if language == "swift":
        (pathlib.Path(folder) / "Package.swift").write_text(SWIFT_PACKAGE)
        run(["swift", "build", "--package-path", folder])
        return [pathlib.Path(folder) / ".build/debug/case"]
    runners = {"python": "/usr/bin/python3", "javascript": "node", "ruby": "ruby", "php": "php"}
    return [runners[language], path]


def run(command, given="", cwd=None):
    environment = os.environ | {"GOCACHE": "/tmp/patchbay-go-cache", "GO111MODULE": "off"}
    done = subprocess.run(
        list(map(str, command)), input=given, capture_output=True, text=True, check=False,
        cwd=cwd, env=environment, timeout=900,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def answers(command, cases):
    lines = run(command, json.dumps(cases)).split()
    assert set(lines) <= {"true", "false"}, lines
    return [line == "true" for line in lines]
