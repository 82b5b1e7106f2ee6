# The programs: a release build, and stripped copies of it in STATE/bin.

PROGRAMS=(patchbay-web patchbay-worker patchbay)

need_swift() {
  command -v swift >/dev/null \
    || die "swift is not on PATH (Swift 6.3 is needed; with sudo: sudo env PATH=\"\$PATH\" $0)"
}

# What the programs are made from. The same stamp, the same programs: then nothing is built.
code_stamp() {
  {
    swift --version 2>&1
    cd -- "$ROOT" && find Package.swift Sources -path Sources/Web/Assets -prune -o -type f -print0 \
      | LC_ALL=C sort -z | xargs -0 sha256sum
  } | sha256sum | cut -d ' ' -f 1
}

build_programs() {
  local stamp log=$STATE/log/build.log program
  need_swift
  stamp=$(code_stamp)
  if [ "$(cat -- "$STATE/bin/stamp" 2>/dev/null)" = "$stamp" ]; then
    return
  fi
  say "building the programs (release; the first time takes minutes); log: $log"
  if ! (cd -- "$ROOT" && swift build -c release --static-swift-stdlib) >"$log" 2>&1; then
    grep -E 'error:' "$log" | sort -u | head -n 20 >&2 || show_end "$log"
    die "the build failed; see $log"
  fi
  rm -f -- "$STATE/bin/stamp"
  for program in "${PROGRAMS[@]}"; do
    # Beside it and then over it: a program that runs cannot be written to.
    strip -o "$STATE/bin/$program.new" -- "$ROOT/.build/release/$program" \
      && mv -f -- "$STATE/bin/$program.new" "$STATE/bin/$program" \
      || die "cannot copy $program to $STATE/bin"
  done
  printf '%s\n' "$stamp" >"$STATE/bin/stamp"
}

# What nginx serves by itself.
copy_assets() {
  rm -rf -- "$STATE/assets.new" "$STATE/assets"
  cp -R --preserve=timestamps -- "$ROOT/Sources/Web/Assets" "$STATE/assets.new" \
    && mv -- "$STATE/assets.new" "$STATE/assets" \
    || die "cannot copy the assets to $STATE/assets"
}
