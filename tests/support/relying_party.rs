//! An application that people sign in to, and a person in a browser, each taking the steps that they take.

use std::collections::BTreeMap;

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header, jwk::Jwk};
use renzheng::{
    http::caller::Caller,
    oidc::{client::GrantType, manage, registration::NewClient},
    staff::manage::Doer,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use url::Url;

use crate::{Answer, Client, TestServer};

/// Where the application is told to be; nobody listens there.
pub const REDIRECT_URI: &str = "https://app.example/callback";
pub const AFTER_LOGOUT: &str = "https://app.example/bye";
/// PKCE: any 43 characters will do.
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// An application.
#[derive(Clone)]
pub struct RelyingParty {
    pub id: String,
    pub secret: Option<String>,
    pub webhook_secret: Option<String>,
    pub redirect_uri: String,
    pub client: Client,
    pub issuer: String,
}

/// The parameters of a usual authorization request.
pub type Parameters = BTreeMap<&'static str, String>;

/// What comes back to the redirect URI.
pub type Returned = BTreeMap<String, String>;

impl RelyingParty {
    /// Registers a confidential application that may ask for everything.
    pub async fn register(server: &TestServer) -> Self {
        Self::with(server, |_| {}).await
    }

    pub async fn with(server: &TestServer, change: impl FnOnce(&mut NewClient)) -> Self {
        let mut new = NewClient {
            name: "办事预约".into(),
            redirect_uris: vec![REDIRECT_URI.into()],
            post_logout_redirect_uris: vec![AFTER_LOGOUT.into()],
            scopes: "openid profile phone email address identity offline_access"
                .split(' ')
                .map(String::from)
                .collect(),
            grant_types: vec![GrantType::AuthorizationCode, GrantType::RefreshToken],
            ..NewClient::default()
        };
        change(&mut new);
        let redirect_uri = new.redirect_uris.first().cloned().unwrap_or_default();
        let app = server.app();
        let done = manage::register(app, &Caller::system(), Doer::Console, &new).await;
        let (_, registered) = done.expect("registered");
        // It may be the first that wants keys of its kind.
        server.read_keys().await;
        Self {
            id: registered.id,
            secret: registered.secret,
            webhook_secret: registered.webhook_secret,
            redirect_uri,
            client: server.client(),
            issuer: app.public_url.clone(),
        }
    }

    /// Shuts the application out, or lets it work again, from the command line.
    pub async fn switch(&self, server: &TestServer, on: bool) {
        let app = server.app();
        manage::switch(app, &Caller::system(), Doer::Console, &self.id, on)
            .await
            .expect("switched");
    }

    /// A request for `scope` with PKCE, state and nonce.
    pub fn request(&self, scope: &str) -> Parameters {
        BTreeMap::from([
            ("client_id", self.id.clone()),
            ("redirect_uri", self.redirect_uri.clone()),
            ("response_type", "code".into()),
            ("scope", scope.into()),
            ("state", "st&te=1".into()),
            ("nonce", "n-0S6_WzA2Mj".into()),
            ("code_challenge", challenge(VERIFIER)),
            ("code_challenge_method", "S256".into()),
        ])
    }

    /// Posts to the token endpoint (or another), as the client it is.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut all = fields.to_vec();
        match &self.secret {
            Some(secret) => {
                let basic =
                    base64::prelude::BASE64_STANDARD.encode(format!("{}:{secret}", self.id));
                let client = self.client.with("authorization", &format!("Basic {basic}"));
                client.form(path, &all).await
            }
            None => {
                if !all.iter().any(|(name, _)| *name == "client_id") {
                    all.push(("client_id", &self.id));
                }
                self.client.form(path, &all).await
            }
        }
    }

    pub async fn redeem(&self, code: &str) -> Answer {
        self.post(
            "/oauth2/token",
            &[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", &self.redirect_uri),
                ("code_verifier", VERIFIER),
            ],
        )
        .await
    }

    pub async fn refresh(&self, token: &str) -> Answer {
        let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.post("/oauth2/token", &fields).await
    }

    /// Signs a person in who agrees to everything; answers the token response.
    pub async fn sign_in(&self, person: &Person, scope: &str) -> Value {
        let returned = person.agree(&self.request(scope)).await;
        self.redeem(&returned["code"]).await.ok(200)
    }

    /// The application itself, with a token of its own for `scope`.
    pub async fn itself(&self, scope: &str) -> Client {
        let fields = [("grant_type", "client_credentials"), ("scope", scope)];
        let tokens = self.post("/oauth2/token", &fields).await.ok(200);
        self.client
            .bearer(tokens["access_token"].as_str().expect("a token"))
    }

    /// Signs a person in; answers what the application knows them by.
    pub async fn subject(&self, person: &Person) -> String {
        let tokens = self.sign_in(person, "openid").await;
        let (_, claims) = self
            .verify(tokens["id_token"].as_str().expect("a token"))
            .await;
        claims["sub"].as_str().expect("a sub").to_string()
    }

    pub async fn userinfo(&self, access_token: &str) -> Answer {
        self.client
            .bearer(access_token)
            .get("//oauth2/userinfo")
            .await
    }

    /// Verifies a token with the published keys; answers header and claims.
    pub async fn verify(&self, token: &str) -> (Value, Value) {
        let header = decode_header(token).expect("a header");
        let jwks = self.client.get("//oauth2/jwks").await.ok(200);
        let jwk = jwks["keys"]
            .as_array()
            .expect("keys")
            .iter()
            .find(|key| key["kid"].as_str() == header.kid.as_deref())
            .expect("the key");
        assert!(jwk.get("d").is_none(), "no private part");
        let jwk: Jwk = serde_json::from_value(jwk.clone()).expect("a JWK");
        let mut validation = Validation::new(header.alg);
        validation.validate_exp = false;
        validation.validate_aud = false;
        validation.required_spec_claims.clear();
        let key = DecodingKey::from_jwk(&jwk).expect("a key");
        let claims = decode::<Value>(token, &key, &validation)
            .expect("signed")
            .claims;
        assert!(matches!(header.alg, Algorithm::ES256 | Algorithm::RS256));
        (serde_json::to_value(header).expect("JSON"), claims)
    }
}

