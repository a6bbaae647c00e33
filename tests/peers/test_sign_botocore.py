"""Our signer against botocore's, over generated requests.

Both sign the same request; canonical request, string to sign and signature have to be the same. Where
ours differs on purpose, the difference is named in DIFFERENCES with its reason and how to give botocore
the request so that it does what we do: then the two still have to agree to the last byte, and without
that they have to differ (or the entry has become untrue). Nothing is left out of the comparison.
"""

import collections
import dataclasses
import datetime
import hashlib
import os
import random
import re
import tempfile
import unittest
import urllib.parse
from typing import Callable
from unittest import mock

import botocore.auth
import botocore.utils
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

import support

SEED = 20260102
COUNTS = {"sign": 3000, "presign": 1500, "sign_http": 700}
# Cases without any difference: as many at least.
PLAIN = 2500
FORM = "application/x-www-form-urlencoded; charset=utf-8"


@dataclasses.dataclass
class Request:
    """A request as it stands on the wire, and how it is signed."""

    kind: str  # sign, presign, sign_http: which of our functions
    s3: bool
    unsigned_payload: bool
    method: str
    scheme: str
    authority: str  # as in the URL
    host: str  # as in the Host header
    path: str
    query: str
    headers: list
    body: bytes
    access_key_id: str
    secret_access_key: str
    session_token: str | None
    region: str
    service: str
    at: datetime.datetime
    expires: int
    # How botocore gets the query: in the URL, or decoded, as its own clients do.
    params: list | None
    # Methods of botocore's signer that are replaced.
    hooks: dict = dataclasses.field(default_factory=dict)

    @property
    def url(self):
        return f"{self.scheme}://{self.authority}{self.path}" + (f"?{self.query}" if self.query else "")

    def task(self):
        """The line for our side."""
        signing = {
            "access_key_id": self.access_key_id,
            "secret_access_key": self.secret_access_key,
            "session_token": self.session_token,
            "region": self.region,
            "service": self.service,
            "timestamp": self.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "s3": self.s3,
            "content_sha256": (self.s3 or self.unsigned_payload) and self.kind != "presign",
            "unsigned_payload": self.unsigned_payload,
        }
        whole = {"method": self.method, "headers": self.headers, "body_hex": self.body.hex()}
        if self.kind == "sign_http":
            whole["url"] = self.url
        else:
            whole.update(scheme=self.scheme, host=self.host, path=self.path, query=self.query)
        task = {"do": self.kind, "request": whole, "signing": signing}
        if self.kind == "presign":
            task["expires"] = self.expires
        return task


# ---------------------------------------------------------------------------------------------------
# botocore


def by_botocore(request):
    """What botocore makes of it, the steps in between included."""
    at = request.at
    names = {
        (False, False): botocore.auth.SigV4Auth,
        (False, True): botocore.auth.S3SigV4Auth,
        (True, False): botocore.auth.SigV4QueryAuth,
        (True, True): botocore.auth.S3SigV4QueryAuth,
    }
    presigned = request.kind == "presign"
    steps = {}

    class Recording(names[presigned, request.s3]):
        def canonical_request(self, request):
            steps["canonical_request"] = super().canonical_request(request)
            return steps["canonical_request"]

        def string_to_sign(self, request, canonical_request):
            steps["string_to_sign"] = super().string_to_sign(request, canonical_request)
            return steps["string_to_sign"]

        def signature(self, string_to_sign, request):
            steps["signature"] = super().signature(string_to_sign, request)
            return steps["signature"]

    signer_class = type("Signer", (Recording,), request.hooks)
    credentials = Credentials(request.access_key_id, request.secret_access_key, request.session_token)
    more = {"expires": request.expires} if presigned else {}
    signer = signer_class(credentials, request.service, request.region, **more)
    url = request.url
    if request.params is not None:
        url = f"{request.scheme}://{request.authority}{request.path}"
    made = AWSRequest(request.method, url, data=request.body, params=request.params)
    for name, value in request.headers:
        made.headers[name] = value
    if request.unsigned_payload and not presigned:
        made.context["payload_signing_enabled"] = False
        made.context["client_config"] = Config(s3={"payload_signing_enabled": False})
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: at.replace(tzinfo=None)):
        signer.add_auth(made)
    steps["headers"] = made.headers
    steps["url"] = made.url
    return steps


