"""A real SMTP server (aiosmtpd): keeps each mail it takes as a file.

mail_server.py PORT SECURITY FOLDER CERTIFICATE KEY USER PASSWORD
"""

import itertools
import pathlib
import ssl
import sys
import threading

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

port, security, folder, certificate, key, user, password = sys.argv[1:]
numbers = itertools.count()


class Keeper:
    async def handle_DATA(self, server, session, envelope):
        path = pathlib.Path(folder, f"{next(numbers)}-{port}.eml")
        tls = "TLS" if session.ssl or security == "implicit-tls" else "plain"
        head = f"X-Taken: {tls} {session.authenticated} {','.join(envelope.rcpt_tos)}\r\n"
        path.with_suffix(".part").write_bytes(head.encode() + envelope.content)
        path.with_suffix(".part").rename(path)
        return "250 Taken"


def authenticate(server, session, envelope, mechanism, data):
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (user.encode(), password.encode())
    return AuthResult(success=right)


context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(certificate, key)
tls = {"ssl_context": context} if security == "implicit-tls" else {"tls_context": context, "require_starttls": True}
controller = Controller(
    Keeper(),
    hostname="127.0.0.1",
    port=int(port),
    authenticator=authenticate,
    auth_required=True,
    # A connection that is TLS from its first byte is not seen as such by this server.
    auth_require_tls=security != "implicit-tls",
    **tls,
)
controller.start()
print("ready", flush=True)
threading.Event().wait()
