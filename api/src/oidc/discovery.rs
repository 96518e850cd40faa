//! What this provider can do, for programs (OpenID Connect Discovery 1.0, RFC 8414).

use serde_json::{Value, json};
use strum::IntoEnumIterator;

use super::{acr, client::GrantType, dpop, scope::Scope};
use crate::app::App;

pub fn describe(app: &App) -> Value {
    let issuer = &app.public_url;
    let at = |path: &str| format!("{issuer}/oauth2/{path}");
    let scopes: Vec<&str> = Scope::iter().map(Scope::name).collect();
    let grants: Vec<&str> = GrantType::iter().map(Into::into).collect();
    let mut claims = vec![
        "sub",
        "iss",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "acr",
        "amr",
        "level",
        "sid",
        "nonce",
        "at_hash",
    ];
    claims.extend(Scope::iter().flat_map(|scope| scope.claims().iter().copied()));
    let signed = dpop::algorithms();
    let methods = [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "none",
    ];
    let confidential = &methods[..3];
    let mut endpoints = json!({
        "issuer": issuer,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"),
        "jwks_uri": at("jwks"),
        "end_session_endpoint": at("logout"),
        "introspection_endpoint": at("introspect"),
        "revocation_endpoint": at("revoke"),
        "pushed_authorization_request_endpoint": at("par"),
        "service_documentation": format!("{issuer}/docs"),
        "op_policy_uri": format!("{issuer}/privacy"),
    });
    let mut abilities = json!({
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query", "form_post"],
        "grant_types_supported": grants,
        "acr_values_supported": (0..=3).map(acr).collect::<Vec<_>>(),
        "subject_types_supported": ["pairwise", "public"],
        "id_token_signing_alg_values_supported": ["ES256", "RS256"],
        "token_endpoint_auth_methods_supported": methods,
        "token_endpoint_auth_signing_alg_values_supported": signed,
        "introspection_endpoint_auth_methods_supported": confidential,
        "introspection_endpoint_auth_signing_alg_values_supported": signed,
        "revocation_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_signing_alg_values_supported": signed,
        "dpop_signing_alg_values_supported": signed,
        "code_challenge_methods_supported": ["S256"],
    });
    let mut details = json!({
        "prompt_values_supported": ["none", "login", "consent", "select_account"],
        "display_values_supported": ["page"],
        "claim_types_supported": ["normal"],
        "claims_supported": claims,
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "require_request_uri_registration": false,
        "require_pushed_authorization_requests": false,
        "authorization_response_iss_parameter_supported": true,
        "backchannel_logout_supported": true,
        "backchannel_logout_session_supported": true,
        "frontchannel_logout_supported": false,
        "ui_locales_supported": ["zh-CN", "en"],
        "verified_claims_supported": true,
        "trust_frameworks_supported": ["renzheng"],
        "evidence_supported": ["electronic_record", "document"],
        "documents_supported": ["idcard"],
        "claims_in_verified_claims_supported": ["name", "gender", "birthdate", "id_number"],
    });
    for part in [&mut abilities, &mut details] {
        if let (Some(all), Some(more)) = (endpoints.as_object_mut(), part.as_object_mut()) {
            all.append(more);
        }
    }
    endpoints
}
