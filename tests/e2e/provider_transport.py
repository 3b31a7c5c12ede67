"""What can happen to a good answer on its way: a mixin of the fault server's handler.

Each way is a method fault_NAME(body); most of them end the connection.
"""

import gzip
import os
import socket
import struct
import time

HUGE = 10 * 1024 * 1024
HANG_SECONDS = 120
DRIP_SECONDS = 0.2


class Ways:
    def _begin(self, status=200, **headers):
        """Status line and headers, with _ for -."""
        self.entry["status"] = status
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.flush()

    def _reset(self):
        """What a process that died leaves behind: RST instead of FIN."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())
        self.close_connection = True

    def _drip(self, data, seconds):
        for at in range(len(data)):
            self.wfile.write(data[at:at + 1])
            time.sleep(seconds)

    def _hang(self):
        time.sleep(HANG_SECONDS)
        self.close_connection = True

    # ── whole responses ──

    def fault_huge_body(self, body):
        self.send_bytes(200, body + b" " * HUGE)

    def fault_html_200(self, _):
        self.send_bytes(200, b"<html><h1>Welcome to the hotel's network</h1></html>", "text/html")

    def fault_html_502(self, _):
        self.send_bytes(502, b"<html><h1>502 Bad Gateway</h1></html>", "text/html")

    def fault_html_504(self, _):
        self.send_bytes(504, b"<html><h1>504 Gateway Time-out</h1></html>", "text/html")

    def fault_no_body(self, _):
        self.send_bytes(200, b"")

    def fault_no_content(self, _):
        self._begin(204)

    def fault_redirect(self, _):
        self.send_bytes(302, b"", extra=[("location", "http://127.0.0.1:1" + self.path)])

    def fault_redirect_307(self, _):
        self.send_bytes(307, b"", extra=[("location", "http://127.0.0.1:1" + self.path)])

    def fault_gzip(self, body):
        """Nobody asked for it."""
        self.send_bytes(200, gzip.compress(body), extra=[("content-encoding", "gzip")])

    def fault_cut_body(self, body):
        """A proxy cut it, and told the length of what was left."""
        self.send_bytes(200, body[:len(body) // 2])

    def fault_body_twice(self, body):
        self.send_bytes(200, body + body)

    def fault_bad_utf8(self, body):
        self.send_bytes(200, body[:-1] + b', "more": "\xff\xed\xa0\xbd"}')

    def fault_key_twice(self, body):
        first = body[1:body.index(b":")]
        self.send_bytes(200, body[:-1] + b", " + first + b": 7}")

    def fault_plain_text_kind(self, body):
        """Some servers say text/plain and mean JSON."""
        self.send_bytes(200, body, "text/plain")

    # ── lengths ──

    def fault_wrong_length(self, body):
        """Longer than what follows."""
        self._begin(content_length=len(body) + 100)
        self.wfile.write(body)
        self.close_connection = True

    def fault_short_length(self, body):
        """Shorter than what follows."""
        self._begin(content_length=len(body) - 9)
        self.wfile.write(body)
        self.close_connection = True

    def fault_no_length(self, body):
        """As in HTTP/1.0: it ends where the connection ends."""
        self._begin(connection="close")
        self.wfile.write(body)

    def fault_chunked(self, body):
        self._begin(transfer_encoding="chunked")
        for at in range(0, len(body), 100):
            piece = body[at:at + 100]
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self.wfile.write(b"0\r\n\r\n")

    def fault_cut_chunks(self, body):
        self._begin(transfer_encoding="chunked")
        self.wfile.write(b"%x\r\n%s\r\n" % (len(body), body))
        self.close_connection = True

    def fault_bad_chunk(self, body):
        self._begin(transfer_encoding="chunked")
        self.wfile.write(b"zz\r\n" + body)
        self.close_connection = True

    # ── headers ──

    def fault_interim(self, body):
        """Early hints, whose headers are not those of the answer."""
        self.wfile.write(b"HTTP/1.1 103 Early Hints\r\nretry-after: 3600\r\n\r\n")
        self.send_bytes(200, body)

    def fault_no_http(self, _):
        self.wfile.write(b"SSH-2.0-OpenSSH_9.2\r\n")
        self.close_connection = True

    def fault_endless_headers(self, _):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(20000):
            self.wfile.write(b"x-more-%d: %s\r\n" % (number, b"m" * 1000))
        self.close_connection = True

    # ── time ──

    def fault_hang(self, _):
        """Before the first header."""
        self._hang()

    def fault_hang_in_body(self, body):
        self._begin(content_length=len(body))
        self.wfile.write(body[:9])
        self._hang()

    def fault_slow_headers(self, _):
        self._drip(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n", DRIP_SECONDS)
        self.close_connection = True

    def fault_slow_body(self, body):
        self._begin(content_length=len(body))
        self._drip(body, DRIP_SECONDS)

    def fault_slow_loris(self, body):
        self._begin(transfer_encoding="chunked")
        for byte in body:
            self.wfile.write(b"1\r\n%c\r\n" % byte)
            time.sleep(DRIP_SECONDS)

    def fault_byte_a_second(self, body):
        self._begin(content_length=len(body))
        self._drip(body, 1)

    # ── ends ──

    def fault_close(self, _):
        """Without a word."""
        self.close_connection = True

    def fault_reset(self, _):
        self._reset()

    def fault_reset_in_headers(self, _):
        self.wfile.write(b"HTTP/1.1 200 OK\r\ncontent-ty")
        time.sleep(0.05)
        self._reset()

    def fault_reset_in_body(self, _):
        self._begin(content_length=1000)
        self.wfile.write(b'{"id":')
        time.sleep(0.05)
        self._reset()

    def fault_ok_and_gone(self, body):
        """The answer is good, and the connection that would be used again isn't there any more."""
        self.send_bytes(200, body)
        self.close_connection = True


WAYS = [name.removeprefix("fault_").replace("_", "-") for name in dir(Ways) if name.startswith("fault_")]
