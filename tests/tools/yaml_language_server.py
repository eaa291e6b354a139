"""What editors show of a spot-config.yaml, by the real yaml-language-server.

usage: yaml_language_server.py SERVER SCHEMA

Speaks the language server protocol over standard input and output, as an editor does.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

CONFIG = """\
# yaml-language-server: $schema={schema}
apiVersion: spotgen.dev/v1alpha1
kind: SpotConfig
metadata:
  name: shop
spec:
  provider: aks
"""


class Server:
    """https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/"""

    def __init__(self, server):
        command = ["node", server, "--stdio"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.count = 0
        self.findings = {}
        # Without markdown, a server that was not told of it answers in plain text.
        self.request("initialize", {"processId": None, "rootUri": None, "capabilities": {}})
        self.notify("initialized", {})

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.process.stdin.flush()

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def read(self):
        length = 0
        while line := self.process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if not length:
            raise SystemExit("the server ended")
        return json.loads(self.process.stdout.read(length))

    def step(self):
        """Reads one message; the server's own questions are answered with nothing."""
        message = self.read()
        if message.get("method") == "textDocument/publishDiagnostics":
            params = message["params"]
            self.findings.setdefault(params["uri"], []).append(params["diagnostics"])
        elif "method" in message and "id" in message:
            count = len(message.get("params", {}).get("items", [None]))
            self.send({"id": message["id"], "result": [None] * count})
        return message

    def request(self, method, params):
        self.count += 1
        self.send({"id": self.count, "method": method, "params": params})
        while True:
            message = self.step()
            if message.get("id") == self.count and "method" not in message:
                if "error" in message:
                    raise SystemExit(f"{method}: {message['error']}")
                return message["result"]

    def open(self, uri, text):
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def diagnostics(self, uri):
        while not self.findings.get(uri):
            self.step()
        return self.findings[uri][-1]

    def at(self, method, uri, text):
        """A request for the end of the text."""
        lines = text.split("\n")
        position = {"line": len(lines) - 1, "character": len(lines[-1])}
        return self.request(method, {"textDocument": {"uri": uri}, "position": position})

    def close(self):
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.wait(10)


def expect(what, condition, shown):
    if not condition:
        raise SystemExit(f"{what}: {json.dumps(shown, indent=1)[:4000]}")


def main():
    server, schema = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        start = CONFIG.format(schema=Path(schema).resolve().as_uri())
        editor = Server(server)
        count = 0

        def opened(text):
            nonlocal count
            count += 1
            uri = (Path(folder) / f"spot-config-{count}.yaml").as_uri()
            editor.open(uri, start + text)
            return uri, start + text

        uri, _ = opened("  overprovisioner: {enabled: true}\n")
        found = editor.diagnostics(uri)
        expect("a right configuration is marked", found == [], found)

        uri, text = opened("  deschedular: {}\n")
        found = editor.diagnostics(uri)
        expect("a wrong key is marked once", len(found) == 1, found)
        line = found[0]["range"]["start"]["line"]
        expect("on its line", "deschedular" in text.split("\n")[line], found)
        expect("by its name", "deschedular" in found[0]["message"], found)

        uri, text = opened("  descheduler:\n    interval: often\n")
        found = editor.diagnostics(uri)
        expect("a wrong value is marked", len(found) == 1, found)

        uri, _ = opened("  nodePools:\n  descheduler:\n    interval:\n")
        found = editor.diagnostics(uri)
        expect("keys without a value are marked", found == [], found)

        uri, text = opened("  descheduler:\n    interv")
        items = editor.at("textDocument/completion", uri, text)["items"]
        labels = [item["label"] for item in items]
        expect("a key within a key is completed", "interval" in labels, labels)

        uri, text = opened("  desch")
        items = editor.at("textDocument/completion", uri, text)["items"]
        labels = [item["label"] for item in items]
        expect("a key is completed", "descheduler" in labels, labels)

        uri, text = opened("  descheduler:\n    profileName: ")
        items = editor.at("textDocument/completion", uri, text)["items"]
        labels = [item["label"] for item in items]
        expect("the default and the example are offered", {"spot-failback", "failback"} <= set(labels), items)

        uri, text = opened("  descheduler:\n    interval: 5m\n")
        hover = editor.at("textDocument/hover", uri, text.removesuffix("val: 5m\n"))
        shown = json.dumps(hover)
        expect("a key is described", "Default: 1m" in shown, hover)

        editor.close()
    print("marked, completed and described")


if __name__ == "__main__":
    main()