# ---------------------------------------------------------------------------------------------------
# Intended differences


@dataclasses.dataclass
class Difference:
    name: str
    kinds: tuple
    reason: str
    applies: Callable
    # Changes a copy of the request so that botocore does what we do.
    translate: Callable


SIGNED = ("sign", "sign_http")
EVERY = ("sign", "presign", "sign_http")
SPACES = " \t\n\v\f\r"
WEBSOCKET = ("sec-websocket-key", "sec-websocket-protocol", "sec-websocket-version")


def reencode(text):
    return urllib.parse.quote(urllib.parse.unquote_to_bytes(text), safe="-_.~")


def pieces(query):
    """Name and value of each pair, as on the wire."""
    return [piece.partition("=")[::2] for piece in query.split("&") if piece]


def canonical_query(query):
    return "&".join(f"{reencode(name)}={reencode(value)}" for name, value in pieces(query))


def is_utf8(query):
    try:
        urllib.parse.unquote_to_bytes(query).decode()
    except UnicodeDecodeError:
        return False
    return True


def is_repeated(query):
    names = [reencode(name) for name, _ in pieces(query)]
    return len(set(names)) < len(names)


def has(*names):
    return lambda request: any(name.lower() in names for name, _ in request.headers)


def value_of(request, wanted):
    return next((value for name, value in request.headers if name.lower() == wanted), None)


def without(*names):
    def translate(request):
        request.headers = [(name, value) for name, value in request.headers if name.lower() not in names]

    return translate


def replaced(wanted, change):
    def translate(request):
        request.headers = [
            (name, change(value) if name.lower() == wanted else value) for name, value in request.headers
        ]

    return translate


def hooked(**hooks):
    def translate(request):
        request.hooks.update(hooks)

    return translate


def changed(**changes):
    """Sets members to what the functions make of the request."""

    def translate(request):
        for name, change in changes.items():
            setattr(request, name, change(request))

    return translate


def s3_path(path):
    """A path with every raw character encoded, what is encoded left alone."""
    return re.sub(
        r"%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~/]",
        lambda found: found[0] if len(found[0]) == 3 else urllib.parse.quote(found[0], safe=""),
        path,
    )


def date_by_amz_date(self, request):
    del request.headers["X-Amz-Date"]
    request.headers["X-Amz-Date"] = request.context["timestamp"]


def query_with_every_pair(self, request):
    """As botocore's, but for what it does to get a dictionary of the query."""
    with mock.patch.object(botocore.auth, "parse_qs", lambda *_, **__: {}):
        query = canonical_query(urllib.parse.urlsplit(request.url).query)
        super(type(self), self)._modify_request_before_signing(request)
    request.url = request.url.replace("?", f"?{query}&", 1)


def presigned_without_body(request):
    body, request.body = request.body, b""
    if not request.s3:
        request.hooks.update(payload=lambda self, _: hashlib.sha256(body).hexdigest())


def given_hash(request):
    return value_of(request, "x-amz-content-sha256")


def unicode_space(request):
    return any(
        character.isspace() and character not in SPACES
        for name, value in request.headers
        if name.lower() == "x-note"
        for character in value
    )


