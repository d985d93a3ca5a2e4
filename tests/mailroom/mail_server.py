"""A mail server that takes what it is given, refuses an address, or breaks off after it has taken a message."""

import socketserver
import threading
from contextlib import contextmanager


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.answer("220 here")
        for line in self.rfile:
            verb = line[:4].upper().decode()
            if verb == "QUIT":
                return self.answer("221 bye")
            if verb == "DATA":
                self.answer("354 go on")
                self.take()
                if self.server.breaks_off:
                    return None  # taken, but the client is never told
                self.answer("250 taken")
            elif verb == "RCPT" and b"nobody" in line:
                self.answer("550 no such person")
            else:
                self.answer("250 fine")
        return None

    def answer(self, words):
        self.wfile.write(words.encode() + b"\r\n")

    def take(self):
        lines = iter(self.rfile.readline, b".\r\n")
        self.server.taken.append(b"".join(lines))


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.taken, self.breaks_off = [], False


@contextmanager
def mail_server(settings):
    """Serve on a port of its own, to which `settings` send while it does."""
    with Server() as server:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = server.server_address
        settings.EMAIL_TIMEOUT = 10
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
