//! An authorization request: read, checked, and kept while the person decides.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use renzheng_types::{Locale, value::Phone};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    client::{Client, GrantType},
    error::{ErrorCode, OAuthError},
    form::Form,
    level_of_acr, scope,
    scope::Scope,
};

/// Whoever is asked for, it is one person.
pub const TWO_SUBJECTS: OAuthError =
    ErrorCode::InvalidRequest.because("two different subjects are asked for");

/// How the answer travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, strum::EnumString)]
#[strum(serialize_all = "snake_case")]
pub enum ResponseMode {
    #[default]
    Query,
    FormPost,
}

/// Claims that were asked for one by one, by where they are to appear.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsWanted {
    pub userinfo: Vec<String>,
    pub id_token: Vec<String>,
    /// The levels of an essential `acr` with values: one of them is to be told (OpenID Connect Core §5.5.1.1).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acr: Vec<u8>,
}

impl ClaimsWanted {
    pub fn all(&self) -> impl Iterator<Item = &str> {
        self.userinfo
            .iter()
            .chain(&self.id_token)
            .map(String::as_str)
    }

    /// What is told of somebody's level: the highest asked for that they have, where some were.
    pub fn level_told(&self, level: u8) -> u8 {
        let met = self.acr.iter().copied().filter(|asked| *asked <= level);
        met.max().unwrap_or(level)
    }
}

/// A request that is in order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    pub client_id: String,
    pub redirect_uri: String,
    pub response_mode: ResponseMode,
    pub state: Option<String>,
    pub scopes: Vec<Scope>,
    pub claims: ClaimsWanted,
    pub nonce: Option<String>,
    pub code_challenge: Option<String>,
    pub prompt_none: bool,
    pub prompt_login: bool,
    pub prompt_consent: bool,
    pub max_age: Option<i64>,
    /// The least level that will do.
    pub level: u8,
    /// Who it must be, where the application knows.
    pub subject: Option<String>,
    pub id_token_hint: Option<String>,
    pub locale: Option<Locale>,
    /// The phone that the application says will sign in.
    #[serde(default)]
    pub login_hint: Option<String>,
    pub dpop_jkt: Option<String>,
    pub started_at: DateTime<Utc>,
}

/// Where errors go once the redirect URI is known to be the client's.
pub fn response_mode(form: &Form) -> ResponseMode {
    form.get("response_mode")
        .and_then(|mode| mode.parse().ok())
        .unwrap_or_default()
}

