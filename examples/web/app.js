// A relying party without a server of its own: signs people in with Renzheng by oidc-client-ts (code flow with PKCE).
// docs/integrate.md says how to run it.

const here = location.origin + "/";
const manager = new oidc.UserManager({
  authority: config.issuer,
  client_id: config.client_id,
  redirect_uri: here,
  post_logout_redirect_uri: here,
  scope: "openid profile phone",
  loadUserInfo: true,
  // acr, which says how well the person's identity is proven, would be left out.
  filterProtocolClaims: false,
  // The session's cookie is never sent from other sites: there is nothing to ask for in a hidden frame.
  automaticSilentRenew: false,
});

const show = (id, visible) => { document.getElementById(id).hidden = !visible; };

async function main() {
  const answer = new URLSearchParams(location.search);
  if (answer.has("code") || answer.has("error")) {
    // Back from signing in. The code is worth nothing any more: out of the address bar with it.
    await manager.signinCallback();
    history.replaceState(null, "", here);
  }
  const user = await manager.getUser();
  const signedIn = user !== null && !user.expired;
  show("sign-in", !signedIn);
  show("sign-out", signedIn);
  if (signedIn) {
    const { sub, acr, name, phone_number } = user.profile;
    document.getElementById("person").textContent =
      `sub: ${sub}\nacr: ${acr}\nname: ${name}\nphone: ${phone_number}`;
  }
}

document.getElementById("sign-in").onclick = () => manager.signinRedirect();
document.getElementById("sign-out").onclick = () => manager.signoutRedirect();
main().catch((error) => { document.getElementById("person").textContent = error.message; });
