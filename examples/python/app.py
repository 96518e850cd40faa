"""A relying party: signs people in with Renzheng by Authlib. docs/integrate.md says how to run it."""

import os
import secrets

from authlib.integrations.flask_client import OAuth
from flask import Flask, redirect, session, url_for
from markupsafe import escape

app = Flask(__name__)
app.secret_key = secrets.token_bytes(32)

oauth = OAuth(app)
renzheng = oauth.register(
    "renzheng",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    server_metadata_url=os.environ["ISSUER"] + "/.well-known/openid-configuration",
    client_kwargs={"scope": "openid profile phone", "code_challenge_method": "S256"},
)


@app.get("/")
def home():
    person = session.get("person")
    if person is None:
        return "<!DOCTYPE html><title>Python</title><a id=sign-in href=/sign-in>统一身份认证登录</a>"
    lines = "\n".join(f"{name}: {person.get(name, '')}" for name in ("sub", "acr", "name", "phone_number"))
    return f"<!DOCTYPE html><title>Python</title><pre id=person>{escape(lines)}</pre>"


@app.get("/sign-in")
def sign_in():
    # state, nonce and the PKCE verifier are kept in the session.
    return renzheng.authorize_redirect(url_for("callback", _external=True))


@app.get("/callback")
def callback():
    # Exchanges the code and checks the ID token: signature, issuer, audience, times, nonce.
    tokens = renzheng.authorize_access_token()
    session["person"] = renzheng.userinfo(token=tokens)
    return redirect(url_for("home"))


if __name__ == "__main__":
    app.run("127.0.0.1", int(os.environ.get("PORT", "5000")))
