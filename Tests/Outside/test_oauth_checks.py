"""The 54 checks of an OAuth client, each with a test that names its number or a reason why not.

Sources: RFC 9700, 7636, 9207, 7009, 6749, OWASP ASVS 5.0 chapter V10. `grep -rE "checks?[_ ]N\\b" Tests`
finds the tests of check N.
"""

import re

import pytest

from stack import ROOT

CHECKS = {
    1: "state is random and kept as a hash", 2: "state is bound to session and user",
    3: "state is used once", 4: "state ends after ten minutes", 5: "PKCE S256 wherever it is taken",
    6: "a verifier if and only if a challenge", 7: "nonce and signature of id tokens",
    8: "the redirect URI is a constant", 9: "starting is a POST with its token",
    10: "unknown scopes are refused", 11: "parameters are encoded", 12: "iss is compared",
    13: "a code goes to its own provider", 14: "doubled parameters are refused",
    15: "each error has its words", 16: "foreign text is inert", 17: "code and state leave the address",
    18: "no open redirect, no redirect followed", 19: "the code goes out once, within limits",
    20: "the token answer is judged", 21: "what was granted is what counts",
    22: "another account is a question", 23: "windows are not spoken to", 24: "COOP",
    25: "a blocked window", 26: "no framing", 27: "AES-GCM, each value by itself",
    28: "a value opens in its place alone", 29: "keys rotate", 30: "secrets are write-only",
    31: "no secret in a log", 32: "no token in a page", 33: "tenants are apart",
    34: "provider addresses are judged", 35: "starting is limited", 36: "each action leaves one row",
    37: "one refresh for many askers", 38: "what has ended does not come back",
    39: "new tokens are kept before they are used", 40: "the old refresh token stays",
    41: "who was overtaken reads again", 42: "a lost answer is not tried for ever",
    43: "passing trouble asks nobody to reconnect", 44: "margin and skew",
    45: "one forced refresh after a 401", 46: "idle grants are kept alive", 47: "told once",
    48: "the order of a disconnect", 49: "a provider that is down", 50: "proof of a revocation",
    51: "shared grants are counted", 52: "signals of providers", 53: "deleting a user",
    54: "disconnecting is confirmed",
}  # fmt: skip

NOT_HERE = {
    7: "No id_token is taken for an identity: the account is asked for with the access token, so there"
    " is no nonce, signature or audience to be wrong.",
    26: "Every answer's policy is looked at by test_browser_every_page.py, frame-ancestors among it.",
    50: "Asks tests for proof: the sandbox's own record of grants is looked at after each disconnect"
    " (test_an_app_is_connected_renewed_narrowed_and_given_back).",
}

# Pipedrive's signal is the half of check 52 that is tested. Slack's app_uninstalled and tokens_revoked
# come to an address of events and are signed with a secret of its own; the contract has neither the
# address nor a place for that secret. A revoked token of Slack's is found by "Check now" and by its API.


def named():
    """The checks that tests name: `check_12`, `check 12`, `checks_15_and_16`, `checks_18_to_20`."""
    found = {}
    for path in sorted((ROOT / "Tests").rglob("*")):
        if path.suffix not in (".py", ".swift") or path.name == "test_oauth_checks.py":
            continue
        for line in path.read_text().splitlines():
            if not re.search(r"def test_|@Test func|^  func `", line):
                continue
            for match in re.finditer(r"checks?[_ ](\d+)(?:[_ ](and|to)[_ ](\d+))?", line):
                first, link, last = match.groups()
                last = int(last or first)
                numbers = range(int(first), last + 1) if link == "to" else (int(first), last)
                for number in numbers:
                    found.setdefault(number, []).append(path.name)
    return found


@pytest.mark.parametrize("number", CHECKS, ids=lambda number: f"{number}-{CHECKS[number]}")
def test_every_check_has_a_test_or_a_reason(number):
    tests = named().get(number, [])
    assert bool(tests) != (number in NOT_HERE), (CHECKS[number], tests)


def test_the_checks_are_fifty_four():
    assert list(CHECKS) == list(range(1, 55))
    assert set(named()) <= set(CHECKS)
