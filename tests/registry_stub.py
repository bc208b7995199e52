"""A registry on the loopback interface, of both kinds, that can be made to misbehave.

    with Stub() as stub:
        stub.npm("left", "1.0.0", archive)
        stub.pypi("lib", {"lib-1.0.tar.gz": archive})
        run("cerebro", "scan", "--npm-registry", stub.url + "/npm", "npm:left")

`stub.faults[path]` is a list of functions that answer the next requests of that path in place of the
stub; `stub.requests` is what was asked: (path, headers).
"""
import base64
import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def answer(self, status, body=b"", headers=()):
        self.send_response(status)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        stub = self.server.stub
        path = unquote(self.path)
        with stub.lock:
            stub.requests.append((path, {k.lower(): v for k, v in self.headers.items()}))
            faults = stub.faults.get(path, [])
            fault = faults.pop(0) if faults else None
        if fault:
            return fault(self)
        if path in stub.protected and self.headers.get("Authorization") != stub.protected[path]:
            return self.answer(401)
        if path not in stub.pages:
            return self.answer(404)
        body, content_type = stub.pages[path]
        headers = {"Content-Type": content_type, "ETag": '"' + hashlib.sha256(body).hexdigest() + '"'}
        asked = self.headers.get("Range", "")
        if asked.startswith("bytes=") and self.headers.get("If-Range") == headers["ETag"]:
            start = int(asked[len("bytes="):].split("-")[0])
            headers["Content-Range"] = f"bytes {start}-{len(body) - 1}/{len(body)}"
            return self.answer(206, body[start:], headers)
        return self.answer(200, body, headers)


def status(code, **headers):
    """A fault: that answer."""
    return lambda handler: handler.answer(code, b"", {k.replace("_", "-"): v for k, v in headers.items()})


def cut(handler):
    """A fault: half of the page, then the connection is closed."""
    body, content_type = handler.server.stub.pages[unquote(handler.path)]
    handler.send_response(200)
    handler.send_header("Content-Type", content_type)
    handler.send_header("ETag", '"' + hashlib.sha256(body).hexdigest() + '"')
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[:len(body) // 2])
    handler.wfile.flush()
    handler.close_connection = True
    handler.connection.shutdown(2)


def hang_up(handler):
    """A fault: nothing at all."""
    handler.close_connection = True
    handler.connection.shutdown(2)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, *_):  # connections that were cut on purpose
        pass


class Stub:
    def __init__(self, host="127.0.0.1"):
        self.pages, self.faults, self.protected, self.requests = {}, {}, {}, []
        self.documents = {}
        self.lock = threading.Lock()
        self.server = Server((host, 0), Handler)
        self.server.stub = self
        self.url = f"http://{host}:{self.server.server_port}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()

    def asked(self, path):
        return [headers for asked, headers in self.requests if asked == path]

    def npm(self, name, version, archive, tarball=None, **dist):
        """Publishes; `dist` replaces what the document says of the archive."""
        path = f"/npm/{name}/-/{name.split('/')[-1]}-{version}.tgz"
        document = self.documents.setdefault(name, {"name": name, "dist-tags": {}, "versions": {}})
        if not dist:
            dist = {"integrity": "sha512-" + base64.b64encode(hashlib.sha512(archive).digest()).decode()}
        document["versions"][version] = {"name": name, "version": version,
                                         "dist": {"tarball": tarball or self.url + path, **dist}}
        document["dist-tags"]["latest"] = version
        self.pages["/npm/" + name] = (json.dumps(document).encode(), "application/json")
        self.pages[path] = (archive, "application/octet-stream")
        return path

    def pypi(self, project, files, html=False, hashes=True, yanked=()):
        """`hashes`: True for the right ones, a digest for that one, None for none."""
        rows = []
        for name, archive in files.items():
            self.pages["/files/" + name] = (archive, "application/octet-stream")
            digest = hashlib.sha256(archive).hexdigest() if hashes is True else hashes
            rows.append((name, "../../files/" + name, digest, name in yanked))
        if html:
            page = "".join(f'<a href="{url}{"#sha256=" + digest if digest else ""}"{" data-yanked=bad" if bad else ""}>{name}</a><br>\n'
                           for name, url, digest, bad in rows).encode()
            self.pages[f"/simple/{project}/"] = (page, "text/html; charset=utf-8")
        else:
            page = {"meta": {"api-version": "1.0"}, "name": project,
                    "files": [{"filename": name, "url": url, "hashes": {"sha256": digest} if digest else {},
                               "yanked": bad}
                              for name, url, digest, bad in rows]}
            self.pages[f"/simple/{project}/"] = (json.dumps(page).encode(), "application/vnd.pypi.simple.v1+json")
