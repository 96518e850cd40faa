// Passkeys: what the server asks and what the browser answers, both as text. Loaded when one is first asked for.
// The conversions are done here because older browsers lack `toJSON` and `parseRequestOptionsFromJSON`.

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
const text = (buffer) =>
  btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''))
    .replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const named = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));
const credential = ({ id, rawId, type }, response) => ({ id, rawId: text(rawId), type, response });

// Makes a passkey for an enrolment.
export async function create(enrolment) {
  const { public_key: asked } = JSON.parse(enrolment);
  const made = await navigator.credentials.create({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      user: { ...asked.user, id: bytes(asked.user.id) },
      excludeCredentials: named(asked.excludeCredentials),
    },
  });
  return JSON.stringify(credential(made, {
    clientDataJSON: text(made.response.clientDataJSON),
    attestationObject: text(made.response.attestationObject),
  }));
}

// Signs a challenge with whichever passkey the person picks.
export async function get(challenge) {
  const { challenge: name, public_key: asked } = JSON.parse(challenge);
  const made = await navigator.credentials.get({
    publicKey: {
      ...asked,
      challenge: bytes(asked.challenge),
      allowCredentials: named(asked.allowCredentials),
    },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = made.response;
  return JSON.stringify({
    challenge: name,
    credential: credential(made, {
      clientDataJSON: text(clientDataJSON),
      authenticatorData: text(authenticatorData),
      signature: text(signature),
      userHandle: userHandle ? text(userHandle) : undefined,
    }),
  });
}
