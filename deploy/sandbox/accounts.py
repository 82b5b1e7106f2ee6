"""The people who have an account with every provider. They share a workspace, portal or tenant."""

import dataclasses
import hashlib
import uuid


@dataclasses.dataclass(frozen=True)
class Account:
    key: str
    first_name: str
    last_name: str

    @property
    def name(self):
        return f"{self.first_name} {self.last_name}"

    @property
    def email(self):
        return f"{self.key}@analytical.example"

    def number(self, app):
        """A provider's own number for this person: stable, nine digits."""
        seed = hashlib.sha256(f"{app} {self.key}".encode()).digest()
        return 100_000_000 + int.from_bytes(seed[:4], "big") % 900_000_000

    def uuid(self, app):
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{app} {self.key}"))


ACCOUNTS = {
    account.key: account
    for account in (Account("ada", "Ada", "Lovelace"), Account("grace", "Grace", "Hopper"))
}

COMPANY = "Analytical Engines"
DOMAIN = "analytical.example"
# Salesforce's organisation, Slack's team, HubSpot's portal, Microsoft's tenant.
ORGANISATION = "00D5g000004Zebra"
TEAM = "T0SANDBOX1"
PORTAL = 20261128
TENANT = "5d0f3c1e-8a44-4a5e-9d6b-1f2e3d4c5b6a"