DIFFERENCES = [
    Difference(
        "trailing-dot-segment",
        EVERY,
        "RFC 3986 5.2.4 leaves a slash where the path ended in a dot segment; botocore drops it",
        lambda r: not r.s3
        and r.path.rsplit("/", 1)[-1] in (".", "..")
        and botocore.utils.remove_dot_segments(r.path) != "/",
        changed(path=lambda r: r.path + "/"),
    ),
    Difference(
        "raw-query",
        SIGNED,
        "botocore takes a query in the URL for canonical; we bring raw and oddly encoded ones into that form",
        lambda r: r.params is None and any(reencode(part) != part for pair in pieces(r.query) for part in pair),
        changed(query=lambda r: "&".join(f"{reencode(n)}={reencode(v)}" if p else ""
                                         for p in r.query.split("&") for n, _, v in [p.partition("=")])),
    ),
    Difference(
        "empty-pair",
        SIGNED,
        "`a=1&&b=2` has two pairs; botocore counts the nothing in between as a third",
        lambda r: r.params is None and r.query != "" and "" in r.query.split("&"),
        changed(query=lambda r: "&".join(piece for piece in r.query.split("&") if piece)),
    ),
    Difference(
        "signature-in-query",
        SIGNED,
        "the canonical query never holds X-Amz-Signature; botocore signs a stale one along",
        lambda r: any(name == "X-Amz-Signature" for name, _ in pieces(r.query)),
        changed(
            query=lambda r: "&".join(p for p in r.query.split("&") if p.partition("=")[0] != "X-Amz-Signature"),
            params=lambda r: r.params and [pair for pair in r.params if pair[0] != "X-Amz-Signature"],
        ),
    ),
    Difference(
        "date-header",
        SIGNED,
        "with a Date header, botocore rewrites it and leaves x-amz-date out; we never change a caller's header",
        has("date"),
        hooked(_set_necessary_date_headers=date_by_amz_date),
    ),
    Difference(
        "websocket-headers",
        EVERY,
        "as aws-c-auth: libraries set these at the handshake, after signing; botocore signs them",
        has(*WEBSOCKET),
        without(*WEBSOCKET),
    ),
    Difference(
        "unicode-space",
        EVERY,
        "only ASCII white space is folded, as HTTP knows no other; botocore folds what Unicode calls space",
        unicode_space,
        hooked(_header_value=lambda self, value: " ".join(word for word in re.split(f"[{SPACES}]+", value) if word)),
    ),
    Difference(
        "host-header",
        ("sign", "presign"),
        "SignableRequest has the host as a member, which wins; botocore signs a Host header as given",
        has("host"),
        without("host"),
    ),
    Difference(
        "host-case",
        ("sign_http",),
        "the host is signed as the client sends it, and clients on the http crate send the URI's; botocore "
        "signs it in lower case, as its own client sends it",
        lambda r: r.host != r.host.lower() and not has("host")(r),
        changed(headers=lambda r: [*r.headers, ("Host", r.host)]),
    ),
    Difference(
        "padded-payload-hash",
        EVERY,
        "white space around a given x-amz-content-sha256 goes, as it does in the header; botocore signs it",
        lambda r: not (r.s3 and r.kind in SIGNED) and (given_hash(r) or "") != (given_hash(r) or "").strip(),
        replaced("x-amz-content-sha256", str.strip),
    ),
    Difference(
        "given-payload-hash",
        SIGNED,
        "a given x-amz-content-sha256 wins with every service; botocore computes S3's anew",
        lambda r: r.s3 and given_hash(r) is not None,
        lambda r: r.hooks.update(payload=lambda self, _, given=given_hash(r).strip(): given),
    ),
    Difference(
        "raw-s3-path",
        EVERY,
        "raw characters of an S3 path are encoded, as S3 does before it compares; botocore expects none",
        lambda r: r.s3 and s3_path(r.path) != r.path,
        changed(path=lambda r: s3_path(r.path)),
    ),
    Difference(
        "empty-s3-path",
        EVERY,
        "an empty path is sent as `/`; botocore signs it as nothing",
        lambda r: r.s3 and r.path == "",
        changed(path=lambda r: "/"),
    ),
    Difference(
        "presign-plus",
        ("presign",),
        "`+` in a query is a plus; botocore presigns it as a space",
        lambda r: "+" in r.query,
        changed(query=lambda r: r.query.replace("+", "%2B")),
    ),
    Difference(
        "presign-every-pair",
        ("presign",),
        "every pair and every byte of the query is signed; botocore keeps the first of each name, and text only",
        lambda r: is_repeated(r.query) or not is_utf8(r.query),
        hooked(_modify_request_before_signing=query_with_every_pair),
    ),
    Difference(
        "presign-body",
        ("presign",),
        "a body of a presigned request is hashed (S3: left out); botocore moves the members of a JSON body to the query",
        lambda r: r.body != b"",
        presigned_without_body,
    ),
    Difference(
        "presign-form-type",
        ("presign",),
        "every header of the caller is signed; botocore drops the content-type that its own clients set",
        lambda r: value_of(r, "content-type") == FORM,
        replaced("content-type", lambda value: value.replace(" ", "  ")),
    ),
    Difference(
        "presign-stale-headers",
        ("presign",),
        "authorization and x-amz-date have no place beside a signature in the query; botocore signs them",
        has("authorization", "x-amz-date"),
        without("authorization", "x-amz-date"),
    ),
]


