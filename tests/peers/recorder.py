"""A server on loopback that writes down each request as it came over the wire and passes it on."""

import dataclasses
import http.client
import http.server
import json
import threading
import urllib.parse


@dataclasses.dataclass
class Recorded:
    """A request: request line, headers in order with their names as sent, body."""

    method: str
    target: str
    headers: list
    body: bytes

    def values(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name):
        """The value of a header that has to be there once at most."""
        values = self.values(name)
        assert len(values) < 2, f"{name} came {len(values)} times"
        return values[0] if values else None

    def names(self):
        return {key.lower() for key, _ in self.headers}

    def form(self):
        """Names and values of the form body, in order."""
        return urllib.parse.parse_qsl(self.body.decode("ascii"), keep_blank_values=True, strict_parsing=True)


class Recorder:
    """Between a client and a server. `refusals` says how many requests to answer with a 503 first."""

    def __init__(self, target):
        self.requests = []
        self.refusals = 0
        host = urllib.parse.urlsplit(target).netloc
        recorder = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            timeout = 30

            def handle_any(self):
                length = int(self.headers.get("Content-Length", 0))
                request = Recorded(self.command, self.path, self.headers.items(), self.rfile.read(length))
                recorder.requests.append(request)
                if recorder.refusals > 0:
                    recorder.refusals -= 1
                    status, headers, body = 503, [], b""
                else:
                    status, headers, body = recorder.pass_on(host, request)
                self.send_response_only(status)
                if not any(name.lower() == "date" for name, _ in headers):
                    self.send_header("Date", self.date_time_string())
                for name, value in headers:
                    if name.lower() not in ("connection", "transfer-encoding", "content-length"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = handle_any

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(daemon=True, target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    @staticmethod
    def pass_on(host, request):
        connection = http.client.HTTPConnection(host, timeout=30)
        try:
            connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers:
                connection.putheader(name, value)
            connection.endheaders(request.body)
            response = connection.getresponse()
            return response.status, response.getheaders(), response.read()
        finally:
            connection.close()

    def take(self):
        """The requests since the last time."""
        taken, self.requests[:] = list(self.requests), []
        return taken

    def stop(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Replayer(Recorder):
    """The same, but a request that was answered before gets the same answer: two programs can be compared byte for
    byte although a service never gives out the same credentials twice. Signatures and the like make no difference."""

    def __init__(self, target):
        self.answers = {}
        super().__init__(target)

    def pass_on(self, host, request):
        kind, body = request.header("content-type") or "", request.body
        if body and kind.startswith("application/x-www-form-urlencoded"):
            body = tuple(sorted(request.form()))
        elif body and body.startswith(b"{"):
            body = json.dumps(json.loads(body), sort_keys=True)
        target = urllib.parse.urlsplit(request.target)
        query = tuple(sorted(urllib.parse.parse_qsl(target.query)))
        key = request.method, target.path, query, body, request.header("x-amz-sso_bearer_token")
        if key not in self.answers:
            self.answers[key] = super().pass_on(host, request)
        return self.answers[key]
