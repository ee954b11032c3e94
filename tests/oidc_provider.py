"""A small identity provider, in a process of its own: Authlib's authorization server, with claims and faults set from outside.

What is right about it is Authlib's: codes that work once, proof of possession of the verifier (PKCE), the secret of the client.
What is hostile is ours: a test puts it to /control. `oidc_world.Provider` starts it:

    python tests/oidc_provider.py /TENANT/v2.0      # prints the port
"""

import base64
import hmac
import json
import logging
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.remove(str(Path(__file__).parent))  # there are modules of other names' there

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, grants
from authlib.oauth2.rfc7636 import CodeChallenge
from flask import Flask, Response, jsonify, redirect, request
from joserfc import jwk, jws
from werkzeug.serving import make_server

CLIENT_ID, SECRET = "ssp-of-northshire", "a secret of the tests alone, 32 characters"
PATH = sys.argv[1] if len(sys.argv) > 1 else ""
PAGE = """<!doctype html><html lang="en"><title>Northshire Police: sign in</title><link rel="icon" href="data:,">
<h1>Northshire Police: sign in</h1>
<form method="post"><button>Continue</button></form><form method="post"><button name="no" value="1">Cancel</button></form>"""

app = Flask("provider")
logging.getLogger("werkzeug").setLevel(logging.ERROR)
keys = {name: jwk.RSAKey.generate_key(2048, {"kid": name, "use": "sig", "alg": "RS256"}) for name in ("one", "two")}
state: dict[str, Any] = {"fault": {}, "claims": {}, "userinfo": {}, "asked": []}
codes: dict[str, "Code"] = {}


# What Authlib asks of us ---------------------------------------------------------------------------------------------


class Client(ClientMixin):
    def get_client_id(self):
        return CLIENT_ID

    def get_allowed_scope(self, scope):
        return scope

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri.endswith("/back/")

    def check_client_secret(self, client_secret):
        return client_secret == SECRET

    def check_endpoint_auth_method(self, method, endpoint):
        return method == state["fault"].get("auth", "client_secret_basic")

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


@dataclass
class Code(AuthorizationCodeMixin):
    code: str
    redirect_uri: str
    scope: str
    code_challenge: str
    code_challenge_method: str
    nonce: str

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic", "client_secret_post"]

    def save_authorization_code(self, code, request):
        given = request.payload.data
        names = ("redirect_uri", "scope", "code_challenge", "code_challenge_method", "nonce")
        codes[code] = Code(code, **{name: given[name] for name in names})

    def query_authorization_code(self, code, client):
        return codes.get(code)

    def delete_authorization_code(self, authorization_code):
        del codes[authorization_code.code]

    def authenticate_user(self, authorization_code):
        state["nonce"] = authorization_code.nonce
        return "somebody"


server = AuthorizationServer(
    app, query_client=lambda client_id: Client() if client_id == CLIENT_ID else None, save_token=lambda *given: None
)
server.register_grant(CodeGrant, [CodeChallenge(required=True)])


# What tests set ------------------------------------------------------------------------------------------------------


@app.put("/control")
def control():
    state.update(request.get_json())
    return "", 204


@app.get("/asked")
def asked():
    return jsonify(state["asked"])


def faulty(what: str) -> Any:
    """The answer instead, where this place is to fail."""
    fault = state["fault"].get(what)
    answers = {
        "error": lambda: Response("<h1>Service unavailable</h1>", status=503),
        "slow": lambda: Response((time.sleep(0.6) or b" " * 8 for _ in range(60)), mimetype="application/json"),
        "huge": lambda: Response((b'"' + b"x" * 65536 for _ in range(1000)), mimetype="application/json"),
        "html": lambda: Response("<h1>Welcome to the guest network</h1>"),
        "list": lambda: jsonify([1, 2]),
        "deep": lambda: Response(b"[" * 100_000, mimetype="application/json"),
        "elsewhere": lambda: redirect("http://169.254.169.254/latest/meta-data/"),
    }
    return answers[fault]() if fault else None


def id_token() -> str:
    now, fault = int(time.time()), state["fault"]
    claims = {"iss": issuer(), "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": state["nonce"]}
    claims |= {name: now + value for name, value in fault.get("times", {}).items()} | state["claims"]
    claims = {name: value for name, value in claims.items() if value is not None}
    how = fault.get("sign", "RS256")
    header: dict[str, Any] = {"alg": how, "kid": fault.get("kid", "one"), "typ": "JWT"}
    key: Any = keys[fault.get("key", "one")]
    if fault.get("brings_key"):
        header["jwk"] = key.as_dict(private=False)
    if how in ("none", "HS256"):  # no signature; or the public key as if it were a shared secret
        text = ".".join(_base64(json.dumps(each).encode()) for each in (header, claims))
        pem = keys["one"].as_pem(private=False)
        return f"{text}.{'' if how == 'none' else _base64(hmac.digest(pem, text.encode(), 'sha256'))}"
    if how == "RS512":
        key = jwk.RSAKey.import_key(key.as_pem(private=True))  # which no longer says what it is for
    return jws.serialize_compact(header, json.dumps(claims), key, algorithms=["RS256", "RS512"])


def _base64(given: bytes) -> str:
    return base64.urlsafe_b64encode(given).rstrip(b"=").decode()


# What a provider answers ---------------------------------------------------------------------------------------------


def base() -> str:
    return f"http://127.0.0.1:{listening.server_port}"


def issuer() -> str:
    return base() + PATH


@app.get(f"{PATH}/.well-known/openid-configuration")
def configuration():
    state["asked"].append("configuration")
    said = {
        "issuer": issuer(), "authorization_endpoint": f"{base()}/authorize", "token_endpoint": f"{base()}/token",
        "jwks_uri": f"{base()}/keys", "userinfo_endpoint": f"{base()}/userinfo",
        "token_endpoint_auth_methods_supported": [state["fault"].get("auth", "client_secret_basic")],
    }  # fmt: skip
    return faulty("configuration") or jsonify(said | state["fault"].get("says", {}))


@app.get("/keys")
def key_list():
    state["asked"].append("keys")
    return faulty("keys") or jsonify({"keys": [keys["one"].as_dict(private=False)]})


@app.get("/authorize")
def who():
    return PAGE


@app.post("/authorize")
def consent():
    state["asked"].append("authorize")
    if "no" in request.form:
        return redirect(f"{request.args['redirect_uri']}?error=access_denied&state={request.args['state']}")
    grant = server.get_consent_grant(end_user="somebody")
    answer = server.create_authorization_response(grant=grant, grant_user="somebody")
    if state["fault"].get("iss"):
        answer.headers["Location"] += f"&iss={state['fault']['iss']}"
    return answer


@app.post("/token")
def token():
    state["asked"].append("token")
    if broken := faulty("token"):
        return broken
    answer = server.create_token_response()
    if answer.status_code != 200:
        return answer
    given = json.loads(answer.get_data())
    return jsonify(given if state["fault"].get("no_token") else given | {"id_token": id_token()})


@app.get("/userinfo")
def userinfo():
    assert request.headers["Authorization"].startswith("Bearer ")
    return faulty("userinfo") or jsonify(state["userinfo"])


listening = make_server("127.0.0.1", 0, app, threaded=True)

if __name__ == "__main__":
    print(listening.server_port, flush=True)
    listening.serve_forever()