impl Request {
    /// Reads the parameters. `redirect_uri` has been checked.
    pub fn read(
        client: &Client,
        form: &Form,
        redirect_uri: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, OAuthError> {
        use ErrorCode::InvalidRequest;
        form.once_each()?;
        for (name, code) in [
            ("request", ErrorCode::RequestNotSupported),
            ("request_uri", ErrorCode::RequestUriNotSupported),
            ("registration", ErrorCode::RegistrationNotSupported),
        ] {
            if form.has(name) {
                return Err(code.because("this parameter is not taken here"));
            }
        }
        if !client.may_use(GrantType::AuthorizationCode) {
            return Err(ErrorCode::UnauthorizedClient
                .because("this client is not registered for the authorization code"));
        }
        match form.required("response_type", "response_type is missing")? {
            "code" => {}
            _ => {
                return Err(ErrorCode::UnsupportedResponseType
                    .because("only response_type=code is offered"));
            }
        }
        if let Some(mode) = form.get("response_mode") {
            mode.parse::<ResponseMode>()
                .map_err(|_| InvalidRequest.because("response_mode must be query or form_post"))?;
        }
        let scopes = scopes(client, form)?;
        let claims = Claims::read(client, form)?;
        let prompts: Vec<&str> = form.get("prompt").unwrap_or_default().split(' ').collect();
        let prompt = |name| prompts.contains(&name);
        if prompt("none") && prompts.len() > 1 {
            return Err(InvalidRequest.because("prompt=none stands alone"));
        }
        let known = ["", "none", "login", "consent", "select_account"];
        if prompts.iter().any(|prompt| !known.contains(prompt)) {
            return Err(InvalidRequest.because("prompt is not one of those offered"));
        }
        let max_age = form
            .get("max_age")
            .map(|seconds| match seconds.parse::<u32>() {
                Ok(seconds) => Ok(i64::from(seconds)),
                Err(_) => Err(InvalidRequest.because("max_age must be a number of seconds")),
            })
            .transpose()?;
        let implied = u8::from(scopes.contains(&Scope::Identity));
        Ok(Self {
            client_id: client.id.clone(),
            redirect_uri: redirect_uri.into(),
            response_mode: response_mode(form),
            state: form.get("state").map(Into::into),
            code_challenge: code_challenge(client, form)?,
            nonce: form.get("nonce").map(Into::into),
            prompt_none: prompt("none"),
            // No age at all is asked for by whoever wants another sign-in (OpenID Connect Core §3.1.2.1).
            prompt_login: prompt("login") || prompt("select_account") || max_age == Some(0),
            prompt_consent: prompt("consent"),
            max_age,
            level: client
                .min_level
                .max(implied)
                .max(level_wanted(form).max(claims.level)),
            subject: claims.subject,
            claims: claims.wanted,
            scopes,
            id_token_hint: form.get("id_token_hint").map(Into::into),
            locale: locale(form),
            login_hint: login_hint(form),
            dpop_jkt: thumbprint(form)?,
            started_at: now,
        })
    }

    /// Everything that the person is to agree to: scopes, and claims beside them.
    pub fn items(&self) -> Vec<String> {
        let mut items: Vec<String> = self
            .scopes
            .iter()
            .map(|scope| scope.name().to_string())
            .collect();
        for claim in self.claims.all() {
            let covered = Scope::of_claim(claim).is_some_and(|scope| self.scopes.contains(&scope));
            let item = format!("claim:{claim}");
            if !covered && !items.contains(&item) {
                items.push(item);
            }
        }
        items
    }

    /// The scopes that the person is asked about, each with the claims meant where not all are.
    pub fn groups(&self) -> BTreeMap<Scope, Vec<&str>> {
        let mut groups: BTreeMap<Scope, Vec<&str>> = self
            .scopes
            .iter()
            .map(|scope| (*scope, scope.claims().to_vec()))
            .collect();
        for claim in self.claims.all() {
            if let Some(scope) = Scope::of_claim(claim) {
                let claims = groups.entry(scope).or_default();
                if !claims.contains(&claim) {
                    claims.push(claim);
                }
            }
        }
        groups
    }
}

fn scopes(client: &Client, form: &Form) -> Result<Vec<Scope>, OAuthError> {
    let scopes = scope::parse(form.required("scope", "scope is missing")?);
    if !scopes.contains(&Scope::OpenId) {
        return Err(ErrorCode::InvalidScope.because("scope must hold openid"));
    }
    if scopes.iter().any(|scope| !client.may_ask(*scope)) {
        return Err(ErrorCode::InvalidScope.because("a scope that this client may not ask for"));
    }
    Ok(scopes)
}

/// The lowest of the levels that `acr_values` names: any of them will do.
fn level_wanted(form: &Form) -> u8 {
    form.get("acr_values")
        .unwrap_or_default()
        .split(' ')
        .filter_map(level_of_acr)
        .min()
        .unwrap_or_default()
}

/// PKCE (RFC 7636), with S256 and nothing else (RFC 9700 §2.1.1).
fn code_challenge(client: &Client, form: &Form) -> Result<Option<String>, OAuthError> {
    let refuse = |why| Err(ErrorCode::InvalidRequest.because(why));
    match (
        form.get("code_challenge"),
        form.get("code_challenge_method"),
    ) {
        (None, None) if client.pkce_required => {
            refuse("code_challenge is missing: PKCE is required")
        }
        (None, None) => Ok(None),
        (None, Some(_)) => refuse("code_challenge_method without code_challenge"),
        (Some(challenge), Some("S256")) if is_digest(challenge) => Ok(Some(challenge.into())),
        (Some(_), Some("S256")) => refuse("code_challenge is not a SHA-256 digest in base64url"),
        (Some(_), _) => refuse("code_challenge_method must be S256"),
    }
}

fn thumbprint(form: &Form) -> Result<Option<String>, OAuthError> {
    match form.get("dpop_jkt") {
        None => Ok(None),
        Some(jkt) if is_digest(jkt) => Ok(Some(jkt.into())),
        Some(_) => Err(ErrorCode::InvalidRequest.because("dpop_jkt is not a thumbprint")),
    }
}

fn is_digest(text: &str) -> bool {
    text.len() == 43
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

pub fn locale(form: &Form) -> Option<Locale> {
    form.get("ui_locales")?
        .split(' ')
        .find_map(Locale::from_tag)
}

/// Whatever is no phone is left alone: nothing else is a login name here.
fn login_hint(form: &Form) -> Option<String> {
    let phone = Phone::parse(form.get("login_hint")?).ok()?;
    Some(phone.as_str().into())
}

/// The parameter `claims` (OpenID Connect Core §5.5).
#[derive(Default)]
struct Claims {
    wanted: ClaimsWanted,
    level: u8,
    subject: Option<String>,
}

impl Claims {
    fn read(client: &Client, form: &Form) -> Result<Self, OAuthError> {
        let Some(text) = form.get("claims") else {
            return Ok(Self::default());
        };
        let malformed = || ErrorCode::InvalidRequest.because("claims is not a claims request");
        let all: Value = serde_json::from_str(text).map_err(|_| malformed())?;
        let part = |name: &str| match all.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Object(part)) => Ok(Some(part)),
            Some(_) => Err(malformed()),
        };
        if !all.is_object() {
            return Err(malformed());
        }
        let (userinfo, id_token) = (part("userinfo")?, part("id_token")?);
        let names = |part: Option<&serde_json::Map<String, Value>>| -> Vec<String> {
            part.into_iter()
                .flat_map(serde_json::Map::keys)
                .filter(|name| client.may_know(name))
                .cloned()
                .collect()
        };
        let level = match id_token.and_then(|part| part.get("acr")) {
            Some(acr) => level_asked(acr)?,
            None => 0,
        };
        let mut subject = None;
        for part in [id_token, userinfo].into_iter().flatten() {
            let asked = part.get("sub").map(subject_asked).transpose()?.flatten();
            if let Some(asked) = asked
                && subject.get_or_insert(asked.clone()) != &asked
            {
                return Err(TWO_SUBJECTS);
            }
        }
        let wanted = ClaimsWanted {
            userinfo: names(userinfo),
            id_token: names(id_token),
            acr: id_token
                .and_then(|part| part.get("acr"))
                .map_or_else(Vec::new, essential_levels),
        };
        let implied = u8::from(wanted.all().any(|claim| claim == "verified_claims"));
        Ok(Self {
            level: level.max(implied),
            subject,
            wanted,
        })
    }
}