/// Has an application speak for itself too, with every scope that there is for that.
pub fn direct(new: &mut NewClient) {
    new.grant_types.push(GrantType::ClientCredentials);
    new.scopes
        .extend(["levels:read", "codes:check", "webhooks"].map(String::from));
}

/// A person in a browser: a client with a session cookie, or without.
#[derive(Clone)]
pub struct Person {
    pub browser: Client,
}

impl Person {
    /// Nobody yet.
    pub fn stranger(server: &TestServer) -> Self {
        Self {
            browser: server.client().with("x-csrf", "1"),
        }
    }

    /// Registers in the browser.
    pub async fn registered(server: &TestServer, phone: &str) -> Self {
        let browser = server.client().with("x-csrf", "1");
        let code = browser.code(phone, "register", 1).await;
        let body = Client::registration(phone, &code);
        let answer = browser.post("/accounts", body).await;
        answer.ok(201);
        Self {
            browser: browser.with("cookie", &cookie(&answer)),
        }
    }

    /// Signs in by password in the same browser.
    pub async fn sign_in(&self, phone: &str) -> Self {
        let answer = self.browser.sign_in(phone, crate::PASSWORD).await;
        answer.ok(201);
        Self {
            browser: self.browser.with("cookie", &cookie(&answer)),
        }
    }

    /// Verifies by ID card, as a citizen of the sandbox.
    pub async fn verified(self, citizen: usize) -> Self {
        let citizen = self.browser.citizen(citizen).await;
        let claim = json!({"name": citizen["name"], "id_number": citizen["id_number"]});
        let attempt = self
            .browser
            .post("/me/verifications/id-card", claim)
            .await
            .ok(201);
        assert_eq!(attempt["status"], "passed", "{attempt}");
        self
    }

    /// Comes to the authorization endpoint and is led on, as far as without being asked.
    pub async fn arrive(&self, parameters: &Parameters) -> Answer {
        let query = query(parameters);
        let first = self
            .browser
            .get(&format!("//oauth2/authorize?{query}"))
            .await;
        self.follow(first).await
    }

    /// Follows the page that leads on.
    pub async fn follow(&self, first: Answer) -> Answer {
        match lead_on(&first) {
            Some(path) => self.browser.get(&format!("/{path}")).await,
            None => first,
        }
    }

    /// What is asked, on the page that the browser was led to.
    pub async fn asked(&self, arrived: &Answer) -> Value {
        let id = authorization_id(arrived);
        self.browser
            .get(&format!("/me/authorizations/{id}"))
            .await
            .ok(200)
    }

    /// Decides; answers where the browser goes.
    pub async fn decide(&self, arrived: &Answer, decision: Value) -> Answer {
        let id = authorization_id(arrived);
        self.browser
            .post(&format!("/me/authorizations/{id}/decision"), decision)
            .await
    }

    /// Goes through a request and agrees to everything that is asked.
    pub async fn agree(&self, parameters: &Parameters) -> Returned {
        let arrived = self.arrive(parameters).await;
        if arrived.header("location").starts_with("https://") {
            return returned(arrived.header("location"));
        }
        let asked = self.asked(&arrived).await;
        let scopes: Vec<&Value> = asked["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|item| &item["scope"])
            .collect();
        let decision = json!({"allow": true, "scopes": scopes});
        let answer = self.decide(&arrived, decision).await.ok(200);
        returned(answer["redirect_url"].as_str().expect("a URL"))
    }
}

/// `name=value` of the session cookie that an answer sets.
pub fn cookie(answer: &Answer) -> String {
    answer
        .headers
        .get_all("set-cookie")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find(|value| value.starts_with("__Host-session="))
        .and_then(|value| value.split(';').next())
        .expect("a session cookie")
        .to_string()
}

/// Where a page of ours leads the browser on to.
pub fn lead_on(page: &Answer) -> Option<String> {
    let text = page.text();
    let (_, rest) = text.split_once("http-equiv=\"refresh\" content=\"0;url=")?;
    let (path, _) = rest.split_once('"')?;
    Some(path.replace("&amp;", "&").replace("&#x2F;", "/"))
}

/// The name of the request on the page that the browser was led to.
#[track_caller]
pub fn authorization_id(arrived: &Answer) -> String {
    let location = arrived.header("location");
    let id = location
        .strip_prefix("/authorize/")
        .and_then(|rest| rest.split('#').next());
    id.unwrap_or_else(|| panic!("{}: {location} {}", arrived.status, arrived.text()))
        .to_string()
}

/// The parameters that came back to a redirect URI.
pub fn returned(location: &str) -> Returned {
    let url = Url::parse(location).unwrap_or_else(|error| panic!("{location}: {error}"));
    url.query_pairs().into_owned().collect()
}

pub fn query(parameters: &Parameters) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(parameters);
    form.finish()
}

pub fn challenge(verifier: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}
