//! Password hashes that other systems made, brought along when their accounts were imported.

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::phc::{ParamsString, PasswordHash},
};
use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use sm3::{Digest, Sm3};
use subtle::ConstantTimeEq;

/// Base64, with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What would keep a thread busy for many seconds is refused when it is read.
const MAX_MEMORY: u64 = 1 << 30;
const MAX_PASSES: u32 = 64;
const MAX_ROUNDS: u32 = 5_000_000;
const MAX_BCRYPT_COST: u32 = 15;
const LONGEST: usize = 512;

/// A hash in one of the forms that are taken:
///
/// - `$argon2id$…`, `$argon2i$…`, `$argon2d$…` and `$scrypt$…` as PHC strings;
/// - `$pbkdf2$…` (SHA-1), `$pbkdf2-sha256$…`, `$pbkdf2-sha512$…` as PHC strings or as passlib writes them, and
///   `pbkdf2_sha256$rounds$salt$hash` as Django writes it;
/// - `$2a$…`, `$2b$…`, `$2y$…` (bcrypt);
/// - `$sm3-salt-password$salt$hash` and `$sm3-password-salt$salt$hash`: SM3 (GB/T 32905) over both in that order, salt
///   and hash in hexadecimal.
pub struct ForeignHash(Scheme);

enum Scheme {
    Argon2 {
        algorithm: Algorithm,
        version: Version,
        params: Params,
        salt: Vec<u8>,
        hash: Vec<u8>,
    },
    Scrypt {
        params: scrypt::Params,
        salt: Vec<u8>,
        hash: Vec<u8>,
    },
    Pbkdf2 {
        digest: Pbkdf2Digest,
        rounds: u32,
        salt: Vec<u8>,
        hash: Vec<u8>,
    },
    Bcrypt(String),
    Sm3 {
        salt_first: bool,
        salt: Vec<u8>,
        hash: Vec<u8>,
    },
}

#[derive(Clone, Copy)]
enum Pbkdf2Digest {
    Sha1,
    Sha256,
    Sha512,
}

impl ForeignHash {
    /// `None` when it has none of the forms, or would take too long to check.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let ident = text
            .strip_prefix('$')
            .and_then(|rest| rest.split('$').next());
        let scheme = match ident {
            Some("2a" | "2b" | "2y") => bcrypt(text),
            Some("sm3-salt-password") => sm3(text, true),
            Some("sm3-password-salt") => sm3(text, false),
            Some("scrypt") => phc_scrypt(text),
            Some("argon2id" | "argon2i" | "argon2d") => phc_argon2(text),
            Some("pbkdf2") => pbkdf2(text, Pbkdf2Digest::Sha1),
            Some("pbkdf2-sha256") => pbkdf2(text, Pbkdf2Digest::Sha256),
            Some("pbkdf2-sha512") => pbkdf2(text, Pbkdf2Digest::Sha512),
            Some(_) => None,
            None => django(text),
        };
        scheme.map(Self)
    }

    /// Whether the password is the one that was hashed. The bytes are taken as they were typed.
    pub fn matches(&self, password: &str) -> bool {
        let password = password.as_bytes();
        match &self.0 {
            Scheme::Argon2 {
                algorithm,
                version,
                params,
                salt,
                hash,
            } => {
                let mut out = vec![0; hash.len()];
                let argon2 = Argon2::new(*algorithm, *version, params.clone());
                argon2.hash_password_into(password, salt, &mut out).is_ok() && same(&out, hash)
            }
            Scheme::Scrypt { params, salt, hash } => {
                let mut out = vec![0; hash.len()];
                scrypt::scrypt(password, salt, params, &mut out).is_ok() && same(&out, hash)
            }
            Scheme::Pbkdf2 {
                digest,
                rounds,
                salt,
                hash,
            } => {
                let mut out = vec![0; hash.len()];
                let hashed = match digest {
                    Pbkdf2Digest::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>,
                    Pbkdf2Digest::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>,
                    Pbkdf2Digest::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>,
                };
                hashed(password, salt, *rounds, &mut out);
                same(&out, hash)
            }
            Scheme::Bcrypt(hash) => ::bcrypt::verify(password, hash).unwrap_or(false),
            Scheme::Sm3 {
                salt_first,
                salt,
                hash,
            } => {
                let mut hasher = Sm3::new();
                let parts: [&[u8]; 2] = if *salt_first {
                    [salt, password]
                } else {
                    [password, salt]
                };
                for part in parts {
                    hasher.update(part);
                }
                same(&hasher.finalize(), hash)
            }
        }
    }
}

