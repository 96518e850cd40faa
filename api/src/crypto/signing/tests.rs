use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use jsonwebtoken::{EncodingKey, encode};
use proptest::prelude::*;
use renzheng_migrations::{Migrator, MigratorTrait};
use sea_orm::Database;
use serde::Deserialize;
use tokio::sync::OnceCell;

use super::*;
use crate::crypto::MasterKey;

const TYPE: &str = "at+jwt";
const AUDIENCE: &str = "https://api.example";
const ISSUER: &str = "https://id.example";
const NOW: i64 = 1_800_000_000;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Claims {
    sub: String,
    iss: String,
    aud: String,
    exp: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nbf: Option<i64>,
}

fn claims() -> Claims {
    Claims {
        sub: "someone".into(),
        iss: ISSUER.into(),
        aud: AUDIENCE.into(),
        exp: NOW + 1,
        nbf: None,
    }
}

async fn database(folder: &tempfile::TempDir) -> DatabaseConnection {
    let path = folder.path().join("test.db");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let db = Database::connect(url).await.unwrap();
    Migrator::up(&db, None).await.unwrap();
    db
}

async fn open(db: &DatabaseConnection) -> SigningKeys {
    let (master, clock) = (MasterKey::from_text(&"17".repeat(32)), Clock::system());
    let vault = Vault::open(db, &master.unwrap(), &clock).await.unwrap();
    SigningKeys::open(db, &vault, &clock).await.unwrap()
}

async fn keys() -> SigningKeys {
    static KEYS: OnceCell<SigningKeys> = OnceCell::const_new();
    let keys = KEYS.get_or_init(|| async {
        let folder = tempfile::tempdir().unwrap();
        open(&database(&folder).await).await
    });
    keys.await.clone()
}

fn verify(keys: &SigningKeys, token: &str) -> Result<Claims, TokenError> {
    let now = DateTime::from_timestamp(NOW, 0).unwrap();
    keys.verify(TYPE, token, AUDIENCE, ISSUER, now)
}

fn kid_of(keys: &SigningKeys) -> String {
    keys.keys().signing[0].kid.clone()
}

fn encoded(json: &Value) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(json.to_string())
}

/// A token with this header, signed by our key whatever the header says.
fn signed_with_header(keys: &SigningKeys, header: &Value) -> String {
    let message = format!("{}.{}", encoded(header), encoded(&json!(claims())));
    let keys = keys.keys();
    let signature = keys.signing[0].signer.sign(message.as_bytes()).unwrap();
    format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test]
async fn what_is_signed_verifies() {
    let keys = keys().await;
    let token = keys.sign(TYPE, &claims()).unwrap();
    assert_eq!(verify(&keys, &token), Ok(claims()));
    let header = decode_header(&token).unwrap();
    assert_eq!(header.typ.as_deref(), Some(TYPE));
    let jwks = keys.jwks();
    let jwk = &jwks["keys"][0];
    assert_eq!(jwk["kid"], header.kid.unwrap());
    let fixed = (&jwk["kty"], &jwk["crv"], &jwk["alg"], &jwk["use"]);
    assert_eq!(
        fixed,
        (
            &json!("EC"),
            &json!("P-256"),
            &json!("ES256"),
            &json!("sig")
        )
    );
    assert!(jwk.get("d").is_none(), "no private part");
    assert!(!format!("{keys:?}").contains("private"));
}

#[tokio::test]
async fn wrong_claims_are_refused() {
    let keys = keys().await;
    let good = claims();
    let cases = [
        (
            Claims {
                exp: NOW,
                ..good.clone()
            },
            TokenError::Expired,
        ),
        (
            Claims {
                exp: -1,
                ..good.clone()
            },
            TokenError::WrongClaims,
        ),
        (
            Claims {
                nbf: Some(NOW + 61),
                ..good.clone()
            },
            TokenError::NotYet,
        ),
        (
            Claims {
                aud: "https://other.example".into(),
                ..good.clone()
            },
            TokenError::WrongAudience,
        ),
        (
            Claims {
                iss: "https://id.example/".into(),
                ..good.clone()
            },
            TokenError::WrongIssuer,
        ),
    ];
    for (claims, error) in cases {
        let token = keys.sign(TYPE, &claims).unwrap();
        assert_eq!(verify(&keys, &token), Err(error), "{claims:?}");
    }
    let soon = Claims {
        nbf: Some(NOW + 60),
        ..good.clone()
    };
    let token = keys.sign(TYPE, &soon).unwrap();
    assert_eq!(verify(&keys, &token), Ok(soon));

    for missing in ["exp", "iss", "aud", "sub"] {
        let mut claims = json!(good);
        claims.as_object_mut().unwrap().remove(missing);
        let token = keys.sign(TYPE, &claims).unwrap();
        assert_eq!(
            verify(&keys, &token),
            Err(TokenError::WrongClaims),
            "{missing}"
        );
    }
    let token = keys.sign("JWT", &good).unwrap();
    assert_eq!(verify(&keys, &token), Err(TokenError::WrongType));
}

