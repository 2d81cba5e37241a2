"""Bytes that no client would send, to the real server: it answers below 500 or hangs up, and goes on serving."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.databases import sqlite_url
from tests.support.processes import Installation, Server

MINIMAL = Path(__file__).parents[2] / "examples" / "minimal"
PATIENCE_S = 1  # with a server that waits for more, before it is told that there is none
HOST = b"Host: 127.0.0.1\r\nConnection: close\r\n"
JSON = b"Content-Type: application/json\r\n"
LINES = {
    "nothing": b"",
    "line_ends": b"\r\n\r\n",
    "noise": bytes(range(256)),
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
    "http2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no_version": b"GET /health\r\n\r\n",
    "old_version": b"GET /health HTTP/0.9\r\n\r\n",
    "odd_version": b"GET /health HTTP/9.9\r\n\r\n",
    "no_host": b"GET /health HTTP/1.1\r\n\r\n",
    "two_hosts": b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: evil.example\r\n\r\n",
    "host_bytes": b"GET /health HTTP/1.1\r\nHost: \xff\r\n\r\n",
    "raw_target": b"GET /records/\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
    "raw_query": b"GET /api/v1/me?\xff=\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
    "raw_unicode": "GET /search?q=é HTTP/1.1\r\n".encode() + HOST + b"\r\n",
    "nul_target": b"GET /he\0alth HTTP/1.1\r\n" + HOST + b"\r\n",
    "blank_target": b"GET  HTTP/1.1\r\n" + HOST + b"\r\n",
    "spaced_target": b"GET /a b c HTTP/1.1\r\n" + HOST + b"\r\n",
    "absolute": b"GET http://evil.example/health HTTP/1.1\r\n" + HOST + b"\r\n",
    "authority": b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "star": b"OPTIONS * HTTP/1.1\r\n" + HOST + b"\r\n",
    "escapes": b"GET /%zz%2/%ff%00/..%2f..%2fetc HTTP/1.1\r\n" + HOST + b"\r\n",
    "backslash": b"GET \\\\evil.example\\x HTTP/1.1\r\n" + HOST + b"\r\n",
    "fragment": b"GET /health#x HTTP/1.1\r\n" + HOST + b"\r\n",
    "long_target": b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "odd_method": b"G\xc3\x89T /health HTTP/1.1\r\n" + HOST + b"\r\n",
    "long_method": b"X" * 5_000 + b" /health HTTP/1.1\r\n" + HOST + b"\r\n",
    "header_bytes": b"GET /api/v1/me HTTP/1.1\r\n" + HOST + b"Accept-Language: \xff\xfe\r\nCookie: \x80=\x81\r\n\r\n",
    "header_nul": b"GET /api/v1/me HTTP/1.1\r\n" + HOST + b"X-Odd: a\0b\r\n\r\n",
    "header_name": b"GET /api/v1/me HTTP/1.1\r\n" + HOST + b"X Odd\xff: a\r\n\r\n",
    "header_without_colon": b"GET /api/v1/me HTTP/1.1\r\n" + HOST + b"nothing\r\n\r\n",
    "header_folded": b"GET /api/v1/me HTTP/1.1\r\n" + HOST + b"X-Odd: a\r\n b\r\n\r\n",
    "header_under_score": b"GET /api/v1/me HTTP/1.1\r\n" + HOST + b"Content_Length: x\r\n\r\n",
    "many_headers": b"GET /health HTTP/1.1\r\n" + HOST + b"".join(b"X-%d: y\r\n" % n for n in range(2_000)) + b"\r\n",
    "long_header": b"GET /health HTTP/1.1\r\n" + HOST + b"X-Odd: " + b"x" * 1_000_000 + b"\r\n\r\n",
    "token_bytes": b"GET /api/v1/me HTTP/1.1\r\n" + HOST + b"Authorization: Bearer arm_\xff_\xff\r\n\r\n",
    "length_text": b"POST /sign-in HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: x\r\n\r\n{}",
    "length_negative": b"POST /sign-in HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: -1\r\n\r\n{}",
    "length_huge": b"POST /sign-in HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: " + b"9" * 30 + b"\r\n\r\n{}",
    "length_two": b"POST /sign-in HTTP/1.1\r\n" + HOST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}",
    "length_more": b"POST /sign-in HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 10\r\n\r\n{}",
    "length_and_chunks": b"POST /sign-in HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunk_text": b"POST /sign-in HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n",
    "chunk_huge": b"POST /sign-in HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 20 + b"\r\n{}",
    "coding": b"POST /sign-in HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: nothing\r\n\r\n{}",
    "too_large": b"POST /api/v1/records/user HTTP/1.1\r\n" + HOST + JSON + b"Content-Length: 99999999\r\n\r\n{}",
    "pipelined": b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n" * 3 + b"\xff\xff\r\n\r\n",
    "expect": b"POST /sign-in HTTP/1.1\r\n" + HOST + b"Expect: \xff\r\nContent-Length: 0\r\n\r\n",
    "upgrade": b"GET /health HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("wire")
    made = Installation(folder, sqlite_url(folder))
    made.run("init", "--bundle", str(MINIMAL))
    with made.serving() as server:
        yield server
    assert b"Traceback" not in (folder / "server.log").read_bytes()


@pytest.mark.parametrize("name", LINES)
def test_odd_bytes_are_answered_or_not_but_never_break_it(server: Server, name: str) -> None:
    assert all(status < 500 for status in statuses(server, LINES[name]))
    assert server.get("/health")[0] == 200


def statuses(server: Server, sent: bytes) -> list[int]:
    """The statuses of what comes back until the server hangs up."""
    received = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE_S) as wire, suppress(ConnectionError):
        wire.sendall(sent)
        while part := _next(wire):
            received += part
    return [int(line.split()[1]) for line in received.split(b"\r\n") if line.startswith(b"HTTP/1.")]


def _next(wire: socket.socket) -> bytes:
    try:
        return wire.recv(65_536)
    except TimeoutError:
        wire.shutdown(socket.SHUT_WR)
        wire.settimeout(60)
        return wire.recv(65_536)
