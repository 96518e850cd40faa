// A relying party by npm's openid-client, for tests/e2e/relying_party.rs: the whole sign-in, and a refreshed token. With
// BOUND its requests are pushed and its tokens bound to a key.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

// From where the tests keep what they installed.
const installed = createRequire(process.env.NODE_MODULES + "/");
const client = await import(pathToFileURL(installed.resolve("openid-client")));
const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT, BOUND } = process.env;
const here = `http://127.0.0.1:${PORT}`;

const config = await client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET, undefined, {
  execute: [client.allowInsecureRequests],
});
// Knows nothing of nonces at first: the server gives them out, and the library tries again.
const DPoP = BOUND && client.getDPoPHandle(config, await client.randomDPoPKeyPair());
let begun;

async function answer(url) {
  if (url.pathname === "/sign-in") {
    begun = {
      pkceCodeVerifier: client.randomPKCECodeVerifier(),
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
    };
    const request = {
      redirect_uri: `${here}/callback`,
      scope: "openid profile phone offline_access",
      code_challenge: await client.calculatePKCECodeChallenge(begun.pkceCodeVerifier),
      code_challenge_method: "S256",
      state: begun.expectedState,
      nonce: begun.expectedNonce,
    };
    const to = DPoP
      ? await client.buildAuthorizationUrlWithPAR(config, request, { DPoP })
      : client.buildAuthorizationUrl(config, request);
    return { status: 302, headers: { location: to.href } };
  }
  if (url.pathname === "/callback") {
    const tokens = await client.authorizationCodeGrant(config, url, begun, undefined, { DPoP });
    const { sub, acr } = tokens.claims();
    const next = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP });
    const person = await client.fetchUserInfo(config, next.access_token, sub, { DPoP });
    const text = `type: ${next.token_type}\nsub: ${sub}\nacr: ${acr}\nname: ${person.name}\nphone: ${person.phone_number}`;
    return { status: 200, body: `<!DOCTYPE html><title>Node</title><pre id=person>${text}</pre>` };
  }
  return { status: 200, body: "<!DOCTYPE html><title>Node</title><a id=sign-in href=/sign-in>sign in</a>" };
}

createServer((request, response) => {
  answer(new URL(request.url, here))
    .catch((error) => ({ status: 500, body: `<pre id=person>${error} ${error.cause ?? ""}</pre>` }))
    .then(({ status, headers = {}, body = "" }) => {
      response.writeHead(status, { "content-type": "text/html; charset=utf-8", ...headers }).end(body);
    });
}).listen(PORT, "127.0.0.1");