# ---------------------------------------------------------------------------------------------------
# Requests

SERVICES = ("sts", "execute-api", "es", "iam", "sso-oauth", "dynamodb", "aoss", "vpc-lattice-svcs")
REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-4", "cn-north-1", "us-gov-west-1", "us-iso-east-1", "aws-global")
WORDS = ("a", "b", "Param", "X-Amz-Meta", "key.1", "under_score", "til~de", "a b", "a/b", "ü", "日本", "🦀", "x=y",
         "a&b", "100%", "a+b", "*", "(')", "!", "é", "q?", "#", ":", "@", "[0]", "", "0", "Ā", "\u0000", "zz;z")
SEGMENTS = ("a", "b", "prod", "a.b", "..a", "a..", ".hidden", "...", "a%20b", "%2F", "a%2fb", "%2e%2e", "%2E", "%zz", "%",
            "%4", "ü", "日本", "🦀", "a:b@c", "a!b$c'(d)*e,f;g=h&i", "a+b", "~user", "my_file-1", "a b", "%C3%A9", "[x]",
            '"', "<>", "\\", "^`{|}", ".", "..", "")
PLAIN_SEGMENTS = ("a", "b", "prod", "a.b", "..a", ".hidden", "...", "a%20b", "%2F", "a%2fb", "%2e%2e", "~user",
                  "my_file-1", "%C3%A9", "%F0%9F%A6%80", ".", "..", "")
NAMES = ("Content-Type", "content-language", "X-Amz-Target", "x-amz-meta-A", "X-AMZ-META-b", "X-Custom", "x-custom",
         "Accept", "Cache-Control", "If-Match", "X-k8s-Aws-Id", "Range", "Cookie", "Via", "X-Forwarded-For", "A", "z",
         "x-amz-meta_c", "Content-MD5", "X-Amz-Security-Token-Extra")
# All of them left out of signatures by both sides.
UNSIGNED = ("User-Agent", "connection", "Expect", "Keep-Alive", "Proxy-Authenticate", "proxy-authorization", "TE",
            "Trailer", "transfer-encoding", "Upgrade", "X-Amzn-Trace-Id", "baggage", "Traceparent", "tracestate")
VALUES = ("a", "text/plain", "application/json", FORM, "a  b", "  padded\t", "a,b", "a, b", '"quoted  text"', "", " ",
          "first\r\n folded", "x\t\ty", "é", "日本 語", "a=b; c=d", "1", "\v\f", "tail \r\n")
