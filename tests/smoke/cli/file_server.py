"""An HTTP server on this machine whose answers can go wrong in the ways that servers do."""
import http.server
import ssl
import subprocess
import threading


def make_certificate(path):
    """Writes a key and a certificate for 127.0.0.1 that signs itself; needs the program openssl."""
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
                    "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", path, "-out", path + ".crt"],
                   check=True, capture_output=True)
    with open(path, "ab") as both, open(path + ".crt", "rb") as certificate:
        both.write(certificate.read())
    return path


class FileServer:
    """Serves `files` (path -> bytes) at url/<path>. Attributes change how; `requests` is what came.

    with FileServer({"a.bin": b"..."}) as server: server.truncate = 1; pull(server.url)
    """

    def __init__(self, files, certificate=None):
        self.files = files
        self.requests = []     # (path, value of Range or None)
        self.truncate = 0      # so many answers end after half of their body
        self.statuses = []     # statuses for the next answers, before any file
        self.with_ranges = True
        self.etag = '"one"'
        self.redirect = ""     # where /<path> leads to: "/" on this server, or another address
        self.missing = set()   # paths that are answered with 404

        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                server.answer(self)

            def log_message(self, *_):
                pass

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.http.socket = context.wrap_socket(self.http.socket, server_side=True)
        scheme = "https" if certificate else "http"
        self.url = f"{scheme}://127.0.0.1:{self.http.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.http.shutdown()
        self.http.server_close()

    def answer(self, handler):
        path = handler.path.lstrip("/")
        wanted = handler.headers.get("Range")
        self.requests.append((path, wanted))
        if self.statuses:
            return self.send(handler, self.statuses.pop(0), b"no")
        if self.redirect and not path.startswith("real/"):
            return self.send(handler, 302, b"", {"Location": f"{self.redirect}real/{path}"})
        path = path.removeprefix("real/")
        if path in self.missing or path not in self.files:
            return self.send(handler, 404, b"not here")
        data, status, headers = self.files[path], 200, {}
        if self.etag:
            headers["ETag"] = self.etag
        if wanted and self.with_ranges and handler.headers.get("If-Range") == self.etag:
            begin = int(wanted.removeprefix("bytes=").rstrip("-"))
            headers["Content-Range"] = f"bytes {begin}-{len(data) - 1}/{len(data)}"
            data, status = data[begin:], 206
        return self.send(handler, status, data, headers)

    def send(self, handler, status, data, headers=None):
        handler.send_response(status)
        for name, value in (headers or {}).items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(data)))
        handler.end_headers()
        if self.truncate and status in (200, 206):
            self.truncate -= 1
            handler.wfile.write(data[: len(data) // 2])
            handler.close_connection = True
        else:
            handler.wfile.write(data)
