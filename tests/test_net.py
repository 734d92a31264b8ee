"""The guarded fetch: inner addresses are refused before a connection, limits hold, good pages come."""

import gzip
import socket
import threading
import time
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from vectorstore.errors import FetchRefused, SourceUnreadable
from vectorstore.loading import net
from vectorstore.loading.formats import MAX_BYTES

PAGE = "<html><body><p>青溪市与白沙市日前签署对口合作协议。</p></body></html>".encode()
HTML = {"Content-Type": "text/html; charset=utf-8"}
BOMB = gzip.compress(bytes(200_000_000), 9)

ROUTES: dict[str, tuple[int, dict[str, str], bytes]] = {
    "/good": (200, HTML, PAGE),
    "/gzip": (200, {**HTML, "Content-Encoding": "gzip"}, gzip.compress(PAGE)),
    "/deflate": (200, {**HTML, "Content-Encoding": "deflate"}, zlib.compress(PAGE)),
    "/raw-deflate": (200, {**HTML, "Content-Encoding": "deflate"}, zlib.compress(PAGE)[2:-4]),
    "/bomb": (200, {**HTML, "Content-Encoding": "gzip"}, BOMB),
    "/broken": (200, {**HTML, "Content-Encoding": "gzip"}, b"\x1f\x8b" + b"x" * 50),
    "/brotli": (200, {**HTML, "Content-Encoding": "br"}, b"x"),
    "/big": (200, HTML, b"x" * (MAX_BYTES + 1)),
    "/image": (200, {"Content-Type": "image/png"}, b"x"),
    "/missing": (404, HTML, b"no"),
    "/a.pdf": (200, {"Content-Type": "application/octet-stream"}, b"%PDF-"),
    "/notes.md": (200, {"Content-Type": "text/plain"}, b"# x"),
    "/plain": (200, {"Content-Type": "text/plain"}, b"x"),
    "/hop": (302, {"Location": "/good"}, b""),
    "/loop": (302, {"Location": "/loop"}, b""),
    "/inside": (302, {"Location": "http://127.0.0.1:1/"}, b""),
    "/metadata": (307, {"Location": "http://169.254.169.254/latest"}, b""),
    "/file": (301, {"Location": "file:///etc/passwd"}, b""),
}


class Handler(BaseHTTPRequestHandler):
    """Serves `ROUTES`, and remembers the headers of each request."""

    seen: list[dict[str, str]]

    def do_GET(self) -> None:
        """Answer with the route of the path."""
        self.seen.append({name.lower(): value for name, value in self.headers.items()})
        if self.path == "/slow":
            self.drip()
            return
        status, headers, body = ROUTES[self.path]
        self.send_response(status)
        for name, value in {
            **headers,
            "Set-Cookie": "a=b",
            "Content-Length": str(len(body)),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return

    def drip(self) -> None:
        """One byte of the header each tenth of a second, without end."""
        try:
            for _ in range(100):
                self.wfile.write(b"H")
                time.sleep(0.1)
        except OSError:
            return

    def log_message(self, *_: object) -> None:
        """Stay silent."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The `host:port` of a web server on this machine."""
    Handler.seen = []
    served = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{served.server_address[1]}"
    served.shutdown()
    served.server_close()


def get(server: str, path: str) -> net.Fetched:
    return net.fetch(f"http://{server}{path}", allow_hosts=frozenset({server}))


@pytest.mark.parametrize("path", ["/good", "/gzip", "/deflate", "/raw-deflate", "/hop"])
def test_a_page_is_fetched(server: str, path: str) -> None:
    fetched = get(server, path)
    assert (fetched.data, fetched.suffix) == (PAGE, ".html")
    assert fetched.url.endswith("/good" if path == "/hop" else path)


@pytest.mark.parametrize(
    ("path", "suffix"), [("/a.pdf", ".pdf"), ("/notes.md", ".md"), ("/plain", ".txt")]
)
def test_suffix_by_type_and_path(server: str, path: str, suffix: str) -> None:
    assert get(server, path).suffix == suffix


def test_no_cookies_and_the_right_host(server: str) -> None:
    Handler.seen.clear()
    get(server, "/hop")
    assert len(Handler.seen) == 2
    assert all(seen["host"] == server and "cookie" not in seen for seen in Handler.seen)


def test_proxies_of_the_environment_are_not_used(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert get(server, "/good").data == PAGE


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/bomb", "larger than 20 MB"),
        ("/big", "larger than 20 MB"),
        ("/image", "image/png"),
        ("/loop", "5 redirects"),
        ("/inside", "port 1"),
        ("/metadata", "not a public address"),
        ("/file", "only http and https"),
    ],
)
def test_limits_and_redirects_are_refused(server: str, path: str, message: str) -> None:
    with pytest.raises(FetchRefused, match=message):
        get(server, path)