fn same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

fn phc_argon2(text: &str) -> Option<Scheme> {
    let phc = PasswordHash::new(text).ok()?;
    let params = Params::try_from(&phc).ok()?;
    let bounded = u64::from(params.m_cost()) * 1024 <= MAX_MEMORY && params.t_cost() <= MAX_PASSES;
    bounded.then_some(())?;
    Some(Scheme::Argon2 {
        algorithm: Algorithm::try_from(phc.algorithm.as_str()).ok()?,
        version: match phc.version {
            None => Version::V0x10,
            Some(version) => Version::try_from(version).ok()?,
        },
        params,
        salt: phc.salt?.to_vec(),
        hash: phc.hash?.as_bytes().to_vec(),
    })
}

fn phc_scrypt(text: &str) -> Option<Scheme> {
    let phc = PasswordHash::new(text).ok()?;
    let log_n = u8::try_from(number(&phc.params, "ln")?).ok()?;
    let (r, p) = (number(&phc.params, "r")?, number(&phc.params, "p")?);
    let memory = 128_u64
        .checked_mul(u64::from(r))?
        .checked_mul(1_u64.checked_shl(log_n.into())?)?;
    (memory <= MAX_MEMORY && p <= MAX_PASSES).then_some(())?;
    Some(Scheme::Scrypt {
        params: scrypt::Params::new(log_n, r, p).ok()?,
        salt: phc.salt?.to_vec(),
        hash: phc.hash?.as_bytes().to_vec(),
    })
}

fn number(params: &ParamsString, name: &str) -> Option<u32> {
    params.get_decimal(name)
}