HTTP_VALUES = ("a", "text/plain", "application/json", FORM, "a  b", "a,b", '"quoted  text"', "", "x\t\ty", "a=b; c=d", "~")


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def some(self, pool, most):
        return [self.random.choice(pool) for _ in range(self.random.randint(0, most))]

    def one_in(self, number):
        return self.random.randrange(number) == 0

    def letters(self, low, high, alphabet="ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"):
        return "".join(self.random.choices(alphabet, k=self.random.randint(low, high)))

    def path(self, http, s3):
        if self.one_in(8):
            return self.random.choice(("", "/"))
        pool = PLAIN_SEGMENTS if http or (s3 and not self.one_in(4)) else SEGMENTS
        return "/" + "/".join(self.some(pool, 5)) + ("/" if self.one_in(4) else "")

    def encoded(self, text, odd):
        """A spelling of the text on the wire."""
        if not odd or self.one_in(2):
            return urllib.parse.quote(text, safe="-_.~")
        spelling = self.random.randrange(3)
        if spelling == 0:
            return re.sub("%..", lambda found: found[0].lower(), urllib.parse.quote(text, safe="-_.~"))
        if spelling == 1:
            return "".join(f"%{byte:02X}" for byte in text.encode())
        kept = re.sub(r"[%&=#\s\0]", lambda found: urllib.parse.quote(found[0]), text)
        return kept.replace("%20", self.random.choice(("%20", " ", "+"))) if " " in text else kept

    def query(self, odd, distinct):
        pairs = []
        names = set()
        for word in self.some(WORDS, 6):
            if distinct and word in names:
                continue
            names.add(word)
            name = self.encoded(word, odd)
            value = self.encoded(self.random.choice(WORDS), odd)
            # A pair without a name and without `=` would be no pair.
            pairs.append(name if self.one_in(8) and name else f"{name}={value}")
        if pairs and not distinct and self.one_in(2):
            pairs.append(self.random.choice(pairs))
        if odd and self.one_in(6):
            pairs.append(self.random.choice(("x=%zz", "x=%4", "x=%", "x=a%2", "%zz=1")))
        if odd and self.one_in(10):
            pairs.append(self.random.choice(("b=%FF", "%C3=1", "c=%ed%a0%80")))
        return "&".join(pairs)

    def header_list(self, http):
        values = HTTP_VALUES if http else VALUES
        headers = [(name, self.random.choice(values)) for name in self.some(NAMES, 5)]
        headers += [(name, self.random.choice(values)) for name in self.some(UNSIGNED, 2)]
        self.random.shuffle(headers)
        return headers

    def oddities(self, kind, s3):
        """Headers that mean something to a signer."""
        hash_of_another = hashlib.sha256(b"another").hexdigest()
        choices = [
            ("Date", "Tue, 15 Nov 1994 08:12:31 GMT"),
            ("X-Amz-Date", "19941115T081231Z"),
            ("X-Amz-Security-Token", "stale"),
            ("Authorization", "AWS4-HMAC-SHA256 Credential=stale"),
            ("x-amz-content-sha256", hash_of_another),
            ("Host", "another.example.com:8443"),
            (self.random.choice(WEBSOCKET).title(), "dGhlIHNhbXBsZQ=="),
            ("Content-Type", FORM),
        ]
        if kind != "sign_http":
            choices += [
                ("X-Amz-Content-Sha256", f" {hash_of_another} "),
                ("X-Note", self.random.choice(("a\u00a0b", "a\u2003", "\u0085a", "a\u001cb", "a\u3000 b"))),
            ]
        return [self.random.choice(choices)]

    def host(self, http):
        name = self.random.choice(
            ("sts.amazonaws.com", "sts.eu-west-1.amazonaws.com", "127.0.0.1", "[::1]", "[2001:db8::1]", "localhost",
             "abc123.execute-api.eu-west-1.amazonaws.com", "bucket.s3.eu-west-1.amazonaws.com", "xn--bcher-kva.example")
        )
        scheme = self.random.choice(("https", "https", "http"))
        if http and self.one_in(8) and not name.startswith("["):
            name = name.replace("sts", "STS").replace("localhost", "LocalHost").replace("abc", "ABC")
        port = self.random.choice(("", "", ":443", ":80", ":8443"))
        user = self.random.choice(("user@", "user:pass@")) if self.one_in(12) else ""
        shown = "" if port == {"https": ":443", "http": ":80"}[scheme] else port
        return scheme, f"{user}{name}{port}", f"{name}{shown}"

    def request(self, kind):
        http, presign = kind == "sign_http", kind == "presign"
        s3 = self.one_in(4)
        odd = not http and self.one_in(3)
        query = self.query(odd, distinct=presign and not self.one_in(10))
        if odd and self.one_in(8):
            query = self.random.choice(("&", "&&a=1", "a=1&", "a=1&&b=2")) + query
        if kind == "sign" and self.one_in(40):
            query += ("&" if query else "") + f"X-Amz-Signature={'0' * 64}"
        params = None
        if not presign and self.one_in(2) and is_utf8(query):
            params = [tuple(urllib.parse.unquote(part) for part in pair) for pair in pieces(query)]
        headers = self.header_list(http)
        if self.one_in(5):
            headers += self.oddities(kind, s3)
            self.random.shuffle(headers)
        unsigned = s3 and presign
        if not presign and self.one_in(10) and given_hash_in(headers) is None:
            unsigned = True
        body = b""
        if self.one_in(12) if presign else not self.one_in(3):
            body = self.random.randbytes(self.random.randint(1, 300))
        scheme, authority, host = self.host(http)
        if unsigned and not s3:
            # Without TLS, botocore would hash the body and still say that it has not.
            scheme, authority, host = "https", "127.0.0.1:8443", "127.0.0.1:8443"
        if presign and body:
            # botocore reads the body of a presigned request as JSON.
            body = b'{"Member": "' + body.hex().encode() + b'"}'
        return Request(
            kind=kind,
            s3=s3,
            unsigned_payload=unsigned,
            method=self.random.choice(("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS")),
            scheme=scheme,
            authority=authority,
            host=host,
            path=self.path(http, s3),
            query=query,
            headers=headers,
            body=body,
            access_key_id=self.random.choice(("AKIA", "ASIA")) + self.letters(8, 16, "ABCDEFGHIJKLMNOP234567"),
            secret_access_key=self.letters(40, 40) if not self.one_in(20) else "sécret 🦀",
            session_token=self.letters(20, 400) + "==" if self.one_in(2) else None,
            region=self.random.choice(REGIONS),
            service="s3" if s3 else self.random.choice(SERVICES),
            at=datetime.datetime.fromtimestamp(self.random.randrange(946684800, 4102444800), datetime.timezone.utc),
            expires=self.random.choice((1, 60, 900, 3600, 86400, 604800)),
            params=params,
        )


