"""Which addresses a feed may be fetched from: public ones, so that no feed reaches into a network.

A feed's address is somebody else's, and may redirect to, or be named after, a machine that only we
can reach. The check is made on the address that a socket is about to connect to, so neither a name
that resolves differently the next time nor a redirect gets round it.
"""

import errno
import socket
from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Any, Final

_TRANSLATED: Final = (IPv6Network("64:ff9b::/96"), IPv6Network("2002::/16"))
"""IPv6 addresses that stand for an IPv4 address, which may be any: NAT64 and 6to4."""


class PrivateAddressError(OSError):
    """A feed is at an address that is not public."""


def is_public(address: str) -> bool:
    """Whether an IP address can be reached by everybody.

    >>> [is_public(one) for one in ("93.184.215.14", "2606:2800:21f::1")]
    [True, True]
    >>> [is_public(one) for one in ("127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fe80::1")]
    [False, False, False, False, False]
    >>> [is_public(one) for one in ("::ffff:10.0.0.1", "64:ff9b::a00:1", "100.64.0.1", "0.0.0.0")]
    [False, False, False, False]
    """
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if any(found in network for network in _TRANSLATED):
            return False
    return found.is_global and not found.is_multicast


def public_socket(info: tuple[Any, ...]) -> socket.socket:
    """Return a socket for what ``getaddrinfo`` has said; raise ``PrivateAddressError``."""
    family, kind, protocol, _, address = info
    if not is_public(address[0]):
        raise PrivateAddressError(errno.EACCES, "private address")
    return socket.socket(family, kind, protocol)
