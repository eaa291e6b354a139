"""A client of the API server: plain HTTP, so that a test sees the answers and warnings as they come."""

import http.client
import json
import ssl
import threading
from urllib.parse import urlencode

from failure import Failed

MERGE = "application/merge-patch+json"
APPLY = "application/apply-patch+yaml"


class Answer:
    def __init__(self, status, headers, text):
        self.status = status
        self.text = text
        self.warnings = [value for name, value in headers if name.lower() == "warning"]

    @property
    def is_good(self):
        return self.status < 300

    @property
    def body(self):
        return json.loads(self.text)

    @property
    def reason(self):
        """What the server says, without the envelope."""
        try:
            body = self.body
        except ValueError:
            return f"{self.status}: {self.text}"
        return f"{self.status} {body.get('reason', '')}: {body.get('message', self.text)}"


class Api:
    def __init__(self, port, token):
        self.port = port
        self.token = token
        self.local = threading.local()

    def connection(self):
        # One a thread, kept: a handshake costs more than most requests.
        if not hasattr(self.local, "connection"):
            # The certificate is one that the server has just made for itself, on this machine.
            context = ssl._create_unverified_context()
            self.local.connection = http.client.HTTPSConnection("127.0.0.1", self.port, timeout=60, context=context)
        return self.local.connection

    def ask(self, method, path, body=None, kind="application/json", **query):
        """One request, whatever the answer."""
        if query:
            path += "?" + urlencode(query)
        if body is not None and not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        headers = {"Authorization": f"Bearer {self.token}", "Accept": "application/json", "Content-Type": kind}
        for attempt in (1, 2):
            connection = self.connection()
            try:
                connection.request(method, path, body=body, headers=headers)
                response = connection.getresponse()
                return Answer(response.status, response.getheaders(), response.read().decode())
            except (http.client.HTTPException, OSError):
                # An idle connection may have been closed by the server.
                connection.close()
                if attempt == 2:
                    raise

    def good(self, method, path, body=None, **more):
        answer = self.ask(method, path, body, **more)
        if not answer.is_good:
            raise Failed(f"{method} {path} was refused", body, answer.reason)
        return answer.body if answer.text else None

    def get(self, path, **query):
        return self.good("GET", path, **query)

    def items(self, path, **query):
        return self.get(path, **query)["items"]

    def create(self, path, body, **query):
        return self.good("POST", path, body, **query)

    def merge(self, path, body, **query):
        return self.good("PATCH", path, body, kind=MERGE, **query)

    def delete(self, path, **options):
        """Whether it was there. Options are those of DeleteOptions."""
        answer = self.ask("DELETE", path, options or None)
        if answer.status == 404:
            return False
        if not answer.is_good:
            raise Failed(f"DELETE {path} was refused", None, answer.reason)
        return True