/// `$pbkdf2-sha256$i=29000,l=32$salt$hash`, or `$pbkdf2-sha256$29000$salt$hash` where `.` stands for `+`.
fn pbkdf2(text: &str, digest: Pbkdf2Digest) -> Option<Scheme> {
    let mut parts = text.split('$').skip(2);
    let (params, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    let rounds = params
        .split(',')
        .find_map(|param| param.strip_prefix("i="))
        .unwrap_or(params);
    pbkdf2_of(
        digest,
        rounds,
        BASE64.decode(salt.replace('.', "+")).ok()?,
        &hash.replace('.', "+"),
        parts.next(),
    )
}

/// `pbkdf2_sha256$600000$salt$hash`, with the salt as text.
fn django(text: &str) -> Option<Scheme> {
    let mut parts = text.split('$');
    let digest = match parts.next()? {
        "pbkdf2_sha1" => Pbkdf2Digest::Sha1,
        "pbkdf2_sha256" => Pbkdf2Digest::Sha256,
        "pbkdf2_sha512" => Pbkdf2Digest::Sha512,
        _ => return None,
    };
    let (rounds, salt, hash) = (parts.next()?, parts.next()?, parts.next()?);
    pbkdf2_of(digest, rounds, salt.into(), hash, parts.next())
}

fn pbkdf2_of(
    digest: Pbkdf2Digest,
    rounds: &str,
    salt: Vec<u8>,
    hash: &str,
    rest: Option<&str>,
) -> Option<Scheme> {
    let rounds: u32 = rounds.parse().ok()?;
    let hash = BASE64.decode(hash).ok()?;
    let whole = rest.is_none() && (1..=MAX_ROUNDS).contains(&rounds) && hash.len() >= 16;
    whole.then_some(Scheme::Pbkdf2 {
        digest,
        rounds,
        salt,
        hash,
    })
}

fn bcrypt(text: &str) -> Option<Scheme> {
    let cost: u32 = text.get(4..6)?.parse().ok()?;
    let parts: ::bcrypt::HashParts = text.parse().ok()?;
    (parts.get_cost() == cost && cost <= MAX_BCRYPT_COST).then(|| Scheme::Bcrypt(text.into()))
}

fn sm3(text: &str, salt_first: bool) -> Option<Scheme> {
    let mut parts = text.split('$').skip(2);
    let salt = hex::decode(parts.next()?).ok()?;
    let hash = hex::decode(parts.next()?).ok()?;
    let whole = parts.next().is_none() && hash.len() == 32;
    whole.then_some(Scheme::Sm3 {
        salt_first,
        salt,
        hash,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Made by the programs that are named, of the password `correct horse`.
    const OF_OTHERS: [&str; 9] = [
        "$argon2id$v=19$m=1024,t=2,p=1$rbU2hvD+Pyck5Lx3jlHK2Q$DcwFioo5KMtmwmKIx/E8u10FUhthji/Y7tqTNfzW5ZM",
        "$argon2i$v=19$m=1024,t=2,p=2$9753bs3Ze2+tVSpFKKX03g$MlaJqzXobBn1ij8l986r5j9Gd6JOZaZrSron+BcNiTk",
        "$scrypt$ln=8,r=8,p=1$51yr1dpb651zbq11DqHUug$obteGKuAVfz/q4e8XOg82yA9Na6ZWqXDnQldIevJe8g",
        "$pbkdf2$1000$wlirFSLk3HtvDYGw1jpHyA$RSLLsiUbdkRu44Jjdc68h3Jp/ok",
        "$pbkdf2-sha256$1000$9J7T2puzdo5xbs3Z29tbyw$qzikxO0hGVW7OYagtHJ0p1sid5itRErZfm/Er6ixzfA",
        "$pbkdf2-sha512$1000$/Z9Tam1NidHaWyvFeI/x3g$UqPwcyj2fLOY8GBwMSohZOYoKPgcmLcCSUOfR0BEnZ8Zkwk0.gzq.pZPJzpHSL26o/Az9y6Kc9KkAfIR2/uT3A",
        "pbkdf2_sha256$1000$saltysalt$ogyELkenhssjo9YzB+hLx2dedTg0guGJUM+KVU08H9I=",
        "$2b$05$Vgu5Vc9roL24CqaMYnCAD./9vM7qvKoHzJ/95r6PTlup97sfaWG0G",
        "$sm3-salt-password$bde0650ec201d6e7$abdcfb2486716e502918f844f60be9abf0040df0443bf254b4cfd64f88948189",
    ];

    #[test]
    fn the_password_matches_and_no_other() {
        for text in OF_OTHERS {
            let hash = ForeignHash::parse(text).expect(text);
            assert!(hash.matches("correct horse"), "{text}");
            for wrong in ["correct horsf", "correct horse ", ""] {
                assert!(!hash.matches(wrong), "{text}");
            }
        }
    }

    /// GB/T 32905-2016, A.1: SM3 of `abc`.
    #[test]
    fn sm3_is_that_of_the_standard() {
        let hash = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        for text in [
            format!("$sm3-salt-password$61${hash}"),
            format!("$sm3-password-salt$63${hash}"),
        ] {
            let password = if text.contains("salt-password") {
                "bc"
            } else {
                "ab"
            };
            assert!(ForeignHash::parse(&text).expect("valid").matches(password));
        }
    }

    #[test]
    fn what_takes_too_long_or_is_no_hash_is_refused() {
        for text in [
            "",
            "$",
            "correct horse",
            "$2b$31$KIXQK1uJY5bQ0m4z9yq7eO3yq8m0nZ2o8S9v1t3u5w7x9y1A2B3C4",
            "$2b$10$short",
            "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$argon2id$v=19$m=64,t=4294967295,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$scrypt$ln=40,r=8,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA",
            "$pbkdf2-sha256$4000000000$c2FsdA$aGFzaGhhc2hoYXNoaGFzaA",
            "$pbkdf2-sha256$0$c2FsdA$aGFzaGhhc2hoYXNoaGFzaA",
            "$pbkdf2-sha256$1000$c2FsdA$",
            "md5$salt$5f4dcc3b5aa765d61d8327deb882cf99",
            "$sm3-salt-password$6$00",
        ] {
            assert!(ForeignHash::parse(text).is_none(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn anything_is_read_without_harm(text in "\\$?[a-z0-9_-]{0,14}(\\$[a-zA-Z0-9+/=,.]{0,24}){0,5}") {
            ForeignHash::parse(&text);
        }
    }
}
