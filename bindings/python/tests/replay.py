"""A server between a client and a service: the first request of a task is passed on, those after it get the same
bytes again. So two clients can be compared down to request ids and secrets."""

import http.client
import http.server
import threading


class Replay:
    def __init__(self, target):
        self.target = target.removeprefix("http://")
        self.kept = []
        self.requests = []
        self.position = 0
        replay = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self):
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                status, headers, data = replay.take(self.command, self.path, dict(self.headers), body)
                self.send_response_only(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("content-length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    def take(self, method, path, headers, body):
        self.requests.append((method, path, headers, body))
        if self.position == len(self.kept):
            self.kept.append(self.ask(method, path, headers, body))
        answer = self.kept[self.position]
        self.position += 1
        return answer

    def ask(self, method, path, headers, body):
        connection = http.client.HTTPConnection(self.target, timeout=20)
        # Signed for our own port, which the emulator is told by the same Host.
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        data = response.read()
        dropped = ("content-length", "transfer-encoding", "connection", "keep-alive")
        kept = [(name, value) for name, value in response.getheaders() if name.lower() not in dropped]
        connection.close()
        return response.status, kept, data

    def forget(self):
        """A new task."""
        self.kept, self.requests, self.position = [], [], 0

    def again(self):
        """The same task, by another client."""
        self.position = 0

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