/// The values that a claim is asked for with.
fn values(claim: &Value) -> Vec<&Value> {
    let mut values: Vec<&Value> = match claim.get("values") {
        Some(Value::Array(all)) => all.iter().collect(),
        other => other.into_iter().collect(),
    };
    values.extend(claim.get("value"));
    values
}

/// The levels of which one is to be told.
fn essential_levels(acr: &Value) -> Vec<u8> {
    if acr["essential"] != true {
        return Vec::new();
    }
    let values = values(acr);
    let ours = values.iter().filter_map(|value| value.as_str());
    ours.filter_map(level_of_acr).collect()
}

/// The lowest of the levels that will do. An essential one must be met (OpenID Connect Core §5.5.1.1), and what is none of
/// ours cannot be.
fn level_asked(acr: &Value) -> Result<u8, OAuthError> {
    let values = values(acr);
    let ours = values.iter().filter_map(|value| value.as_str());
    let level = ours.filter_map(level_of_acr).min();
    if level.is_none() && !values.is_empty() && acr["essential"] == true {
        return Err(ErrorCode::UnmetAuthenticationRequirements
            .because("none of the values of acr is a level of ours"));
    }
    Ok(level.unwrap_or_default())
}

/// The one person that it must be, where that is said.
fn subject_asked(sub: &Value) -> Result<Option<String>, OAuthError> {
    match values(sub).as_slice() {
        [] => Ok(None),
        [Value::String(sub)] => Ok(Some(sub.clone())),
        _ => Err(ErrorCode::InvalidRequest.because("sub may be asked for with one value")),
    }
}