def given_hash_in(headers):
    return next((value for name, value in headers if name.lower() == "x-amz-content-sha256"), None)


def requests():
    generator = Generator(SEED)
    return [generator.request(kind) for kind, count in COUNTS.items() for _ in range(count)]


def parts_of(authorization):
    return dict(part.split("=", 1) for part in authorization.removeprefix("AWS4-HMAC-SHA256 ").split(", "))


def compare(request, ours, theirs):
    """What is not the same, by name; empty if all is."""
    wrong = {}

    def same(name, mine, other):
        if mine != other:
            wrong[name] = (mine, other)

    if request.kind == "presign":
        query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(theirs["url"]).query, keep_blank_values=True))
        mine = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(ours["url"]).query, keep_blank_values=True))
        same("signature", ours["signature"], theirs["signature"])
        for name in ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Security-Token", "Signature"):
            same(name, mine.get(f"X-Amz-{name}"), query.get(f"X-Amz-{name}"))
        return wrong
    headers = dict(ours["headers"])
    same("authorization", headers["authorization"], theirs["headers"]["Authorization"])
    if request.kind == "sign":
        same("canonical_request", ours["canonical_request"], theirs["canonical_request"])
        same("string_to_sign", ours["string_to_sign"], theirs["string_to_sign"])
        # These are the headers to add: a token header of the caller's own is not among them.
        same("token", headers.get("x-amz-security-token"), request.session_token)
    else:
        same("token", headers.get("x-amz-security-token"), theirs["headers"]["X-Amz-Security-Token"])
    return wrong


