"""Decide which store of credentials belongs to which host.

Each host has a store of its own, so that the sandbox's credentials neither replace those for TikTok
nor are TikTok's sent to the sandbox.
"""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from urllib.parse import urlsplit

from traktok._secrets import vault

_TIKTOKS = (".tiktokapis.com", ".tiktok.com")


def store_path(name: str, variable: str) -> Path:
    """Return the path of a store for the host that an environment variable sends requests to.

    An address that may not receive credentials is left to the request, which refuses it.
    """
    try:
        address = urlsplit(os.environ.get(variable, "").strip())
        host = address.hostname or ""
    except ValueError:
        return vault.data_file(name)
    is_allowed = address.scheme == "https" or is_loopback(host)
    if not host or not is_allowed or f".{host}".endswith(_TIKTOKS):
        return vault.data_file(name)
    safe = host.replace(":", "_")  # an IPv6 address
    return vault.data_file(f"{name}@{safe}")


def is_loopback(host: str) -> bool:
    """Return whether an address is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