// A45, C16
#[tokio::test]
async fn other_algorithms_and_keys_are_refused() {
    let keys = keys().await;
    let kid = kid_of(&keys);
    let ours = json!({ "alg": "ES256", "typ": TYPE, "kid": kid });
    assert!(verify(&keys, &signed_with_header(&keys, &ours)).is_ok());

    let mut headers = Vec::new();
    for alg in [
        "none", "None", "nOnE", "HS256", "RS256", "ES384", "EdDSA", "",
    ] {
        headers.push(json!({ "alg": alg, "typ": TYPE, "kid": kid }));
    }
    for kid in ["", "../../etc/passwd", "' OR 1=1 --", "other"] {
        headers.push(json!({ "alg": "ES256", "typ": TYPE, "kid": kid }));
    }
    headers.push(json!({ "alg": "ES256", "typ": TYPE }));
    headers.push(json!({ "alg": "ES256", "typ": TYPE, "kid": kid, "crit": ["exp"] }));
    headers.push(json!({ "typ": TYPE, "kid": kid }));
    for header in headers {
        let token = signed_with_header(&keys, &header);
        assert_eq!(verify(&keys, &token), Err(TokenError::Forged), "{header}");
    }

    let unsigned = format!("{}.{}.", encoded(&ours), encoded(&json!(claims())));
    let zeros = format!("{unsigned}{}", BASE64_URL_SAFE_NO_PAD.encode([0; 64]));
    for token in [unsigned, zeros] {
        assert_eq!(verify(&keys, &token), Err(TokenError::Forged), "{token}");
    }
}