class SignBotocore(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        home = tempfile.TemporaryDirectory()
        cls.addClassCleanup(home.cleanup)
        cls.environment = support.clean_environment(home.name)

    def ask(self, cases):
        return support.ask_peer([case.task() for case in cases], self.environment)

    def test_generated_requests(self):
        cases = requests()
        found = collections.Counter()
        kinds = collections.Counter()
        plain = whole_urls = 0
        for number, (case, ours) in enumerate(zip(cases, self.ask(cases), strict=True)):
            context = f"request {number}: {case}"
            self.assertNotIn("error", ours, context)
            differences = [d for d in DIFFERENCES if case.kind in d.kinds and d.applies(case)]
            translated = dataclasses.replace(case, hooks={}, headers=list(case.headers))
            for difference in differences:
                difference.translate(translated)
                found[difference.name] += 1
            theirs = by_botocore(translated)
            wrong = compare(case, ours, theirs)
            self.assertEqual(wrong, {}, f"{context}\nbotocore: {theirs}\ndifferences: {[d.name for d in differences]}")
            kinds[case.kind] += 1
            if differences:
                try:
                    untranslated = compare(case, ours, by_botocore(case))
                except (ValueError, AttributeError, TypeError) as error:
                    untranslated = {"error": error}
                self.assertNotEqual(untranslated, {}, f"no difference {[d.name for d in differences]} in {context}")
            else:
                plain += 1
                canonical = canonical_query(case.query)
                if case.kind == "presign" and case.query == canonical and case.path and "@" not in case.authority \
                        and case.authority == case.host and case.path == urllib.parse.urlsplit(case.url).path:
                    self.assertEqual(ours["url"], theirs["url"], context)
                    whole_urls += 1
        self.assertEqual(kinds, COUNTS)
        self.assertGreaterEqual(plain, PLAIN)
        self.assertGreaterEqual(whole_urls, 200)
        for difference in DIFFERENCES:
            self.assertGreaterEqual(found[difference.name], 5, f"{difference.name} was hardly tried")
        print(f"\n{len(cases)} requests compared with botocore: {dict(kinds)}, {plain} without any intended difference,")
        print(f"{whole_urls} presigned URLs equal as a whole; intended differences:")
        for difference in DIFFERENCES:
            print(f"  {difference.name} ({found[difference.name]} requests): {difference.reason}")

    def test_a_changed_request_is_noticed(self):
        """The comparison above would see a signature of something else."""
        changes = {
            "method": lambda r: "LINK",
            "path": lambda r: r.path + "/more",
            "query": lambda r: r.query + "&more=1",
            "headers": lambda r: [*r.headers, ("x-more", "1")],
            "secret_access_key": lambda r: r.secret_access_key + "x",
            "session_token": lambda r: "another",
            "region": lambda r: r.region + "x",
            "service": lambda r: r.service + "x",
            "at": lambda r: r.at + datetime.timedelta(seconds=1),
        }
        seen = 0
        for case in requests()[:: len(requests()) // 60]:
            if any(case.kind in d.kinds and d.applies(case) for d in DIFFERENCES) or case.params is not None:
                continue
            altered = [dataclasses.replace(case, **{name: change(case)}) for name, change in changes.items()]
            for name, answer in zip(changes, self.ask(altered), strict=True):
                self.assertNotEqual(compare(case, answer, by_botocore(case)), {}, f"{name}: {case}")
                seen += 1
        self.assertGreaterEqual(seen, 100)

    def test_what_is_patched_in_botocore_exists(self):
        """A patch of nothing would compare with the wrong thing."""
        for name in ("get_current_datetime", "parse_qs"):
            self.assertTrue(callable(getattr(botocore.auth, name)), name)
        for name in ("_set_necessary_date_headers", "_header_value", "_modify_request_before_signing", "payload"):
            self.assertTrue(callable(getattr(botocore.auth.SigV4Auth, name)), name)


if __name__ == "__main__":
    unittest.main()
