"""The guarded fetch of one URL: the only way from this room to the network."""

import ipaddress
import re
import socket
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from vectorstore.errors import FetchRefused, SourceUnreadable
from vectorstore.loading.formats import FORMATS, MAX_BYTES, SUFFIXES

if TYPE_CHECKING:
    import httpx

Resolve = Callable[[str, int], list[str]]
"""Host and port to the addresses of the host, as text."""
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_MAX_REDIRECTS = 5
_STEP_SECONDS, _TOTAL_SECONDS = 10.0, 30.0
_HEADERS = (
    (b"User-Agent", b"xieshou (article reader)"),
    (b"Accept", b"text/html,text/plain,text/markdown,application/pdf,*/*;q=0.1"),
    (b"Accept-Encoding", b"gzip, deflate"),
    (b"Connection", b"close"),
)
_SUFFIX_OF_TYPE = {kind: each.suffixes[0] for each in FORMATS for kind in each.content_types}
# Types that say nothing: there the ending of the path decides.
_VAGUE_TYPES = ("application/octet-stream", "binary/octet-stream", "text/plain", "")
# Networks that lead inside though `is_global` lets them through, now or in some release of Python.
_INNER_NETWORKS = (
    "100.64.0.0/10 192.0.0.0/24 192.88.99.0/24 198.18.0.0/15 64:ff9b:1::/48 100::/64 fec0::/10"
)
_INNER = tuple(map(ipaddress.ip_network, _INNER_NETWORKS.split()))
_SPECIAL = ("multicast", "reserved", "private", "link_local", "loopback", "unspecified")
_NAT64, _COMPATIBLE = ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("::/96")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9._-]{0,252})|[0-9a-f:.]{2,45}")
# White space, controls and backslashes are where URL parsers differ.
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\]")
_NOT_PUBLIC = "not a public address; name host:port in allow_hosts if it is one of your own"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a URL gave: its decoded bytes, the URL after redirects, the file suffix of its type."""

    data: bytes
    url: str
    suffix: str


def fetch(
    url: str, *, allow_hosts: frozenset[str] = frozenset(), resolve: Resolve | None = None
) -> Fetched:
    """Fetch `url` with GET, without cookies, proxies or credentials.

    Every address of every host on the way, redirects included, must be public, and the connection
    goes to the very address that was checked. `allow_hosts` names `host:port` pairs exempt from
    this. Limits: 10 s for each step, 30 s in all, 20 MB decoded, 5 redirects.

    Raises `FetchRefused` for what may not be fetched or breaks a limit, and `SourceUnreadable` for
    what can't be had.
    """
    import httpcore

    guard = _Guard(allow_hosts, resolve or _resolve, time.monotonic() + _TOTAL_SECONDS)
    try:
        return _follow(_parse(url, guard), guard)
    except httpcore.TimeoutException:
        limits = f"{_STEP_SECONDS:.0f} s for one step, {_TOTAL_SECONDS:.0f} s in all"
        raise FetchRefused(f"{url}: too slow ({limits})") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise SourceUnreadable(f"{url}: can't be fetched ({type(error).__name__})") from None


def _follow(url: "httpx.URL", guard: "_Guard") -> Fetched:
    """Follow redirects by hand, so that each hop is checked like the first."""
    for _ in range(_MAX_REDIRECTS + 1):
        fetched, location = _get(url, guard)
        if fetched is not None:
            return fetched
        target = _parse(str(url.join(location)), guard)
        if url.scheme == "https" and target.scheme == "http":
            raise FetchRefused(f"{url}: redirects from https to http")
        url = target
    raise FetchRefused(f"{url}: more than {_MAX_REDIRECTS} redirects")


def _parse(text: str, guard: "_Guard") -> "httpx.URL":
    import httpx

    try:
        if _UNSAFE.search(text):
            raise FetchRefused(f"{text!r}: white space or a backslash in a URL")
        url = httpx.URL(text)
    except (httpx.InvalidURL, UnicodeError):
        raise FetchRefused(f"{text!r}: not a URL") from None
    host = url.raw_host.decode("ascii").lower()
    if url.scheme not in ("http", "https"):
        raise FetchRefused(f"{text!r}: only http and https can be fetched")
    if url.userinfo or "@" in url.fragment:
        raise FetchRefused("a URL with a user name or password in it can't be fetched")
    if not _HOST.fullmatch(host):
        raise FetchRefused(f"{text!r}: no valid host")
    if _port(url) not in (80, 443) and not guard.is_allowed(host, _port(url)):
        raise FetchRefused(f"{text!r}: port {_port(url)}; only 80 and 443 can be fetched")
    return url


def _port(url: "httpx.URL") -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _get(url: "httpx.URL", guard: "_Guard") -> tuple[Fetched | None, str]:
    """One request: what was fetched, or else where it redirects to."""
    import httpcore
    import httpx

    target = httpcore.URL(
        scheme=url.raw_scheme, host=url.raw_host, port=_port(url), target=url.raw_path
    )
    steps = dict.fromkeys(("connect", "read", "write", "pool"), _STEP_SECONDS)
    headers = [(b"Host", url.netloc), *_HEADERS]
    backend: Any = guard
    context = httpx.create_ssl_context(trust_env=False)
    with (
        httpcore.ConnectionPool(ssl_context=context, network_backend=backend) as pool,
        pool.stream("GET", target, headers=headers, extensions={"timeout": steps}) as response,
    ):
        fields = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in response.headers
        }
        if response.status in (301, 302, 303, 307, 308) and fields.get("location"):
            return None, fields["location"]
        if response.status != 200:
            raise SourceUnreadable(f"{url}: the server answered {response.status}")
        suffix = _suffix(fields.get("content-type", ""), url)
        coding = fields.get("content-encoding", "").strip().lower()
        return Fetched(_read(response.iter_stream(), coding, url), str(url), suffix), ""


def _suffix(content_type: str, url: "httpx.URL") -> str:
    kind = content_type.partition(";")[0].strip().lower()
    ending = PurePosixPath(url.path).suffix.lower()
    if kind in _VAGUE_TYPES and ending in SUFFIXES:
        return ending
    if kind not in _SUFFIX_OF_TYPE:
        raise FetchRefused(f"{url}: content type {kind or 'missing'!r} is not an article's")
    return _SUFFIX_OF_TYPE[kind]


def _read(chunks: Iterable[bytes], coding: str, url: "httpx.URL") -> bytes:
    """The decoded body, counted while it inflates."""
    body = bytearray()
    try:
        for part in _inflated(chunks, coding, url):
            body += part
            if len(body) > MAX_BYTES:
                raise FetchRefused(f"{url}: larger than {MAX_BYTES // 1_000_000} MB")
    except zlib.error:
        raise SourceUnreadable(f"{url}: its compression is damaged") from None
    return bytes(body)


def _inflated(chunks: Iterable[bytes], coding: str, url: "httpx.URL") -> Iterator[bytes]:
    if coding in ("", "identity"):
        yield from chunks
        return
    if coding not in ("gzip", "x-gzip", "deflate"):
        raise SourceUnreadable(f"{url}: compressed as {coding!r}, which was not asked for")
    inflate: Any = None
    for chunk in chunks:
        if inflate is None:  # Some servers send "deflate" without its header.
            raw = coding == "deflate" and chunk[:1] and chunk[0] & 0x0F != 8
            inflate = zlib.decompressobj(-15 if raw else 47)
        while chunk:
            yield inflate.decompress(chunk, 1 << 20)
            chunk = inflate.unconsumed_tail


def _resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise SourceUnreadable(f"{host}: no such host") from None
    return [str(entry[4][0]) for entry in found]


def _is_public(text: str) -> bool:
    """Whether an address leads to the public network, also when it wraps an IPv4 address.

    `is_global` alone passes multicast, 6to4, NAT64 and IPv4-compatible forms of inner addresses.
    """
    try:
        address: _Address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(map(_is_plain_public, (address, *_wrapped(address))))


def _is_plain_public(address: _Address) -> bool:
    if any(address.version == network.version and address in network for network in _INNER):
        return False
    if address.version == 6 and address in _NAT64:
        return True  # What it wraps is looked at by itself.
    return address.is_global and not any(getattr(address, f"is_{kind}") for kind in _SPECIAL)


def _wrapped(address: _Address) -> Iterator[_Address]:
    if isinstance(address, ipaddress.IPv4Address):
        return
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if address in _NAT64 or address in _COMPATIBLE:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


class _Guard:
    """Connects for httpcore: resolves once, checks every address, and keeps the deadline."""

    def __init__(self, allow_hosts: frozenset[str], resolve: Resolve, deadline: float) -> None:
        self._allow_hosts = frozenset(host.lower() for host in allow_hosts)
        self._resolve = resolve
        self._deadline = deadline

    def is_allowed(self, host: str, port: int) -> bool:
        return f"{host}:{port}" in self._allow_hosts

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, **options: Any
    ) -> Any:
        import httpcore

        addresses = self._resolve(host, port)
        if not self.is_allowed(host, port) and not all(map(_is_public, addresses)):
            raise FetchRefused(f"{host}: {_NOT_PUBLIC}")
        for address in addresses[:3]:
            try:
                wait = self._wait(timeout)
                return _Timed(
                    httpcore.SyncBackend().connect_tcp(address, port, wait, **options), self._wait
                )
            except httpcore.NetworkError:
                continue
        raise httpcore.ConnectError("no address answered")

    def _wait(self, timeout: float | None) -> float:
        """Seconds that one step may still take."""
        import httpcore

        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout("the time for the whole fetch is over")
        return min(left, timeout or _STEP_SECONDS)


class _Timed:
    """A network stream whose every step ends at the deadline of the whole fetch."""

    def __init__(self, stream: Any, wait: Callable[[float | None], float]) -> None:
        self._stream = stream
        self._wait = wait

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        data: bytes = self._stream.read(max_bytes, self._wait(timeout))
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._wait(timeout))

    def start_tls(
        self, context: Any, server_hostname: str | None, timeout: float | None = None
    ) -> Any:
        return _Timed(
            self._stream.start_tls(context, server_hostname, self._wait(timeout)), self._wait
        )

    def close(self) -> None:
        self._stream.close()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