// A45, C16
#[tokio::test]
async fn a_public_key_is_no_secret_and_a_header_brings_no_key() {
    let keys = keys().await;
    let kid = kid_of(&keys);
    let mut header = Header::new(Algorithm::HS256);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(kid.clone());
    let public = keys.jwks()["keys"][0].to_string();
    let current = keys.keys();
    let secrets = [
        public.as_bytes(),
        current.public[&kid].key.try_get_as_bytes().unwrap(),
    ];
    for secret in secrets {
        let token = encode(&header, &claims(), &EncodingKey::from_secret(secret)).unwrap();
        assert_eq!(verify(&keys, &token), Err(TokenError::Forged));
    }

    let folder = tempfile::tempdir().unwrap();
    let stranger = open(&database(&folder).await).await;
    let token = stranger.sign(TYPE, &claims()).unwrap();
    assert_eq!(verify(&keys, &token), Err(TokenError::Forged));
    let jwk = stranger.jwks()["keys"][0].clone();
    for kid in [&kid, &kid_of(&stranger)] {
        let url = "https://evil.example/keys";
        let header = json!({
            "alg": "ES256", "typ": TYPE, "kid": kid, "jwk": jwk, "jku": url, "x5u": url,
        });
        let token = signed_with_header(&stranger, &header);
        assert_eq!(verify(&keys, &token), Err(TokenError::Forged), "{header}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nodes_that_start_together_agree() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (database(&folder).await, database(&folder).await);
    let (one, two) = tokio::join!(open(&one), open(&two));
    assert_eq!(one.jwks(), two.jwks());
    let token = one.sign(TYPE, &claims()).unwrap();
    assert_eq!(verify(&two, &token), Ok(claims()));
}

#[test]
fn garbage_and_changed_tokens_are_refused() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let keys = runtime.block_on(keys());
    let token = keys.sign(TYPE, &claims()).unwrap();
    proptest!(|(text: String, at in 0..token.len(), with in "[A-Za-z0-9_.=-]")| {
        prop_assert!(verify(&keys, &text).is_err());
        prop_assert!(verify(&keys, &token[..at]).is_err());
        let mut changed = token.clone();
        changed.replace_range(at..=at, &with);
        prop_assert!(changed == token || verify(&keys, &changed).is_err(), "{}", changed);
    });
}

// A47, D19
#[tokio::test]
async fn keys_take_turns_with_overlap() {
    let folder = tempfile::tempdir().unwrap();
    let db = database(&folder).await;
    let (master, clock) = (
        MasterKey::from_text(&"17".repeat(32)).unwrap(),
        Clock::system(),
    );
    let vault = Vault::open(&db, &master, &clock).await.unwrap();
    let keys = SigningKeys::open(&db, &vault, &clock).await.unwrap();
    let signer = |keys: &SigningKeys| {
        let token = keys.sign(TYPE, &claims()).unwrap();
        decode_header(&token).unwrap().kid.unwrap()
    };
    let (first, old) = (signer(&keys), keys.sign(TYPE, &claims()).unwrap());

    clock.advance(1);
    rotate::rotate(&db, &vault, &clock, rotate::LEAD)
        .await
        .unwrap();
    keys.reload().await.unwrap();
    assert_eq!(
        keys.jwks()["keys"].as_array().unwrap().len(),
        2,
        "published before it signs"
    );
    assert_eq!(signer(&keys), first);
    clock.advance(rotate::LEAD.num_seconds());
    let second = signer(&keys);
    assert_ne!(second, first);
    assert_eq!(
        verify(&keys, &old),
        Ok(claims()),
        "the old one still verifies"
    );

    // Not due again: on whatever node, one does it.
    let recently = clock.now() - chrono::TimeDelta::days(90);
    rotate::rotate_older(&db, &vault, &clock, rotate::LEAD, recently)
        .await
        .unwrap();
    keys.reload().await.unwrap();
    assert_eq!(keys.jwks()["keys"].as_array().unwrap().len(), 2);

    // A stolen key is taken away at once.
    rotate::purge(&db, clock.now(), true).await.unwrap();
    keys.reload().await.unwrap();
    assert_eq!(verify(&keys, &old), Err(TokenError::Forged));
    assert_eq!(signer(&keys), second);
}

#[tokio::test]
async fn rs256_is_had_on_demand_and_each_key_keeps_to_its_algorithm() {
    let folder = tempfile::tempdir().unwrap();
    let keys = open(&database(&folder).await).await;
    assert!(
        keys.sign_with(SigningAlgorithm::Rs256, TYPE, &claims())
            .is_err()
    );
    keys.ensure(SigningAlgorithm::Rs256).await.unwrap();
    keys.ensure(SigningAlgorithm::Rs256).await.unwrap();
    let token = keys
        .sign_with(SigningAlgorithm::Rs256, TYPE, &claims())
        .unwrap();
    assert_eq!(verify(&keys, &token), Ok(claims()));
    let jwks = keys.jwks();
    let rsa = jwks["keys"]
        .as_array()
        .unwrap()
        .iter()
        .find(|key| key["kty"] == "RSA")
        .unwrap();
    assert_eq!(
        BASE64_URL_SAFE_NO_PAD
            .decode(rsa["n"].as_str().unwrap())
            .unwrap()
            .len(),
        384
    );
    assert_eq!(jwks["keys"].as_array().unwrap().len(), 2);
    let mut header = Header::new(Algorithm::PS256);
    header.typ = Some(TYPE.to_owned());
    header.kid = Some(rsa["kid"].as_str().unwrap().to_owned());
    let message = format!("{}.{}", encoded(&json!(header)), encoded(&json!(claims())));
    let keys_now = keys.keys();
    let mut keys_now = keys_now.signing.iter();
    let private = keys_now.find_map(|key| match &key.signer {
        Signer::Rs256(private) => Some(private),
        Signer::Es256(_) => None,
    });
    let mut signature = vec![0; 384];
    let random = aws_lc_rs::rand::SystemRandom::new();
    private
        .unwrap()
        .sign(
            &aws_lc_rs::signature::RSA_PSS_SHA256,
            &random,
            message.as_bytes(),
            &mut signature,
        )
        .unwrap();
    let token = format!("{message}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature));
    assert_eq!(verify(&keys, &token), Err(TokenError::Forged));
}
