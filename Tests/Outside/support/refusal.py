"""A program's OpenSSL that says no while a test wants it to: a library by LD_PRELOAD."""

import subprocess

# A call is refused while a file of that name lies in the folder.
SOURCE = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int refuses(const char *what) {
  char path[4096];
  const char *folder = getenv("REFUSALS");
  if (!folder || strlen(folder) + strlen(what) + 2 > sizeof path) return 0;
  strcpy(path, folder);
  strcat(path, "/");
  strcat(path, what);
  return access(path, F_OK) == 0;
}

#define PASS_ON(what, name, parameters, arguments)            \
  int name parameters {                                       \
    static int (*real) parameters;                            \
    if (refuses(what)) return 0;                              \
    if (!real) real = (int(*) parameters)dlsym(RTLD_NEXT, #name); \
    return real arguments;                                    \
  }

PASS_ON("entropy", RAND_bytes, (unsigned char *b, int n), (b, n))
PASS_ON("entropy", RAND_priv_bytes, (unsigned char *b, int n), (b, n))
PASS_ON("entropy", RAND_bytes_ex, (void *c, unsigned char *b, size_t n, unsigned s), (c, b, n, s))
PASS_ON("entropy", RAND_priv_bytes_ex, (void *c, unsigned char *b, size_t n, unsigned s), (c, b, n, s))
PASS_ON("hmac", EVP_MAC_final, (void *c, unsigned char *b, size_t *l, size_t n), (c, b, l, n))
"""

ENTROPY = "entropy"
HMAC = "hmac"


class Refusal:
    """`environment` is for the program, whose user may read `folder`."""

    def __init__(self, folder):
        self.folder = folder
        library = folder / "refusal.so"
        source = folder / "refusal.c"
        source.write_text(SOURCE)
        subprocess.run(
            ["clang", "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"], check=True
        )
        self.environment = {"LD_PRELOAD": str(library), "REFUSALS": str(folder)}

    def start(self, what):
        (self.folder / what).touch()

    def end(self, what):
        (self.folder / what).unlink()