@pytest.mark.parametrize(
    ("path", "message"), [("/missing", "404"), ("/broken", "damaged"), ("/brotli", "'br'")]
)
def test_what_cant_be_had_is_unreadable(server: str, path: str, message: str) -> None:
    with pytest.raises(SourceUnreadable, match=message):
        get(server, path)


def test_a_closed_port_is_unreadable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(SourceUnreadable, match="can't be fetched"):
        get(host, "/")


def test_a_dripping_server_is_given_up(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net, "_TOTAL_SECONDS", 0.5)
    start = time.monotonic()
    with pytest.raises(FetchRefused, match="too slow"):
        get(server, "/slow")
    assert time.monotonic() - start < 3


def test_https_is_not_left_by_a_redirect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(net, "_get", lambda url, guard: (None, "http://example.com/"))
    with pytest.raises(FetchRefused, match="https to http"):
        net.fetch("https://example.com/")


ADDRESSES = """127.0.0.1 127.9.9.9 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254
100.64.0.1 100.100.100.200 192.0.0.192 192.88.99.1 198.18.0.1 198.19.255.255 224.0.0.1 239.1.1.1 240.0.0.1
255.255.255.255 192.0.2.1 ::1 :: ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 fe80::1 fe80::1%eth0 fc00::1
fd00:ec2::254 fec0::1 ff02::1 64:ff9b::7f00:1 64:ff9b::a00:1 64:ff9b:1::1 2002:7f00:1:: 2002:a00:1::
2001:0:7f00:1::1 100::1 2001:db8::1 nonsense"""


URLS = """http://127.0.0.1/ http://127.1/ http://2130706433/ http://0x7f000001/ http://0177.0.0.1/ http://0/
http://0.0.0.0/ http://localhost/ http://LOCALHOST/ http://localhost./ http://[::1]/ http://[::]/
http://[::ffff:127.0.0.1]/ http://[::127.0.0.1]/ http://127。0。0。1/ http://①②⑦.⓪.⓪.①/ http://[fe80::1]/
http://100.100.100.200/ http://192.0.0.192/ http://a@127.0.0.1/ http://example.com\\@127.0.0.1/
http://127.0.0.1:80\\@example.com/ http://example.com#@127.0.0.1/ http:\\\\127.0.0.1 //127.0.0.1/ http:///
http://exa%00mple.com/ http://user:pw@example.com/ file:///etc/passwd FILE:///etc/passwd ftp://example.com/
gopher://example.com/ dict://example.com/ data:text/html,x javascript:alert(1) jar:http://example.com!/x
file://localhost/etc/passwd \\\\example.com\\x http://example.com:22/ https://example.com:8443/ http://127.0.0.1:0/
http://example.com:99999/"""


@pytest.mark.parametrize("address", ADDRESSES.split())
def test_an_inner_address_is_refused_before_a_connection(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("connected"))
    with pytest.raises(FetchRefused, match="not a public address"):
        net.fetch("http://news.example.com/", resolve=lambda host, port: [address])


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"]
)
def test_a_public_address_passes(address: str) -> None:
    assert net._is_public(address)


@pytest.mark.parametrize(
    "addresses", [["1.1.1.1", "10.0.0.1"], ["10.0.0.1", "1.1.1.1"], ["1.1.1.1", "::1"]]
)
def test_one_inner_address_among_public_ones_is_enough(addresses: list[str]) -> None:
    with pytest.raises(FetchRefused, match="not a public address"):
        net.fetch("http://news.example.com/", resolve=lambda host, port: addresses)


def test_the_host_is_resolved_once_for_check_and_connection(server: str) -> None:
    answers = [["1.1.1.1"], ["127.0.0.1"]]
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return answers[len(asked) - 1]

    guard = net._Guard(frozenset(), rebinding, time.monotonic() - 1)  # No time is left to connect.
    import httpcore

    with pytest.raises(httpcore.TimeoutException):
        guard.connect_tcp("news.example.com", 80)
    assert asked == ["news.example.com"]


@pytest.mark.parametrize("url", URLS.split())
def test_a_trick_url_is_refused_without_a_connection(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_, **__: pytest.fail("connected"))
    with pytest.raises((FetchRefused, SourceUnreadable)) as refused:
        net.fetch(url)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["http://exam\tple.com/", "http://exam\nple.com/", " http://127.0.0.1/", ""]
)
def test_white_space_in_a_url_is_refused(url: str) -> None:
    with pytest.raises(FetchRefused):
        net.fetch(url)


def test_allow_hosts_names_host_and_port(server: str) -> None:
    host, _, port = server.partition(":")
    other = frozenset({f"{host}:{int(port) + 1}", host, f"localhost:{port}"})
    with pytest.raises(FetchRefused):
        net.fetch(f"http://{server}/good", allow_hosts=other)
