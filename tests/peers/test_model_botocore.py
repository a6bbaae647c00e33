"""Our model beside botocore's of the same services: operations, members, types, paginators, errors. No network."""

import sys
import unittest

import botocore.loaders
import botocore.model
import botocore.session
from botocore import xform_name

import support

SERVICES = {"STS": "sts", "SSO": "sso", "SSO-OIDC": "sso-oidc"}
# Every difference that is meant.
# Number of 64 bits here, of 32 there: nothing is lost.
WIDER = {
    "CreateTokenResponse.expiresIn",
    "CreateTokenWithIAMResponse.expiresIn",
    "StartDeviceAuthorizationResponse.expiresIn",
    "StartDeviceAuthorizationResponse.interval",
}
# Epoch milliseconds: the same number, of which we say besides that it is a time.
TIMES = {"GetRoleCredentialsResponse.roleCredentials.expiration"}
# Kept secret by us alone: they let somebody in, or prove who somebody is.
SECRET = {
    "AssumeRoleRequest.TokenCode",
    "AssumeRoleRequest.ProvidedContexts[].ContextAssertion",
    "GetSessionTokenRequest.TokenCode",
    "CreateTokenRequest.deviceCode",
    "CreateTokenRequest.code",
    "CreateTokenWithIAMRequest.code",
    "CreateTokenWithIAMResponse.awsAdditionalDetails.identityContext",
    "StartDeviceAuthorizationResponse.deviceCode",
}
# A session token is not marked in botocore's STS, the same token is in its SSO.
SECRET_AT_END = ("Response.Credentials.SessionToken",)
# No output at all there, one without members here.
EMPTY = {"LogoutResponse"}
# Answered, but not in botocore's model.
ANSWERED = {
    "STS": {
        "AccessDenied", "ExpiredToken", "InvalidClientTokenId", "SignatureDoesNotMatch", "MissingAuthenticationToken",
        "IncompleteSignature", "RequestExpired", "InvalidAction", "MissingParameter", "ValidationError",
        "OptInRequired", "Throttling", "InternalFailure", "ServiceUnavailable",
    },
    "SSO": {"ForbiddenException"},
    "SSO-OIDC": set(),
}


def ours(shape, path, found):
    """Flattens a shape of ours: path -> type, minimum, secret, time."""
    found[path] = (shape["type"], shape.get("minimum"), shape.get("secret", False), shape.get("time"))
    if shape["type"] == "list":
        ours(shape["item"], f"{path}[]", found)
    elif shape["type"] == "structure":
        members(shape, path, found)


def members(structure, path, found):
    required = [member["name"] for member in structure["members"] if member.get("required")]
    found[f"{path} shape"] = (structure["shape"], [member["name"] for member in structure["members"]], required)
    for member in structure["members"]:
        ours(member, f"{path}.{member['name']}", found)


def least(shape):
    """A minimum of 0 says nothing about a text."""
    minimum = None if shape.type_name == "structure" else shape.metadata.get("min")
    return None if shape.type_name == "string" and minimum == 0 else minimum


def theirs(shape, path, found, is_input):
    """The same of botocore's."""
    if shape.type_name == "structure":
        found[f"{path} shape"] = (shape.name, list(shape.members), [n for n in shape.members if n in shape.required_members])
        for name, member in shape.members.items():
            below = f"{path}.{name}"
            minimum = least(member) if is_input else None
            time = "rfc3339" if member.type_name == "timestamp" else None
            found[below] = (member.type_name, minimum, member.metadata.get("sensitive", False), time)
            theirs(member, below, found, is_input)
    elif shape.type_name == "list":
        item, below = shape.member, f"{path}[]"
        minimum = item.metadata.get("min") if is_input and item.type_name != "structure" else None
        found[below] = (item.type_name, least(item) if is_input else None, item.metadata.get("sensitive", False), None)
        theirs(item, below, found, is_input)


class Model(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.model = support.ask_peer([{"do": "model"}], support.clean_environment("/nonexistent"))[0]
        loader = botocore.loaders.Loader()
        cls.pairs = []
        for service in cls.model["services"]:
            name = SERVICES[service["name"]]
            raw = loader.load_service_model(name, "service-2")
            pages = loader.load_service_model(name, "paginators-1")["pagination"]
            cls.pairs.append((service, botocore.model.ServiceModel(raw, name), pages))

    def test_services(self):
        self.assertEqual([service["name"] for service, _, _ in self.pairs], list(SERVICES))
        for service, model, _ in self.pairs:
            told = (service["id"], service["signing_name"], service["api_version"], service["protocol"])
            self.assertEqual(told, (model.service_id, model.signing_name, model.api_version, model.protocol))

    def test_operations(self):
        for service, model, _ in self.pairs:
            told = {op["name"]: (op["method"], op["signed"]) for op in service["operations"]}
            expected = {
                name: (xform_name(name), model.operation_model(name).auth_type != "none")
                for name in model.operation_names
            }
            self.assertEqual(told, expected)

    def test_shapes(self):
        differences = set()
        for service, model, _ in self.pairs:
            for operation in service["operations"]:
                theirs_operation = model.operation_model(operation["name"])
                for side, shape in (("input", theirs_operation.input_shape), ("output", theirs_operation.output_shape)):
                    name = operation[side]["shape"]
                    if shape is None:
                        self.assertEqual(operation[side]["members"], [])
                        if side == "output":
                            differences.add(name)
                        continue
                    told, expected = {}, {}
                    members(operation[side], name, told)
                    theirs(shape, name, expected, side == "input")
                    self.assertEqual(set(told), set(expected), name)
                    for path, of_ours in told.items():
                        if of_ours != expected[path]:
                            differences.add(path)
                            with self.subTest(path):
                                self.judge(path, of_ours, expected[path])
        self.assertEqual(differences, WIDER | TIMES | SECRET | EMPTY | {p for p in differences if p.endswith(SECRET_AT_END)})

    def judge(self, path, of_ours, of_theirs):
        """A difference that is meant, or a failure."""
        self.assertEqual((len(of_ours), len(of_theirs)), (4, 4), f"{path}: {of_ours}, {of_theirs}")
        kind, minimum, secret, time = of_ours
        if path in WIDER:
            self.assertEqual(((kind,) + of_ours[1:], of_theirs), (("long",) + of_theirs[1:], ("integer",) + of_ours[1:]))
        elif path in TIMES:
            self.assertEqual((of_ours, of_theirs), (("long", None, False, "epoch-milliseconds"), ("long", None, False, None)))
        else:
            self.assertTrue(path in SECRET or path.endswith(SECRET_AT_END), f"{path}: {of_ours}, {of_theirs}")
            self.assertEqual((kind, minimum, True, time), of_ours)
            self.assertEqual((kind, minimum, False, time), of_theirs)

    def test_paginators(self):
        for service, _, pages in self.pairs:
            told = {page["operation"]: {k: v for k, v in page.items() if k != "operation"} for page in service["paginators"]}
            self.assertEqual(told, pages)

    def test_errors(self):
        for service, model, _ in self.pairs:
            self.assertEqual({e["code"] for e in service["errors"] if not e["modelled"]}, ANSWERED[service["name"]])
            told = {e["exception"]: e["code"] for e in service["errors"] if e["modelled"]}
            self.assertEqual(told, {shape.name: shape.error_code for shape in model.error_shapes})


if __name__ == "__main__":
    sys.exit(unittest.main())
