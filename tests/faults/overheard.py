"""Everything a run said and left behind, searched for secrets; and servers that make it say something.

Invariant: a search that looked nowhere counts as failed."""

import os
import pathlib

from bed import check
from secret import Told


class Heard:
    """All that was said, by what said it, so that a leak is named."""

    def __init__(self, secrets):
        self.secrets, self.leaks, self.count = secrets, {}, 0

    def text(self, where, text):
        self.count += 1
        found = self.secrets.in_text(text)
        if found:
            self.leaks.setdefault(where, set()).update(found)

    def ran(self, where, ran):
        self.text(f"{where}: standard output", ran.out)
        self.text(f"{where}: standard error", ran.err)
        return ran

    def files(self, home):
        """Everything under the home but the database, with names and attributes."""
        for folder, _, names in os.walk(home.dir):
            for name in names:
                path = pathlib.Path(folder) / name
                self.text(f"the name of {path}", str(path.relative_to(home.dir)))
                if not path.is_file():
                    continue
                for key in os.listxattr(path):
                    self.text(f"attribute {key} of {name}", str(os.getxattr(path, key)))
                if not (path.parent == home.data and name.startswith("onward.db")):
                    self.text(f"the file {name}", path.read_bytes().decode("latin-1"))

    def asked(self, home, when):
        for words in (["list"], ["list", "--json"], ["show", 1], ["show", 1, "--json"], ["hosts"],
                      ["hosts", "--json"], ["verify", 1], ["-vv", "list"]):
            self.ran(f"{when}, {' '.join(map(str, words))}", home.run(*words))

    def check(self, words):
        return check(f"{words}: none of {len(self.secrets.of)} secrets in {self.count} places",
                     not self.leaks and self.count, self.leaks)


class Refusing(Told):
    """Answers with one status; "nonsense" is none."""

    def __init__(self, status, **fields):
        self.status, self.fields = status, fields
        super().__init__(size=1000)

    def answer(self, request, connection):
        if self.status == "nonsense":
            connection.sendall(b"\x00\x01nonsense\r\n\r\n")
            return False
        if self.status:
            self.send_head(connection, self.status, {"Content-Length": 0, **self.fields})
        return bool(self.status)


def bad_links(secrets):
    pw, query = secrets.of["linkpw"], f"?token={secrets.of['query']}&sig={secrets.of['signature']}"
    def link(origin):
        return origin.url.replace("http://", f"http://bob:{pw}@") + query
    links = {f"status {status}": link(Refusing(status)) for status in
             ("401 No", "403 No", "404 No", "410 No", "416 No", "429 No", "500 No", "503 No", "302 No")}
    for name, where in {"to file": "file:///etc/passwd", "to itself": "", "to no link": "http://[",
                        "to another's secret": f"ftp://x:{pw}@h/{query}"}.items():
        origin = Refusing("302 Found", Location=where or "x")
        links[f"a redirect {name}"] = link(origin)
    links["nonsense"] = link(Refusing("nonsense"))
    links["closed"] = link(Refusing(""))
    links["nobody there"] = f"http://bob:{pw}@127.0.0.1:9/a{query}"
    links["no TLS there"] = link(Refusing("200 OK")).replace("http:", "https:")
    links["a link with a blank"] = f"http://bob:{pw}@127.0.0.1/a b{query}"
    links["a link without a host"] = f"http://bob:{pw}@/a{query}"
    links["a bad port"] = f"http://bob:{pw}@127.0.0.1:99999/a{query}"
    links["another scheme"] = f"gopher://bob:{pw}@127.0.0.1/a{query}"
    links["too long"] = f"http://bob:{pw}@127.0.0.1/{'a' * 20000}{query}"
    return links


def misuses(of):
    """Options that cannot be used, by what is wrong with each; `of` are the secrets by kind."""
    return {
        "a header without a colon": ["--header", f"Authorization {of['bearer']}"],
        "a header with a line break": ["--header", f"X-Token: a\r\n{of['xtoken']}"],
        "a bad header name": ["--header", f"X {of['xtoken']}: b"],
        "a user without a password": ["--user", of["userpw"]],
        "a cookie with NUL or a break": ["--cookie", f"a={of['cookie']}\nb"],
        "a proxy that is none": ["--proxy", f"http://p:{of['proxypw']}@"],
        "a proxy with a blank": ["--proxy", f"http://p:{of['proxypw']}@ho st:1"],
        "a proxy of another kind": ["--proxy", f"ftp://p:{of['proxypw']}@h:1"],
        "a mirror that is none": ["--mirror", f"http://p:{of['linkpw']}@/a?{of['query']}"],
        "a referer with a break": ["--referer", f"http://a/?{of['referer']}\n"],
        "an unknown option": [f"--pasword={of['userpw']}"],
    }


def given_by_file(home, words):
    """The same by @FILE, where that can be."""
    given = []
    for option, value in zip(words[::2], words[1::2]):
        if option != "--referer":
            note = home.dir / f"note{len(given)}"
            note.write_text(value + "\n")
            value = f"@{note}"
        given += [option, value]
    return given


def remove_files(home):
    for note in home.dir.glob("note*"):
        note.unlink()
